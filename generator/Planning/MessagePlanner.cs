using System.Globalization;
using DeclServer.Generator.Model;
using DeclServer.Generator.Planning.Dfa;
using DeclServer.Generator.Reading;

namespace DeclServer.Generator.Planning;

/// <summary>Plans a message: checks what only the whole of it shows, computes its bounds, and decides where its values are kept.</summary>
internal sealed class MessagePlanner
{
    /// <summary>A sequence's parser reads what stands before the sequence again at each resume, so that must be short.</summary>
    private const int LongestHead = 256;

    /// <summary>The most bytes of a field in which a resume at each byte is nothing to speak of.</summary>
    private const int ShortField = 20;

    /// <summary>So that a position, a length and what stands around a field add up in 32 bits.</summary>
    private const int LongestField = int.MaxValue - 64;

    private readonly MessageSpec _spec;
    private readonly List<Problem> _problems;
    private readonly Dictionary<string, FieldPlan> _planned = [];
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<string, string> _nouns = [];
    private readonly HashSet<string> _labels;
    private readonly HashSet<string> _camels;
    private readonly BitPlanner _bits;
    private readonly LinePlanner _lines;

    private MessagePlanner(MessageSpec spec)
    {
        _spec = spec;
        _problems = [.. spec.Problems];
        _labels = [.. spec.Fields.Select(static f => f.Label)];
        _camels = [.. _labels.Select(Camel)];
        _bits = new BitPlanner(spec, _problems);
        _lines = new LinePlanner(spec, _problems);
    }

    /// <summary>Whether the whole message is there before its fields are read.</summary>
    private bool IsFramed => _spec.Frame is not null || _lines.Block is not null;

    public static MessagePlan Plan(MessageSpec spec) => new MessagePlanner(spec).Plan();

    private MessagePlan Plan()
    {
        FieldSpec[] common = [.. _spec.Fields.Where(static f => f is { Case: null, Header: null })];
        FieldSpec[] cased = [.. _spec.Fields.Where(static f => f.Case is not null)];
        IGrouping<CaseSpec, FieldSpec>[] groups = [.. cased.GroupBy(static f => f.Case!)];
        CheckCases(common, cased, [.. groups.Select(static g => g.Key)]);
        CheckShape();
        new CombinationChecks(_spec, _problems).Check();
        _bits.Plan(common, groups.Select(static g => g.ToArray()));

        long min = 0;
        long max = 0;
        long lineLength = 0;
        List<string> minNames = [];
        List<FieldPlan> commonPlans = [];
        foreach (FieldSpec field in common)
        {
            FieldPlan plan = PlanField(field, "_" + Camel(field.Label), ref min, ref max, minNames);
            commonPlans.Add(plan);
            lineLength = plan.Line is null ? lineLength : Math.Min(max, _spec.MaxSize);
        }

        // Headers stand among the elements of a sequence, so they take no bytes of their own.
        long none = 0;
        FieldPlan[] headers = [.. _spec.Fields.Where(static f => f is { Header: not null }).Select(f => PlanField(f, "_" + Camel(f.Label), ref none, ref none, []))];
        List<CasePlan> cases = [];
        List<(long Size, List<string> Names)> caseSizes = [];
        foreach (IGrouping<CaseSpec, FieldSpec> group in groups)
        {
            long caseMin = min;
            long caseMax = max;
            Dictionary<string, int> used = [];
            List<FieldPlan> fields = [];
            List<string> caseNames = [];
            foreach (FieldSpec field in group)
            {
                fields.Add(PlanField(field, SharedSlot(field, used), ref caseMin, ref caseMax, caseNames));
            }

            caseSizes.Add((caseMin - min, caseNames));
            cases.Add(new CasePlan(group.Key, fields));
        }

        string minSize = MinSize(min, minNames, caseSizes);
        min += caseSizes.Select(static c => c.Size).DefaultIfEmpty().Min();

        if (_spec.MaxSize > 0 && min > _spec.MaxSize)
        {
            _problems.Add(Problem.Of(ProblemId.Rule, "", "Message", $"MaxSize {_spec.MaxSize} is below {Text(min)}, the fewest bytes its fields take"));
        }

        if (_spec.Fields.Count == 0 && _spec.Problems.Count == 0)
        {
            _problems.Add(Problem.Of(ProblemId.Shape, "", "", _spec.Type.Name, "it has no field: declare partial properties"));
        }

        FieldSpec? first = _spec.Fields.FirstOrDefault();
        bool anyCase = _spec.Text is { IgnoreCase: true } && first is { Before.Count: > 0 } && char.IsLetter((char)first.Before[0]);
        int firstByte = first is { Before.Count: > 0, Case: null, When: "" } && !anyCase ? first.Before[0] : -1;
        FieldPlan? block = commonPlans.FirstOrDefault(p => p.Spec == _lines.Block);
        return new MessagePlan(_spec, minSize, _slots, commonPlans, cases, headers, lineLength, block, firstByte, _problems);
    }

