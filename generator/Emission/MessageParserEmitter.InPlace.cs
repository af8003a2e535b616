using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <content>
/// Small messages inside this one, read in place: the same steps as in their own parsers, with names of their own for the local variables,
/// and no call, no state and no copy for each.
/// </content>
internal sealed partial class MessageParserEmitter
{
    private readonly Dictionary<FieldPlan, MessagePlan?> _inPlace = [];
    private readonly List<Place> _places = [];

    /// <summary>Where the message starts that the fields belong to.</summary>
    private string Start => _place is null ? "start" : "elementStart";

    private string MaxSize => _place is null ? "MaxSize" : _place.Owner + "MaxSize";

    private string LineEnd => _place?.Prefix + "lineEnd";

    private string BehindLine => _place?.Prefix + "behindLine";

    /// <summary>The plan of the message that a field is or holds, where it is read in place.</summary>
    private MessagePlan? InPlace(FieldPlan field)
    {
        if (field.Spec.Element?.Content is not { } content || _place is not null)
        {
            return null;
        }

        if (!_inPlace.TryGetValue(field, out MessagePlan? plan))
        {
            // A broken rule stops a sequence whose end the elements tell; their own parser says so.
            MessagePlan read = MessagePlanner.Plan(content).WithLocals(Bare(field) + "_");
            // Where a sequence in a case goes on is known in its block only.
            bool isHidden = field.Resumes && (field.Spec.Case is not null || field.Spec.When.Length > 0);
            plan = read.Problems.Count > 0 || isHidden || (field.Spec.Extent.Kind == ExtentKind.Predicate && read.Fields.Any(HasRule)) ? null : read;
            _inPlace[field] = plan;
        }

        return plan;
    }

    /// <summary>Reads a message inside this one in place; the position stays before it.</summary>
    /// <param name="field">The field.</param>
    /// <param name="content">The plan of the message.</param>
    /// <param name="input">What it may take.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="next">The local for where it ends.</param>
    /// <param name="propagates">Whether more input may complete it.</param>
    /// <param name="left">The local that is kept with the place of an element, where the sequence is resumed at it; empty where it is not.</param>
    private void ReadInPlace(FieldPlan field, MessagePlan content, string input, string target, string next, bool propagates, string left = "")
    {
        string bare = Bare(field);
        bool narrows = input != "input";
        bool waits = propagates && (field.MayPassMaxSize || left.Length > 0);
        string label = char.ToUpperInvariant(bare[0]) + bare.Substring(1);
        Place place = new(
            field,
            field.Spec.Element!.TypeName + ".",
            bare + "_",
            waits || (!propagates && !_framed) ? label + "Stopped" : "Stopped",
            waits ? label + "Waits" : null,
            left);
        if (narrows)
        {
            _code.Lines($"global::System.ReadOnlySpan<byte> {bare}Around = input;", $"input = {input};");
        }

        _code.Line("elementStart = position;");
        string built = target.Substring("out ".Length);
        MessageParserEmitter emitter = new(content, _code, place) { _framed = !propagates, _again = _again, _skips = _skips, _views = !_skips || built != "_" };
        emitter.Content();
        _code.Blank();
        _code.Line($"int {next} = position;");
        if (built != "_")
        {
            _code.Line($"{built} = new({string.Join(", ", content.Slots.Select(emitter.Stored))});");
        }

        if (_plan.Spec.Arguments == field.Spec && Parses)
        {
            FieldPlan value = content.Fields.First(f => f.Spec == field.Spec.ElementValue);
            _code.Line($"table?.Add({Bare(value)}Start, {value.Local}.Length);");
        }

        _code.Line("position = elementStart;");
        if (narrows)
        {
            _code.Line($"input = {bare}Around;");
        }

        _stops |= emitter._stops;
        _waits |= emitter._waits;
        if ((emitter._stops || emitter._waits) && place.Stopped != "Stopped")
        {
            _places.Add(place);
        }
    }

    /// <summary>Where the failing steps of messages that were read in place go: a window's end is an error, and waiting has a bound.</summary>
    private void Places()
    {
        foreach (Place place in _places)
        {
            _code.Blank();
            _code.Outdent();
            _code.Line(place.Stopped + ":");
            _code.Indent();
            if (place.Waits is null)
            {
                _code.If("code == global::DeclServer.ErrorCode.Incomplete", "code = global::DeclServer.ErrorCode.Truncated;");
                _code.Blank();
                _code.Line("goto Stopped;");
                continue;
            }

            _code.If("code != global::DeclServer.ErrorCode.Incomplete", "goto Stopped;");
            _code.Blank();
            _code.Line("state.Needed = input.Length + 1;");
            _code.Blank();
            _code.Outdent();
            _code.Line(place.Waits + ":");
            _code.Indent();
            if (place.Field.MayPassMaxSize)
            {
                _field = place.Field.Spec.Label;
                _code.If("(long)state.Needed - start > MaxSize", "position = elementStart;", "code = global::DeclServer.ErrorCode.TooLong;", Stop);
                _code.Blank();
            }

            if (place.Left.Length > 0)
            {
                Remember(place);
            }

            _code.Line(NeedMore);
        }
    }

    /// <summary>Whether an element may be refused that is not read again when the sequence is resumed behind it.</summary>
    private bool Keeps(FieldPlan field) =>
        field.Spec.Extent.Kind != ExtentKind.Predicate && (InPlace(field) is not { } content || content.Fields.Any(HasRule));

    /// <summary>Keeps the place at which a sequence goes on when more input has come.</summary>
    private void Remember(Place place)
    {
        _code.Lines("state.Offset = elementStart;", $"state.Count = {place.Left};");
        if (Keeps(place.Field))
        {
            _code.Line("state.Keep(broken);");
        }
    }

    /// <summary>Where a message is read in place.</summary>
    /// <param name="Field">The field that it is or is an element of.</param>
    /// <param name="Owner">Its type and a dot: how its members are named there.</param>
    /// <param name="Prefix">What the names of its local variables start with.</param>
    /// <param name="Stopped">The label that its failing steps go to.</param>
    /// <param name="Waits">The label for waiting for more input; null where that returns at once.</param>
    /// <param name="Left">The local that is kept with the place of an element; empty where the sequence is not resumed there.</param>
    private sealed record Place(FieldPlan Field, string Owner, string Prefix, string Stopped, string? Waits, string Left);
}
