using System.Globalization;
using DeclServer.Generator.Model;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Planning;

/// <summary>Plans a message: checks what only the whole of it shows, computes its bounds, and decides where its values are kept.</summary>
internal sealed class MessagePlanner
{
    /// <summary>A sequence's parser reads what stands before the sequence again at each resume, so that must be short.</summary>
    private const int LongestHead = 256;

    private readonly MessageSpec _spec;
    private readonly List<Problem> _problems;
    private readonly Dictionary<string, FieldPlan> _planned = [];
    private readonly List<Slot> _slots = [];

    private MessagePlanner(MessageSpec spec)
    {
        _spec = spec;
        _problems = [.. spec.Problems];
    }

    public static MessagePlan Plan(MessageSpec spec) => new MessagePlanner(spec).Plan();

    private MessagePlan Plan()
    {
        FieldSpec[] common = [.. _spec.Fields.Where(static f => f.Case is null)];
        FieldSpec[] cased = [.. _spec.Fields.Where(static f => f.Case is not null)];
        CheckCases(common, cased);
        CheckText();

        long min = 0;
        long max = 0;
        FieldPlan[] commonPlans = [.. common.Select(f => PlanField(f, $"_{Camel(f.Label)}", ref min, ref max))];
        List<CasePlan> cases = [];
        long smallestCase = long.MaxValue;
        foreach (IGrouping<long, FieldSpec> group in cased.GroupBy(static f => f.Case!.Value))
        {
            long caseMin = min;
            long caseMax = max;
            Dictionary<string, int> used = [];
            List<FieldPlan> fields = [];
            foreach (FieldSpec field in group)
            {
                fields.Add(PlanField(field, SharedSlot(field, used), ref caseMin, ref caseMax));
            }

            smallestCase = Math.Min(smallestCase, caseMin);
            cases.Add(new CasePlan(group.Key, fields));
        }

        if (cases.Count > 0)
        {
            min = smallestCase;
        }

        if (_spec.MaxSize > 0 && min > _spec.MaxSize)
        {
            _problems.Add(Problem.Of(ProblemId.Rule, "", "Message", $"MaxSize {_spec.MaxSize} is below {Text(min)}, the fewest bytes its fields take"));
        }

        if (_spec.Fields.Count == 0 && _spec.Problems.Count == 0)
        {
            _problems.Add(Problem.Of(ProblemId.Shape, "", "", _spec.Type.Name, "it has no field: declare partial properties"));
        }

        FieldSpec? first = _spec.Fields.FirstOrDefault();
        int firstByte = first is { Before.Count: > 0 } ? first.Before[0] : -1;
        return new MessagePlan(_spec, min, _slots, commonPlans, cases, firstByte, _problems);
    }

    private void CheckCases(FieldSpec[] common, FieldSpec[] cased)
    {
        FieldSpec? tag = _spec.Tag is null ? null : common.FirstOrDefault(f => f.Name == _spec.Tag);
        if (_spec.Tag is not null && tag is not { Type: WireType.Integer })
        {
            _problems.Add(Problem.Of(ProblemId.Reference, "", "Message", _spec.Tag, "is no integer field without [Case]"));
        }

        foreach (FieldSpec field in cased)
        {
            if (_spec.Tag is null)
            {
                _problems.Add(Problem.Of(ProblemId.Reference, field.Label, "Case", "Tag", "is not given: name the field that chooses the case, [Message(Tag = nameof(Field))]"));
            }
            else if (tag?.Integer is { } type && (field.Case < Math.Max(type.Min, tag.Rules.Range?.Min ?? type.Min) || field.Case > Math.Min(type.Max, tag.Rules.Range?.Max ?? type.Max)))
            {
                _problems.Add(Problem.Of(ProblemId.Unreachable, field.Label, "Case", Text(field.Case!.Value), $"{tag.Label} is never that"));
            }
        }

        // Wire order is declaration order, so a case's fields stand together, behind everything they all share.
        long? open = null;
        HashSet<long> closed = [];
        foreach (FieldSpec field in _spec.Fields)
        {
            if (field.Case != open && open is { } ended)
            {
                closed.Add(ended);
            }

            open = field.Case;
            if (field.Case is null && closed.Count > 0)
            {
                _problems.Add(Problem.Of(ProblemId.Field, field.Label, "", field.Label, "it stands behind the cases: put the fields that are always there first"));
            }
            else if (field.Case is { } value && closed.Contains(value))
            {
                _problems.Add(Problem.Of(ProblemId.Overlap, field.Label, "Case", Text(value), "another case has this value; put the fields of one case together"));
            }
        }
    }

    private void CheckText()
    {
        bool hasWords = _spec.Fields.Any(static f => f.Type == WireType.Words);
        if (_spec.Text is not null && !(_spec.Fields.Count == 1 && hasWords))
        {
            _problems.Add(Problem.Of(ProblemId.Field, "", "Text", _spec.Type.Name, "a [Text] message is one line of Words: one field of that type"));
        }
        else if (_spec.Text is null && hasWords)
        {
            _problems.Add(Problem.Of(ProblemId.Field, "", "", _spec.Type.Name, "Words are found in a line: add [Text] to the message"));
        }
    }