    /// <summary>
    /// The fewest bytes, as a constant expression: messages in this one are named by their own constant. Of the cases the smallest counts; one that is
    /// no smaller than another without such messages is none.
    /// </summary>
    private static string MinSize(long common, List<string> names, List<(long Size, List<string> Names)> cases)
    {
        long plain = cases.Where(static c => c.Names.Count == 0).Select(static c => (long?)c.Size).Min() ?? long.MaxValue;
        string[] smallest =
        [
            .. cases.Where(c => c.Names.Count > 0 && c.Size < plain).Select(static c => string.Join(" + ", [.. c.Size > 0 ? (string[])[Text(c.Size)] : [], .. c.Names])).Distinct(),
            .. plain < long.MaxValue && cases.Exists(c => c.Names.Count > 0 && c.Size < plain) ? (string[])[Text(plain)] : [],
        ];
        if (smallest.Length == 0)
        {
            return string.Join(" + ", [Text(common + (plain < long.MaxValue ? plain : 0)), .. names]);
        }

        string least = string.Concat(smallest.Take(smallest.Length - 1).Select((one, i) => $"{string.Join(" && ", smallest.Skip(i + 1).Select(other => $"{one} <= {other}"))} ? {one} : "));
        return string.Join(" + ", [Text(common), .. names, smallest.Length == 1 ? smallest[0] : $"({least}{smallest[smallest.Length - 1]})"]);
    }

    private void CheckShape()
    {
        if (_spec is { Recursive: true, MaxDepth: <= 0 })
        {
            _problems.Add(Problem.Of(ProblemId.Unbounded, "", "Message", _spec.Type.Name, "a message of this type can hold another: give MaxDepth, the most nested in each other"));
        }

        if (_spec.Frame is not { IsInput: false } frame)
        {
            return;
        }

        FieldSpec? length = _spec.Fields.FirstOrDefault(f => f.Name == frame.Field);
        if (length is not { Type: WireType.Integer, Case: null, When: "", IsAscii: false } || length.Encoding.Kind == EncodingKind.Bits)
        {
            _problems.Add(Problem.Of(ProblemId.Reference, "", "Frame", frame.Field, "is no integer field in binary or of variable size that is always there: name one without [Case], [When], [Bits] and [Ascii]"));
        }
        else if (frame.Scale is < 1 or > 65536)
        {
            _problems.Add(Problem.Of(ProblemId.Rule, "", "Frame", "Scale is 1 to 65,536"));
        }
        else if (IsPast(length, uint.MaxValue))
        {
            _problems.Add(Problem.Of(ProblemId.Unbounded, "", "Frame", length.Label, $"it may say more bytes than there can be: let its [Range] end at {uint.MaxValue} or less"));
        }
        else if (_spec.Fields.TakeWhile(f => f != length).FirstOrDefault(static f => f.Type != WireType.Integer && f.Extent.Kind != ExtentKind.Fixed) is { } early)
        {
            _problems.Add(Problem.Of(ProblemId.Field, early.Label, "", early.Label, $"it has a variable size and stands before {length.Label}, which says where the message ends: put it behind"));
        }
    }

    private static bool IsPast(FieldSpec field, decimal most) =>
        Math.Min(Most(field, field.Integer!), field.Rules.Range?.Max ?? decimal.MaxValue) > most || Math.Max(Least(field, field.Integer!), field.Rules.Range?.Min ?? decimal.MinValue) < -most;

