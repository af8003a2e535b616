using System.Runtime.InteropServices;
using DeclServer.Description;

namespace DeclServer.Testing;

/// <summary>
/// Composes the bytes of one message from its grammar and a seed. Each place where one thing can be broken is a site; composed once more from
/// the same seed with a site named, the same message comes out but for that. A message inside is composed until its own parser takes it; which
/// attempt it was is kept, so that composing it again does not ask.
/// </summary>
internal sealed partial class MessageComposer(MessageGrammar root, int maxBytes)
{
    private const int Attempts = 100;
    private const int MostElements = 6;

    /// <summary>Messages longer than that are not made to break a length.</summary>
    private const int LongestFault = 2048;

    private readonly Dictionary<Delegate, MessageGrammar> _elements = [];
    private readonly Dictionary<string, PredicateExpression?> _expressions = [];
    private readonly Dictionary<string, PatternNode?> _patterns = [];

    /// <summary>Which attempt was taken, for each message inside, in the order they are composed.</summary>
    private readonly List<int> _attempts = [];

    /// <summary>Whether an element ended its sequence, in the same way.</summary>
    private readonly List<bool> _ends = [];

    /// <summary>How many bytes were left wherever that was asked, in the same way: what is broken may be longer or shorter.</summary>
    private readonly List<int> _left = [];
    private readonly List<(string Grammar, int At)> _targets = [];
    private List<byte> _bytes = [];
    private bool _replays;
    private int _nextAttempt;
    private int _nextEnd;
    private int _nextLeft;
    private int _fault = -1;
    private RandomSource _faults;
    private string _faultText = "";
    private bool _isCertain;

    /// <summary>Whether a field was composed whose end a method tells: it may take what is broken behind it for its own.</summary>
    private bool _isParsed;
    private int _jumps;

    public List<byte> Bytes => _bytes;

    /// <summary>How many things can be broken in the message composed last.</summary>
    public int Sites { get; private set; }

    public bool IsCanonical => _jumps == 0;

    public ParseError LastError { get; private set; }

    /// <summary>Whether no beginning of a message is a message.</summary>
    public bool CannotBeCut { get; } = root.Frame is not { IsInput: true };

    /// <summary>Composes a valid message.</summary>
    public bool Compose(ulong seed)
    {
        _attempts.Clear();
        _ends.Clear();
        _left.Clear();
        _replays = false;
        _fault = -1;
        return Run(seed);
    }

    /// <summary>Composes the same message with one site broken; -1 for none.</summary>
    public MessageNearMiss Break(ulong seed, int site, ulong faults)
    {
        int sites = Sites;
        int jumps = _jumps;
        _replays = true;
        _nextAttempt = 0;
        _nextEnd = 0;
        _nextLeft = 0;
        _fault = site;
        _faults = new RandomSource(faults);
        _faultText = "";
        _isCertain = false;
        Run(seed);
        Sites = sites;
        _jumps = jumps;
        return new MessageNearMiss([.. _bytes], _faultText, _isCertain);
    }

    private bool Run(ulong seed)
    {
        _bytes.Clear();
        _targets.Clear();
        _isParsed = false;
        Sites = 0;
        _jumps = 0;
        RandomSource random = new(seed);
        return Nested(root, root.MaxDepth > 0 ? root.MaxDepth : 32, maxBytes, ref random, isRoot: true);
    }

    private MessageGrammar Element(FieldGrammar field)
    {
        ref MessageGrammar? element = ref CollectionsMarshal.GetValueRefOrAddDefault(_elements, field.Element!, out _);
        return element ??= field.Element!();
    }

    /// <summary>Whether this is the place to break.</summary>
    private bool Site(string what, bool certain)
    {
        if (Sites++ != _fault)
        {
            return false;
        }

        _faultText = what;
        _isCertain = certain && !_isParsed;
        return true;
    }

    private bool Nested(MessageGrammar grammar, int depth, int budget, ref RandomSource random, bool isRoot = false)
    {
        ulong seed = random.Next();
        if (_replays)
        {
            int chosen = _attempts[_nextAttempt++];
            RandomSource again = new(seed + ((ulong)chosen * 0xD1342543DE82EF95));
            return new Draft(this, grammar, depth, budget >> (chosen / 24)).Compose(ref again);
        }

        int index = _attempts.Count;
        int start = _bytes.Count;
        int sites = Sites;
        int targets = _targets.Count;
        int ends = _ends.Count;
        int left = _left.Count;
        int jumps = _jumps;
        _attempts.Add(0);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            _attempts[index] = attempt;
            RandomSource inner = new(seed + ((ulong)attempt * 0xD1342543DE82EF95));
            if (new Draft(this, grammar, depth, budget >> (attempt / 24)).Compose(ref inner) && IsTaken(grammar, start, isRoot || _jumps == jumps))
            {
                return true;
            }

            _attempts.RemoveRange(index + 1, _attempts.Count - index - 1);
            _targets.RemoveRange(targets, _targets.Count - targets);
            _ends.RemoveRange(ends, _ends.Count - ends);
            _left.RemoveRange(left, _left.Count - left);
            _bytes.RemoveRange(start, _bytes.Count - start);
            Sites = sites;
            _jumps = jumps;
        }

        return false;
    }

    private bool IsTaken(MessageGrammar grammar, int start, bool standsAlone)
    {
        if (!standsAlone || grammar.Judge is null)
        {
            return true;
        }

        ReadOnlySpan<byte> bytes = CollectionsMarshal.AsSpan(_bytes)[start..];
        ParseStatus status = grammar.Judge(bytes, out int length, out ParseError error);
        LastError = error;
        return status == ParseStatus.Done && length == bytes.Length;
    }

    private PatternNode? PatternOf(FieldGrammar field)
    {
        if (field.Chars.Length + field.Pattern.Length == 0)
        {
            return null;
        }

        ref PatternNode? pattern = ref CollectionsMarshal.GetValueRefOrAddDefault(_patterns, field.Chars.Length > 0 ? "a" + field.Chars : "r" + field.Pattern, out _);
        return pattern ??= PatternNode.Of(field);
    }

    private PredicateExpression? Expression(PredicateGrammar predicate)
    {
        ref PredicateExpression? expression = ref CollectionsMarshal.GetValueRefOrAddDefault(_expressions, predicate.Source, out bool known);
        return known ? expression : expression = PredicateExpression.Parse(predicate.Source);
    }
}