    private FieldPlan PlanField(FieldSpec field, string slotName, ref long min, ref long max)
    {
        IReadOnlyList<BytePattern> patterns = RulePatterns.Compile(field.Rules, field.Label, _problems);
        if (patterns.Count > 0 && field.Type != WireType.Bytes)
        {
            string attribute = patterns[0].Syntax == PatternSyntax.Abnf ? "Chars" : "RegularExpression";
            _problems.Add(Problem.Of(ProblemId.Rule, field.Label, attribute, $"[{attribute}] is checked on ReadOnlySpan<byte> only"));
        }

        (decimal valueMin, decimal valueMax) = IntegerBounds(field);
        (long lengthMin, long lengthMax) = field.Type switch
        {
            WireType.Integer when field.IsAscii => (AsciiMin(valueMin, valueMax), Math.Max(Digits(valueMin), Digits(valueMax))),
            WireType.Integer => (field.Integer!.Size, field.Integer.Size),
            WireType.Bytes => BytesBounds(field, patterns),
            WireType.Sequence => SequenceBounds(field),
            WireType.Words => (0, Math.Max(0, _spec.MaxSize - 2)),
            _ => (0, 0),
        };
        CheckExtent(field, patterns);
        if (field.Type == WireType.Sequence && max > LongestHead)
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "Count", field.Label, $"at most {LongestHead} bytes may stand before a sequence, and here up to {Text(max)} do"));
        }

        int around = field.Before.Count + field.After.Count + field.Extent.Delimiter.Count;
        min += lengthMin + (field.Extent.Null is null ? around : field.Before.Count);
        max += lengthMax + around;
        Slot slot = _slots.Find(s => s.Name == slotName) ?? new Slot(slotName, SlotType(field));
        if (!_slots.Contains(slot))
        {
            _slots.Add(slot);
        }

        FieldPlan plan = new(
            field,
            slot,
            Local(field),
            valueMin,
            valueMax,
            lengthMin,
            lengthMax,
            patterns,
            _spec.Fields.FirstOrDefault(f => f.Case == field.Case && f.Extent.Kind is ExtentKind.SizeField or ExtentKind.CountField && f.Extent.Field == field.Name),
            max > _spec.MaxSize && field.Extent.Kind is not (ExtentKind.None or ExtentKind.Line));
        _planned[field.Name] = plan;
        return plan;
    }

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

        if (field.Rules.Range is not { } range)
        {
            return (type.Min, type.Max);
        }

        if (range.Min < type.Min || range.Max > type.Max)
        {
            _problems.Add(Problem.Of(ProblemId.Rule, field.Label, "Range", $"the range is wider than {type.Keyword}, which holds {Text(type.Min)} to {Text(type.Max)}"));
        }

        return (Math.Max(range.Min, type.Min), Math.Min(range.Max, type.Max));
    }

    private (long Min, long Max) BytesBounds(FieldSpec field, IReadOnlyList<BytePattern> patterns)
    {
        long min = patterns.Select(static p => p.Shortest).Append(field.Rules.MinLength ?? 0).Max();
        long? max = patterns.Select(static p => p.Longest).Append(field.Rules.MaxLength).Min();
        if (patterns.Count > 0 && (max < min || (field.Extent is { Kind: ExtentKind.Fixed, Bytes: > 0 and int bytes } && (bytes < min || bytes > max))))
        {
            string attribute = patterns[patterns.Count - 1].Syntax == PatternSyntax.Abnf ? "Chars" : "RegularExpression";
            _problems.Add(Problem.Of(ProblemId.Rule, field.Label, attribute, $"no length satisfies it and the other rules: they ask for {Text(min)} bytes or more{(max is { } most ? $" and {Text(most)} or fewer" : "")}"));
        }

        switch (field.Extent.Kind)
        {
            case ExtentKind.Fixed:
                if (field.Extent.Bytes <= 0)
                {
                    _problems.Add(Problem.Of(ProblemId.Rule, field.Label, "Size", "a fixed size is 1 byte or more"));
                }

                return (field.Extent.Bytes, field.Extent.Bytes);
            case ExtentKind.SizeField when Referenced(field, "Size") is { } size:
                if (size.ValueMin < 0 && (field.Extent.Null is null || size.ValueMin != field.Extent.Null))
                {
                    _problems.Add(Problem.Of(ProblemId.Rule, size.Spec.Label, "Range", $"a length of {Text(size.ValueMin)} is possible: let its [Range] start at 0, or at the Null of {field.Label}"));
                }

                return (Math.Max(min, field.Extent.Null is null ? (long)Math.Max(0, size.ValueMin) : 0), Math.Min(max ?? long.MaxValue, (long)Math.Min(size.ValueMax, int.MaxValue - 64)));
            case ExtentKind.Until when max is null:
                _problems.Add(Problem.Of(ProblemId.Unbounded, field.Label, "Until", field.Label, "a client can make the parser keep MaxSize bytes for it: add [MaxLength(n)], or a bounded [Chars] or [RegularExpression]"));
                return (min, _spec.MaxSize);
            case ExtentKind.Until:
                return (min, max!.Value);
            default:
                return (min, max ?? 0);
        }
    }

    private (long Min, long Max) SequenceBounds(FieldSpec field)
    {
        FieldPlan? count = Referenced(field, "Count");
        if (field.ElementMaxSize <= 0)
        {
            _problems.Add(Problem.Of(ProblemId.Unbounded, field.Label, "", field.Label, "its element is no [Message] with a MaxSize"));
        }

        if (_spec.Fields.Count(static f => f.Type == WireType.Sequence) > 1 && _spec.Tag is null)
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "Count", field.Label, "a message has one sequence"));
        }

        long most = count is null ? 0 : (long)Math.Min(count.ValueMax, int.MaxValue);
        return (0, most > 0 && field.ElementMaxSize > (int.MaxValue / most) ? int.MaxValue : most * field.ElementMaxSize);
    }

    private FieldPlan? Referenced(FieldSpec field, string attribute)
    {
        if (_planned.TryGetValue(field.Extent.Field, out FieldPlan? plan) && plan.Spec.Integer is not null && (plan.Spec.Case is null || plan.Spec.Case == field.Case))
        {
            if (plan.Spec.Case is null && field.Case is not null)
            {
                _problems.Add(Problem.Of(ProblemId.Reference, field.Label, attribute, field.Extent.Field, "belongs to every case, so the writer could not derive it: declare it in this case"));
            }

            return plan;
        }

        string what = _spec.Fields.Any(f => f.Name == field.Extent.Field) ? "is no integer field that stands before this one" : "is no field of the message";
        _problems.Add(Problem.Of(ProblemId.Reference, field.Label, attribute, field.Extent.Field, what));
        return null;
    }

    private void CheckExtent(FieldSpec field, IReadOnlyList<BytePattern> patterns)
    {
        bool right = field.Type switch
        {
            WireType.Integer when field.IsAscii => field.Extent.Kind is ExtentKind.None or ExtentKind.Until && (field.Extent.Kind == ExtentKind.Until || field.After.Count > 0),
            WireType.Integer => field.Extent.Kind == ExtentKind.None,
            WireType.Bytes => field.Extent.Kind is ExtentKind.Fixed or ExtentKind.SizeField or ExtentKind.Until,
            WireType.Sequence => field.Extent.Kind == ExtentKind.CountField,
            WireType.Words => field.Extent.Kind == ExtentKind.Line,
            _ => true,
        };
        if (!right)
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "", field.Label, field.Type switch
            {
                WireType.Integer when field.IsAscii => "a number in digits ends at a delimiter: add [Until(\"\\r\\n\")] or [Literal(After = \" \")]",
                WireType.Integer => "a binary integer has the size of its type; for one in digits add [Ascii]",
                WireType.Bytes => "nothing says where it ends: add [Size(n)], [Size(nameof(Field))] or [Until(\"...\")]",
                _ => "nothing says how many elements it has: add [Count(nameof(Field))]",
            }));
        }

        bool digitBehind = (field.Extent.Delimiter.Count > 0 ? field.Extent.Delimiter[0] : field.After.Count > 0 ? field.After[0] : (byte)0) is >= (byte)'0' and <= (byte)'9';
        if (field.IsAscii && digitBehind)
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
        if (field.Type is not (WireType.Bytes or WireType.Integer))
        {
            return "_" + Camel(field.Label);
        }

        string kind = field.Type == WireType.Bytes ? "_bytes" : "_number";
        used.TryGetValue(kind, out int index);
        used[kind] = index + 1;
        return index == 0 ? kind : kind + (index + 1).ToString(CultureInfo.InvariantCulture);
    }

    private string SlotType(FieldSpec field) => field switch
    {
        { Type: WireType.Integer, Case: not null } => _spec.Fields.Any(static f => f is { Case: not null, Integer.Keyword: "ulong" }) ? "ulong" : "long",
        _ => field.TypeName,
    };

    /// <summary>The local variable's name: the field's, with a small first letter, kept apart from the parser's own.</summary>
    private static string Local(FieldSpec field) => Camel(field.Label) switch
    {
        "input" or "state" or "message" or "consumed" or "error" or "position" or "code" or "field" or "element" or "status" or "destination" or "written" or "broken" or "wrongAt"
            => "the" + field.Label,
        string name => Reading.Names.Escape(name),
    };

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    private static int Digits(decimal value) => Text(value).Length;

    private static int AsciiMin(decimal min, decimal max) => min <= 9 && max >= 0 ? 1 : Math.Min(Digits(min), Digits(max));

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