    private void CheckCases(FieldSpec[] common, FieldSpec[] cased, CaseSpec[] cases)
    {
        FieldSpec? tag = _spec.Tag is null ? null : common.FirstOrDefault(f => f.Name == _spec.Tag);
        if (_spec.Tag is not null && tag is not { Type: WireType.Integer, When: "", Checksum: null })
        {
            _problems.Add(Problem.Of(ProblemId.Reference, "", "Message", _spec.Tag, "is no integer field that is always there: name one without [Case], [When] and [Checksum]"));
        }
        else if (tag is not null && _spec.Frame?.Field == tag.Name)
        {
            _problems.Add(Problem.Of(ProblemId.Reference, "", "Message", tag.Name, "says where the message ends, and a writer derives it: name another field as Tag"));
        }

        foreach (FieldSpec field in cased)
        {
            if (_spec.Tag is null)
            {
                _problems.Add(Problem.Of(ProblemId.Reference, field.Label, "Case", "Tag", "is not given: name the field that chooses the case, [Message(Tag = nameof(Field))]"));
            }
            else if (tag?.Integer is { } type)
            {
                (decimal least, decimal most) = (Math.Max(Least(tag, type), tag.Rules.Range?.Min ?? type.Min), Math.Min(Most(tag, type), tag.Rules.Range?.Max ?? type.Max));
                foreach (long value in field.Case!.Values.Where(v => v < least || v > most))
                {
                    _problems.Add(Problem.Of(ProblemId.Unreachable, field.Label, "Case", Text(value), $"{tag.Label} is never that: leave the value out, or widen the tag's [Range] or [Bits]"));
                }

                if (field.Case.IsDefault && cases.SelectMany(static c => c.Values).Distinct().Count() > most - least)
                {
                    _problems.Add(Problem.Of(ProblemId.Unreachable, field.Label, "Case", "default", $"every value of {tag.Label} has a case of its own: leave this one out"));
                }
            }
        }

        // Wire order is declaration order, so a case's fields stand together, behind everything they all share.
        CaseSpec? open = null;
        HashSet<CaseSpec> closed = [];
        foreach (FieldSpec field in _spec.Fields)
        {
            if (open is not null && field.Case != open)
            {
                closed.Add(open);
            }

            open = field.Case;
            if (field.Case is null && closed.Count > 0)
            {
                _problems.Add(Problem.Of(ProblemId.Field, field.Label, "", field.Label, "it stands behind the cases: put the fields that are always there first"));
            }
            else if (field.Case is { } again && closed.Contains(again))
            {
                _problems.Add(Problem.Of(ProblemId.Overlap, field.Label, "Case", Name(again), "another case has this value: put the fields of one case together"));
            }
            else if (field.Case is { } value && closed.FirstOrDefault(c => c.Values.Any(value.Values.Contains)) is { } other)
            {
                _problems.Add(Problem.Of(ProblemId.Overlap, field.Label, "Case", Text(value.Values.First(other.Values.Contains)), "another case has this value: take it out of one of them"));
            }
        }

        static string Name(CaseSpec @case) => @case.IsDefault ? "default" : string.Join(", ", @case.Values);
    }

    private FieldPlan PlanField(FieldSpec field, string slotName, ref long min, ref long max, List<string> minNames)
    {
        LinePlace? place = _lines.Place(field);
        IReadOnlyList<BytePattern> patterns = ReadPatterns(field);
        (decimal valueMin, decimal valueMax) = IntegerBounds(field);
        (long lengthMin, long lengthMax) = field.Type switch
        {
            WireType.Integer => IntegerSize(field, valueMin, valueMax),
            WireType.Bytes when place is not null || field.Header is not null => LineBounds(field, patterns),
            WireType.Bytes => BytesBounds(field, patterns),
            WireType.Message => MessageBounds(field),
            WireType.Sequence => SequenceBounds(field),
            WireType.Words => (0, Math.Max(0, _spec.MaxSize - 2)),
            _ => (0, 0),
        };
        if (field.Jump > 0 && valueMax > int.MaxValue)
        {
            _problems.Add(Problem.Of(ProblemId.Rule, field.Label, "At", $"an offset of {Text(valueMax)} is possible, and none is past {int.MaxValue}: bound it by [Range], [Bits] or a smaller type"));
        }

        if (place is null && field.Header is null)
        {
            CheckExtent(field, patterns);
        }
        else
        {
            CheckDelimiter(field, patterns);
        }

        bool resumes = !IsFramed && field is { Type: WireType.Sequence, Element.Jumps: 0, Extent.Kind: ExtentKind.CountField or ExtentKind.Until or ExtentKind.Predicate };
        if (max > LongestHead && (resumes || (_spec.Text is not null && !IsFramed && place is null && field.Header is null && IsScanned(field))))
        {
            string attribute = field.Extent.Kind == ExtentKind.CountField ? "Count" : "";
            _problems.Add(Problem.Of(
                ProblemId.Field, field.Label, attribute, field.Label, $"at most {LongestHead} bytes may stand before {(resumes ? "a sequence" : "a field whose end is looked for")}, and here up to {Text(max)} do; or say where the message ends, [Frame(nameof(Field))]"));
        }
        else if (field.Header is null && _spec.Text is null && !IsFramed && MayDrip(field, lengthMax) && LookedAtAgain(field) is > LongestHead and var again)
        {
            _problems.Add(Problem.Of(
                ProblemId.Field, field.Label, CombinationChecks.Attribute(field.Extent.Kind), field.Label, $"its end is looked for at each byte that comes, and what stands before it is read again then: at most {LongestHead} bytes that cannot be jumped over, and here up to {Text(again)}; say where the message ends, [Frame(nameof(Field))]"));
        }

        if (field is { Type: WireType.Bytes, Extent.Kind: ExtentKind.Parser })
        {
            CheckParser(field, patterns, place is not null);
        }

        BitPlace? bits = _bits.Place(field);
        int around = field.Before.Count + field.After.Count + field.Extent.Delimiter.Count + PrefixSize(field.Extent);
        if (field.Encoding.Kind == EncodingKind.Bits)
        {
            // A run's bytes are counted where it is complete.
            lengthMin = lengthMax = bits is { Writes: true } ? bits.Run.Bytes : 0;
        }

        if (place is not null)
        {
            (long least, long most) = _lines.Around(place);
            bool mayMiss = field.Encoding.Kind == EncodingKind.Flag || (!place.IsFirst && (field.Type == WireType.Words || field.Extent.Optional));
            min += mayMiss ? least - 1 : lengthMin + around + least;
            max += most;
        }
        else if (field.When.Length == 0)
        {
            min += lengthMin + (field.Extent.Null is null ? around : field.Before.Count);
            if (field is { Type: WireType.Message, Element.SelfSizing: true, Extent.Kind: not ExtentKind.Fixed, Extent.Null: null } && lengthMin == 0)
            {
                minNames.Add(field.Element.TypeName + ".MinSize");
            }
        }

        max += lengthMax + around + Math.Max(0, field.Align - 1);
        Slot slot = _slots.Find(s => s.Name == slotName) ?? new Slot(slotName, SlotType(field));
        if (!_slots.Contains(slot))
        {
            _slots.Add(slot);
        }

        FieldSpec? derivedFrom = _spec.Fields.FirstOrDefault(f => f.Case == field.Case && f.Extent.IsDerived && f.Extent.Field == field.Name);
        FieldPlan plan = new(
            field,
            slot,
            Local(field),
            valueMin,
            valueMax,
            lengthMin,
            lengthMax,
            patterns,
            bits,
            place,
            derivedFrom,
            derivedFrom is not null || (_spec.Frame is { IsInput: false } frame && frame.Field == field.Name),
            !IsFramed && max > _spec.MaxSize && (field.Extent.Kind is not (ExtentKind.None or ExtentKind.Line) || field.Type == WireType.Message || field.Encoding.IsVarint || field.IsAscii),
            resumes);
        _planned[field.Name] = plan;
        return plan;
    }

    private IReadOnlyList<BytePattern> ReadPatterns(FieldSpec field)
    {
        IReadOnlyList<BytePattern> patterns = RulePatterns.Compile(field.Rules, field.Label, _problems);
        if (patterns.Count > 0 && field.Type != WireType.Bytes)
        {
            string attribute = patterns[0].Syntax == PatternSyntax.Abnf ? "Chars" : "RegularExpression";
            _problems.Add(Problem.Of(ProblemId.Rule, field.Label, attribute, $"[{attribute}] is checked on ReadOnlySpan<byte> only"));
        }

        return patterns;
    }

    private static int PrefixSize(ExtentSpec extent) => extent.Kind != ExtentKind.Prefix ? 0 : extent.Prefix?.Size ?? 1;

    private static (long Min, long Max) IntegerSize(FieldSpec field, decimal valueMin, decimal valueMax) => field.Encoding.Kind switch
    {
        EncodingKind.Ascii when field.Encoding.Size > 0 => (field.Encoding.Size, field.Encoding.Size),
        EncodingKind.Ascii when field.Encoding.LeadingZeros => (1, FieldReader.MostDigits(field.Encoding.Radix)),
        EncodingKind.Ascii when field.Encoding.Radix != 10 => (Digits((ulong)valueMin, field.Encoding.Radix), Digits((ulong)valueMax, field.Encoding.Radix)),
        EncodingKind.Ascii => (AsciiMin(valueMin, valueMax), Math.Max(Digits(valueMin), Digits(valueMax))),
        EncodingKind.Flag => (field.Encoding.Word.Count, field.Encoding.Word.Count),
        EncodingKind.Binary or EncodingKind.Bits => (field.Integer!.Size, field.Integer.Size),
        _ => (1, field.Encoding.Size),
    };

    private (decimal Min, decimal Max) IntegerBounds(FieldSpec field)
    {
        if (field.Integer is not { } type)
        {
            if (field.Rules.Range is not null)
            {
                _problems.Add(Problem.Of(ProblemId.Rule, field.Label, "Range", "[Range] is checked on integers only"));
            }

            return (0, 0);
        }

        (decimal least, decimal most) = (Least(field, type), Most(field, type));
        if (field.Rules.Range is not { } range)
        {
            return (least, most);
        }

        if (range.Min < type.Min || range.Max > type.Max)
        {
            _problems.Add(Problem.Of(ProblemId.Rule, field.Label, "Range", $"the range is wider than {type.Keyword}, which holds {Text(type.Min)} to {Text(type.Max)}"));
        }

        else if (range.Min > most || range.Max < least)
        {
            _problems.Add(Problem.Of(ProblemId.Rule, field.Label, "Range", $"no number satisfies it: as it is spelled the field holds {Text(least)} to {Text(most)}"));
        }

        return (Math.Max(range.Min, least), Math.Min(range.Max, most));
    }

    /// <summary>The smallest number that the field's spelling has.</summary>
    private static decimal Least(FieldSpec field, IntegerType type) =>
        field.Encoding.Kind is EncodingKind.Binary or EncodingKind.Ascii or EncodingKind.ZigZag or EncodingKind.BerInteger && !field.Encoding.IsDigits ? type.Min : 0;

    /// <summary>The largest number that the field's spelling has.</summary>
    private static decimal Most(FieldSpec field, IntegerType type)
    {
        decimal most = field.Encoding.Kind switch
        {
            EncodingKind.Bits => Power(field.Encoding.Size) - 1,
            EncodingKind.Ascii when field.Encoding.Size > 0 => MostOf(field.Encoding.Size, field.Encoding.Radix),
            EncodingKind.Leb128 => Power(Math.Min(64, 7 * field.Encoding.Size)) - 1,
            EncodingKind.ZigZag => Power(Math.Min(63, (7 * field.Encoding.Size) - 1)) - 1,
            EncodingKind.BerInteger => Math.Min(type.Max, long.MaxValue),
            EncodingKind.BerBoolean => 1,
            EncodingKind.Quic => Power(field.Encoding.Size >= 8 ? 62 : field.Encoding.Size >= 4 ? 30 : field.Encoding.Size >= 2 ? 14 : 6) - 1,
            _ => type.Max,
        };
        return Math.Min(most, type.Max);

        static decimal Power(int exponent) => exponent == 64 ? ulong.MaxValue + 1m : 1UL << exponent;

        static decimal MostOf(int digits, int radix)
        {
            decimal most = 0;
            for (int i = 0; i < digits && most < ulong.MaxValue; i++)
            {
                most = (most * radix) + radix - 1;
            }

            return Math.Min(most, ulong.MaxValue);
        }
    }

    /// <summary>The length of a field that a line bounds: of one byte or more, unless its rules speak of less.</summary>
    private (long Min, long Max) LineBounds(FieldSpec field, IReadOnlyList<BytePattern> patterns)
    {
        long? min = patterns.Select(static p => (long?)p.Shortest).Append(field.Rules.MinLength).Max();
        long? max = patterns.Select(static p => p.Longest).Append(field.Rules.MaxLength).Min();
        return (min ?? (field.Extent.Kind is ExtentKind.Rest or ExtentKind.Parser || field.Header is not null ? 0 : 1), max ?? _spec.MaxSize);
    }

    /// <summary>Whether a field's end is only known when its bytes have been looked at.</summary>
    private static bool IsScanned(FieldSpec field) =>
        field.Extent.Kind is ExtentKind.Until or ExtentKind.Parser || field.IsAscii || field.Encoding.IsVarint || field is { Type: WireType.Message, Extent.IsWindow: false };

    /// <summary>Whether many resumes may fall into a field: its end is looked for, and it is no number of a few bytes.</summary>
    private static bool MayDrip(FieldSpec field, long lengthMax) =>
        lengthMax > ShortField && (field.Type == WireType.Message
            ? !field.Extent.IsWindow && field.Element!.Content?.Fields.Any(static f => IsScanned(f) || f.Type == WireType.Words) != false
            : field.Type == WireType.Sequence ? !field.Extent.IsWindow : IsScanned(field));

    /// <summary>The bytes before a field that are looked at again at each resume: what is sized and has no pattern is jumped over.</summary>
    private long LookedAtAgain(FieldSpec field) => _spec.Fields
        .TakeWhile(f => f != field)
        .Where(f => f.Header is null && (f.Case is null || f.Case == field.Case) && _planned.ContainsKey(f.Name))
        .Select(f => _planned[f.Name])
        .Sum(static p => p.Patterns.Count > 0 || p.Spec.Type is WireType.Message or WireType.Sequence || IsScanned(p.Spec) ? p.LengthMax : 0);

    private (long Min, long Max) BytesBounds(FieldSpec field, IReadOnlyList<BytePattern> patterns)
    {
        long min = patterns.Select(static p => p.Shortest).Append(field.Rules.MinLength ?? 0).Max();
        long? max = patterns.Select(static p => p.Longest).Append(field.Rules.MaxLength).Min();
        if (patterns.Count > 0 && (max < min || (field.Extent is { Kind: ExtentKind.Fixed, Bytes: > 0 and int bytes } && (bytes < min || bytes > max))))
        {
            string attribute = patterns[patterns.Count - 1].Syntax == PatternSyntax.Abnf ? "Chars" : "RegularExpression";
            _problems.Add(Problem.Of(ProblemId.Rule, field.Label, attribute, $"no length satisfies it and the other rules: they ask for {Text(min)} bytes or more{(max is { } fewest ? $" and {Text(fewest)} or fewer" : "")}"));
        }

        switch (field.Extent.Kind)
        {
            case ExtentKind.Fixed:
                if (field.Extent.Bytes <= 0)
                {
                    _problems.Add(Problem.Of(ProblemId.Rule, field.Label, "Size", "a fixed size is 1 byte or more"));
                }

                return (field.Extent.Bytes, field.Extent.Bytes);
            case ExtentKind.SizeField or ExtentKind.Prefix:
                (long least, long most) = Window(field);
                return (Math.Max(min, least), Math.Min(max ?? long.MaxValue, most));
            case ExtentKind.Rest:
                return (min, Math.Min(max ?? long.MaxValue, _spec.MaxSize));
            case ExtentKind.Until when max is null:
                _problems.Add(Problem.Of(ProblemId.Unbounded, field.Label, "Until", field.Label, "a client can make the parser keep MaxSize bytes for it: add [MaxLength(n)], or a bounded [Chars] or [RegularExpression]"));
                return (min, _spec.MaxSize);
            case ExtentKind.Until or ExtentKind.Parser:
                return (min, max ?? _spec.MaxSize);
            default:
                return (min, max ?? 0);
        }
    }

    private (long Min, long Max) MessageBounds(FieldSpec field)
    {
        if (field.Element!.MaxSize <= 0)
        {
            _problems.Add(Problem.Of(ProblemId.Unbounded, field.Label, "", field.Label, "its type is no [Message] with a MaxSize: give it one"));
        }

        if (field.Element.Framed && !field.Extent.IsWindow)
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "", field.Label, $"{field.Element.Label} is given whole, so say where it ends: [Size], [LengthPrefix] or [Rest]"));
        }

        return field.Extent.Kind switch
        {
            ExtentKind.Fixed => (field.Extent.Bytes, field.Extent.Bytes),
            ExtentKind.SizeField or ExtentKind.Prefix => (0, Math.Min(Window(field).Max, field.Element.MaxSize)),
            _ => (0, field.Element.MaxSize),
        };
    }

    /// <summary>The bounds of a length that is read: from an earlier field, or right before the field.</summary>
    private (long Min, long Max) Window(FieldSpec field)
    {
        ExtentSpec extent = field.Extent;
        decimal least;
        decimal most;
        string place = field.Label;
        string attribute = "LengthPrefix";
        if (extent.Kind == ExtentKind.SizeField)
        {
            if (Referenced(field, "Size") is not { } size)
            {
                return (0, 0);
            }

            (least, most, place, attribute) = (size.ValueMin, size.ValueMax, size.Spec.Label, "Range");
            CheckLargest(size, field);
            if (extent.Null is { } none && least > none)
            {
                _problems.Add(Problem.Of(ProblemId.Rule, field.Label, "Size", $"{size.Spec.Label} is never {Text(none)}: take a signed type, and let its [Range] start there"));
            }
        }
        else
        {
            (least, most) = extent.Prefix is { } prefix ? (Math.Max(prefix.Min, extent.Null ?? 0), prefix.Max) : (0, int.MaxValue);
        }

        if (extent.Null is { } absent && least == absent)
        {
            least = absent + 1;
        }

        long shortest = (long)Math.Max(long.MinValue / 2, (extent.Scale * least) + extent.Bias);
        long longest = (long)Math.Min(LongestField, (extent.Scale * most) + extent.Bias);
        if (shortest < 0 && extent.Kind == ExtentKind.SizeField)
        {
            string mend = extent.Bias < 0 ? $"let its [Range] start at {Text(Math.Ceiling(-extent.Bias / (decimal)extent.Scale))}" : $"let its [Range] start at 0, or at the Null of {field.Label}";
            _problems.Add(Problem.Of(ProblemId.Rule, place, attribute, $"a length of {Text(shortest)} is possible: {mend}"));
        }

        return (extent.Null is null ? Math.Max(0, shortest) : 0, Math.Max(0, longest));
    }

    private (long Min, long Max) SequenceBounds(FieldSpec field)
    {
        if (field.Element is not { MaxSize: > 0 } element)
        {
            _problems.Add(Problem.Of(ProblemId.Unbounded, field.Label, "", field.Label, "its element is no [Message] with a MaxSize: give it one"));
            return (0, 0);
        }

        if (!IsFramed && _spec.Fields.Count(f => f.Type == WireType.Sequence && (f.Case is null || f.Case == field.Case || field.Case is null)) > 1)
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "", field.Label, "a message of several sequences says where it ends: add [Frame(nameof(Field))], or [Frame] where its input is the whole of it"));
        }

        if (element.Framed)
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "", field.Label, $"{element.Label} is given whole, so elements of it do not tell where they end: take [Frame] off it, or put it into a message with a [LengthPrefix]"));
        }

        switch (field.Extent.Kind)
        {
            case ExtentKind.CountField:
                FieldPlan? count = Referenced(field, "Count");
                if (count is not null)
                {
                    CheckLargest(count, field);
                }

                long most = count is null ? 0 : (long)Math.Max(0, Math.Min(count.ValueMax + field.Extent.Bias, int.MaxValue));
                return (0, most > 0 && element.MaxSize > (int.MaxValue / most) ? int.MaxValue : most * element.MaxSize);
            case ExtentKind.Predicate or ExtentKind.Until:
                if (field.Rules.MaxLength is not { } elements)
                {
                    _problems.Add(Problem.Of(
                        ProblemId.Unbounded, field.Label, CombinationChecks.Attribute(field.Extent.Kind), field.Label, "a client chooses how many elements it has: give the most, [MaxLength(n)]"));
                    return (0, 0);
                }

                return (0, Math.Min((long)elements * element.MaxSize, _spec.MaxSize));
            case ExtentKind.Fixed:
                return (field.Extent.Bytes, field.Extent.Bytes);
            case ExtentKind.SizeField or ExtentKind.Prefix:
                return Window(field);
            default:
                return (0, _spec.MaxSize);
        }
    }

    /// <summary>A length or count is reckoned with in 64 bits and used in 32, so what says it must not be far past them.</summary>
    private void CheckLargest(FieldPlan source, FieldSpec field)
    {
        decimal most = field.Extent.Kind == ExtentKind.CountField ? int.MaxValue - (decimal)Math.Max(0, field.Extent.Bias) : uint.MaxValue;
        if (source.ValueMax > most || source.ValueMin < -(decimal)uint.MaxValue)
        {
            _problems.Add(Problem.Of(
                ProblemId.Unbounded, source.Spec.Label, source.Spec.Rules.Range is null ? "" : "Range", source.Spec.Label, $"it says how long {field.Label} is and may be {Text(source.ValueMax)}: let its [Range] end at {Text(most)} or less"));
        }
    }

    private FieldPlan? Referenced(FieldSpec field, string attribute)
    {
        if (_planned.TryGetValue(field.Extent.Field, out FieldPlan? plan) && plan.Spec is { Integer: not null, When: "", IsBoolean: false } && (plan.Spec.Case is null || plan.Spec.Case == field.Case))
        {
            if (plan.Spec.Case is null && field.Case is not null)
            {
                _problems.Add(Problem.Of(ProblemId.Reference, field.Label, attribute, field.Extent.Field, "belongs to every case, so the writer could not derive it: declare it in this case"));
            }

            return plan;
        }

        string what = _spec.Fields.Any(f => f.Name == field.Extent.Field)
            ? "is no integer field that is always there and stands before this one: declare it there, without [When]" : "is no field of the message: name an integer field before this one";
        _problems.Add(Problem.Of(ProblemId.Reference, field.Label, attribute, field.Extent.Field, what));
        return null;
    }

    private void CheckExtent(FieldSpec field, IReadOnlyList<BytePattern> patterns)
    {
        bool right = field.Type switch
        {
            WireType.Integer when field.IsAscii => field.Extent.Kind is ExtentKind.None or ExtentKind.Until && (field.Extent.Kind == ExtentKind.Until || field.After.Count > 0 || field.Encoding.Size > 0),
            WireType.Integer when field.Encoding.Kind == EncodingKind.Flag => true,
            WireType.Integer => field.Extent.Kind == ExtentKind.None,
            WireType.Bytes => field.Extent.IsWindow || field.Extent.Kind is ExtentKind.Until or ExtentKind.Parser,
            WireType.Message => field.Extent.IsWindow || field.Extent.Kind == ExtentKind.None,
            WireType.Sequence => field.Extent.IsWindow || field.Extent.Kind is ExtentKind.CountField or ExtentKind.Predicate or ExtentKind.Until,
            WireType.Words => field.Extent.Kind == ExtentKind.Line,
            _ => true,
        };
        if (!right)
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "", field.Label, field.Type switch
            {
                WireType.Integer when field.IsAscii => "a number in digits ends at a delimiter: add [Until(\"\\r\\n\")] or [Literal(After = \" \")]",
                WireType.Integer => "a binary integer has the size of its type; for one in digits add [Ascii]",
                WireType.Bytes => "nothing says where it ends: add [Size(n)], [Size(nameof(Field))], [LengthPrefix], [Until(\"...\")] or [Rest]",
                WireType.Message => "a message ends by itself, or where [Size], [LengthPrefix] or [Rest] say",
                _ => "nothing says how many elements it has: add [Count(nameof(Field))], [RepeatUntil], [Until], [Size], [LengthPrefix] or [Rest]",
            }));
        }

        if (field.Extent.Kind == ExtentKind.Rest && !IsFramed)
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "Rest", field.Label, "nothing says where the message ends: add [Frame(nameof(Field))], or [Frame] where its input is the whole of it"));
        }

        CheckDelimiter(field, patterns);
    }

    /// <summary>What a method takes is bounded by what is declared; where it starts again whenever more has come, by little.</summary>
    private void CheckParser(FieldSpec field, IReadOnlyList<BytePattern> patterns, bool isInLine)
    {
        if (patterns.Select(static p => p.Longest).Append(field.Rules.MaxLength).Min() is not { } most)
        {
            _problems.Add(Problem.Of(ProblemId.Unbounded, field.Label, "Parser", field.Label, "its method could take all that a client sends: add [MaxLength(n)], or a bounded [Chars] or [RegularExpression]"));
        }
        else if (!isInLine && !IsFramed && most > LongestHead)
        {
            _problems.Add(Problem.Of(
                ProblemId.Field, field.Label, "Parser", field.Label, $"its method starts again whenever more has come, so outside a line and a frame it takes at most {LongestHead} bytes, and here up to {Text(most)}: say where the message ends, [Frame(nameof(Field))]"));
        }
    }

    private void CheckDelimiter(FieldSpec field, IReadOnlyList<BytePattern> patterns)
    {
        byte behind = field.Extent.Delimiter.Count > 0 ? field.Extent.Delimiter[0] : field.After.Count > 0 ? field.After[0] : (byte)0;
        bool digitBehind = behind is >= (byte)'0' and <= (byte)'9' || (field.Encoding.Radix == 16 && (behind | 0x20) is >= 'a' and <= 'f');
        if (field is { IsAscii: true, Encoding.Size: 0 } && digitBehind)
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "", field.Label, "what stands behind the number is a digit, so its end cannot be told"));
        }

        if (field.Extent is { Kind: ExtentKind.Until, Delimiter: { Count: 1 } delimiter } && field.Type == WireType.Bytes
            && patterns.Count > 0 && patterns.All(p => p.Bytes.Contains(delimiter[0])))
        {
            _problems.Add(Problem.Of(ProblemId.Overlap, field.Label, "Until", field.Label, "what it matches may hold the delimiter, so one input has two readings: take the delimiter out of its [Chars] or [RegularExpression]"));
        }
    }

    /// <summary>Cases of one tag never stand beside each other, so values of one type share a slot.</summary>
    private string SharedSlot(FieldSpec field, Dictionary<string, int> used)
    {
        if (field.Type == WireType.Words)
        {
            return "_" + Camel(field.Label);
        }

        string kind = field.Type switch
        {
            WireType.Bytes => "bytes",
            WireType.Integer => field.Integer!.Keyword == "ulong" ? "unsigned" : "number",
            _ => Noun(field),
        };
        kind = _spec.Fields.Any(f => Camel(f.Label).StartsWith(kind, StringComparison.Ordinal)) ? "_case" + char.ToUpperInvariant(kind[0]) + kind.Substring(1) : "_" + kind;
        used.TryGetValue(kind, out int index);
        used[kind] = index + 1;
        return index == 0 ? kind : kind + (index + 1).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What the slots of a type of message, or of a sequence of them, are named after: no two types alike.</summary>
    private string Noun(FieldSpec field)
    {
        if (!_nouns.TryGetValue(field.TypeName, out string? noun))
        {
            // A field whose type is no message has a problem of its own; what its slot is named does not matter.
            string type = field.Element?.TypeName.Split('.', ':').Last().TrimStart('@').Split('<')[0] is { Length: > 0 } name ? name : "value";
            noun = char.ToLowerInvariant(type[0]) + type.Substring(1) + (field.Type == WireType.Sequence ? "s" : char.IsDigit(type[type.Length - 1]) ? "Value" : "");
            while (_nouns.ContainsValue(noun) || noun is "bytes" or "number" or "unsigned")
            {
                noun = "other" + char.ToUpperInvariant(noun[0]) + noun.Substring(1);
            }

            _nouns[field.TypeName] = noun;
        }

        return noun;
    }

    private static string SlotType(FieldSpec field) => field is { Type: WireType.Integer, Case: not null } ? field.Integer!.Keyword == "ulong" ? "ulong" : "long" : field.TypeName;

    /// <summary>What the parser's other locals for a field end in.</summary>
    private static readonly string[] s_suffixes =
        ["Start", "End", "Length", "Prefix", "Count", "Left", "Next", "State", "Status", "Element", "Target", "Hops", "Before", "Size", "At", "Behind", "WindowEnd", "Found", "Number", "Around", "Fits"];

    /// <summary>The local variable's name: the field's, with a small first letter, kept apart from the parser's own and those of other fields.</summary>
    private string Local(FieldSpec field) => Camel(field.Label) switch
    {
        string name when name.StartsWith("shared", StringComparison.Ordinal) || name.StartsWith("bitsOf", StringComparison.Ordinal)
            || s_suffixes.Any(s => name.EndsWith(s, StringComparison.Ordinal) && _camels.Contains(name.Substring(0, name.Length - s.Length))) => "the" + field.Label,
        "input" or "state" or "message" or "consumed" or "error" or "position" or "code" or "field" or "element" or "status" or "destination" or "written" or "broken" or "wrongAt"
            or "start" or "end" or "depth" or "inner" or "next" or "size" or "following" or "framed" or "read" or "lineEnd" or "behindLine" or "elementStart" or "table" => "the" + field.Label,
        string name => Reading.Names.Escape(name),
    };

    private string Camel(string name)
    {
        string camel = char.ToLowerInvariant(name[0]) + name.Substring(1);

        // Of two fields that differ in that letter alone, one keeps its name.
        return camel != name && _labels.Contains(camel) ? name : camel;
    }

    private static int Digits(decimal value) => Text(value).Length;

    private static int Digits(ulong value, int radix)
    {
        int digits = 1;
        for (; value >= (ulong)radix; value /= (ulong)radix)
        {
            digits++;
        }

        return digits;
    }

    private static int AsciiMin(decimal min, decimal max) => min <= 9 && max >= 0 ? 1 : Math.Min(Digits(min), Digits(max));

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
