using System.Globalization;
using DeclServer.Generator.Model;

namespace DeclServer.Generator.Planning;

/// <summary>What cannot stand together on a message or a field, or says nothing where it stands.</summary>
internal sealed class CombinationChecks(MessageSpec spec, List<Problem> problems)
{
    /// <summary>Each level takes some hundred bytes of the stack, whose size is not the declaration's to choose.</summary>
    private const int DeepestNesting = 256;

    private static readonly string[] s_emitted =
        ["MinSize", "MaxSize", "MaxDepth", "MaxHops", "StateSize", "TryParse", "TryParseAt", "SkipAt", "ReadAt", "TryJump", "GetSize", "TryWrite", "Following", "ToOwned"];

    public void Check()
    {
        if (spec.MaxDepth is < 0 or > DeepestNesting)
        {
            Rule("", "Message", $"MaxDepth is 1 to {DeepestNesting}, since each level takes stack");
        }

        foreach (FieldSpec field in spec.Fields)
        {
            CheckName(field);
            CheckPlace(field);
            CheckAbsent(field);
            CheckLength(field);
            CheckRules(field);
            CheckJump(field);
            CheckChecksum(field);
        }
    }

    private void CheckName(FieldSpec field)
    {
        if (s_emitted.Contains(field.Label))
        {
            Field(field, "", $"the generator emits a member {field.Label}: give the field another name");
        }
    }

    private void CheckPlace(FieldSpec field)
    {
        if (field.Align > 0 && (field.Case is not null || field.When.Length > 0 || spec.Frame is { IsInput: false }))
        {
            Field(field, "Align", field.Case is not null || field.When.Length > 0
                ? "what is aligned is always there: put [Align] on a field without [Case] and [When], or the field into a nested message"
                : "in a message with a length its size would depend on that of the length: put the aligned fields into a nested message, [Rest]");
        }

        if (field.Extent.Kind == ExtentKind.Rest && (spec.Text is null || spec.Frame is not null))
        {
            FieldSpec? behind = spec.Fields.SkipWhile(f => f != field).Skip(1).FirstOrDefault(f => field.Case is null || f.Case == field.Case);
            if (behind is not null || field.After.Count > 0)
            {
                Field(field, "Rest", $"it takes all that is left, so nothing can stand behind it: put it last{(behind is null ? " and leave out its [Literal(After)]" : $", behind {behind.Label}")}");
            }
        }
    }

    private void CheckAbsent(FieldSpec field)
    {
        ExtentSpec extent = field.Extent;
        if (field.When.Length > 0 && extent.IsDerived)
        {
            Field(field, "When", $"{extent.Field} is there all the same, and would be written as 0 where this is not: give it a [LengthPrefix], or put both into a nested message with [When]");
        }

        if (extent.Null is not { } absent)
        {
            return;
        }

        string attribute = extent.Kind == ExtentKind.Prefix ? "LengthPrefix" : "Size";
        if (field.Type != WireType.Bytes || extent.Kind == ExtentKind.Fixed)
        {
            Rule(field.Label, attribute, "Null is told of a ReadOnlySpan<byte> whose length is read; put a message or a sequence into one, or say with [When] whether it is there");
        }
        else if (field.When.Length > 0)
        {
            Field(field, "When", $"[When] and the Null of its length both say whether it is there: leave out one of them");
        }
        else if (extent.Kind == ExtentKind.Prefix && absent < (extent.Prefix?.Min ?? 0))
        {
            Rule(field.Label, attribute, $"{Text(absent)} is no {extent.Prefix?.Keyword ?? "number of variable size"}: take typeof({(absent < short.MinValue ? "int" : absent < sbyte.MinValue ? "short" : "sbyte")}) or a wider signed type");
        }
        else if (extent.Kind == ExtentKind.Prefix && field.After.Count > 0)
        {
            Field(field, "Literal", "nothing follows a length that means no value: put the literal before the next field, [Literal(Before)]");
        }
    }

    private void CheckLength(FieldSpec field)
    {
        ExtentSpec extent = field.Extent;
        if (extent is { Kind: ExtentKind.Prefix, Varint.Kind: EncodingKind.ZigZag })
        {
            Rule(field.Label, "LengthPrefix", "a length has no sign: take VarintKind.Leb128, Quic or Ber");
        }

        if (extent.Kind == ExtentKind.Fixed && field is { Type: WireType.Message, Element: { MaxSize: > 0 } element } && extent.Bytes > element.MaxSize)
        {
            Rule(field.Label, "Size", $"{element.Label} takes {Text(element.MaxSize)} bytes at most, so it never takes {Text(extent.Bytes)}");
        }

        if (!extent.IsDerived)
        {
            return;
        }

        string attribute = extent.Kind == ExtentKind.CountField ? "Count" : "Size";
        if (spec.Fields.First(f => f.Extent.IsDerived && f.Extent.Field == extent.Field && f.Case == field.Case) is var first && first != field)
        {
            Reference(field, attribute, extent.Field, $"is the length or count of {first.Label} already, and a writer derives it from one field: declare another for {field.Label}");
        }
        else if (spec.Frame is { IsInput: false } frame && frame.Field == extent.Field)
        {
            Reference(field, attribute, extent.Field, $"says where the message ends: what takes all of that is [Rest]");
        }
        else if (spec.Tag == extent.Field || spec.Fields.Any(f => f.Name == extent.Field && f.Checksum is not null))
        {
            Reference(field, attribute, extent.Field, "is the tag or a checksum, so it cannot be a length or count too: declare another field");
        }
    }

    private void CheckRules(FieldSpec field)
    {
        RulesSpec rules = field.Rules;
        if ((rules.MinLength ?? rules.MaxLength) is not null && field.Type is not (WireType.Bytes or WireType.Sequence or WireType.Words))
        {
            Rule(field.Label, rules.MaxLength is null ? "MinLength" : "MaxLength", "lengths are checked on ReadOnlySpan<byte> and Seq<T>; bound a number by [Range], a message by its MaxSize");
        }

        CheckValues(field, rules.Allowed, "AllowedValues");
        CheckValues(field, rules.Denied, "DeniedValues");
    }

    private void CheckValues(FieldSpec field, EquatableArray<string> values, string attribute)
    {
        if (values.Count == 0)
        {
            return;
        }

        if (field.Integer is { } type)
        {
            foreach (string value in values)
            {
                if (!decimal.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number) || number < type.Min || number > type.Max)
                {
                    Rule(field.Label, attribute, $"'{value}' is no {type.Keyword}: give values that the field can have");
                    return;
                }
            }
        }
        else if (field.Type != WireType.Bytes)
        {
            Rule(field.Label, attribute, "values are checked on numbers and ReadOnlySpan<byte> only");
        }
    }

    private void CheckJump(FieldSpec field)
    {
        if (field.Jump > 0 && (field.When.Length > 0 || spec.Fields.First(static f => f.Jump > 0) != field))
        {
            Field(field, "At", field.When.Length > 0 ? "whether a sequence jumps is told by the tag: put the offset into a [Case], without [When]" : "a message holds one offset at most: leave out one [At]");
        }

        if (field.Element is { Jumps: > 0 } element && !(field is { Type: WireType.Sequence, Extent.Kind: ExtentKind.Predicate }))
        {
            Field(field, Attribute(field.Extent.Kind), $"{element.Label} holds an offset, [At], which only a sequence up to a member of its last element follows: make it a Seq<{element.Label}> with [RepeatUntil]");
        }
    }

    private void CheckChecksum(FieldSpec field)
    {
        if (field.Checksum is not { } checksum)
        {
            return;
        }

        if (field is not { Type: WireType.Integer, Encoding.Kind: EncodingKind.Binary, Case: null, When: "", IsBoolean: false })
        {
            Field(field, "Checksum", "a checksum is a binary integer that is always there: no [Case], [When], [Bits], [Varint] or [Ascii]");
        }

        FieldSpec[] common = [.. spec.Fields.Where(static f => f.Case is null)];
        int from = Array.IndexOf(common, field) + 1;
        int to = int.MaxValue;
        foreach (string name in new[] { checksum.From, checksum.To }.Where(static n => n.Length > 0))
        {
            int at = Array.FindIndex(common, f => f.Name == name && f.When.Length == 0 && f.Extent.Null is null);
            if (at < 0)
            {
                Reference(field, "Checksum", name, "is no field of the message that is always there: name one without [Case], [When] and Null");
                return;
            }

            bool isInRun = common[at].Encoding.Kind == EncodingKind.Bits;
            if (name == checksum.From)
            {
                from = at;
                if (isInRun && at > 0 && BitsBefore(common, at) % 8 != 0)
                {
                    Reference(field, "Checksum", name, "starts inside a byte: name the first field of its run of bits");
                }
            }

            if (name == checksum.To)
            {
                to = at;
                if (isInRun && BitsBefore(common, at + 1) % 8 != 0)
                {
                    Reference(field, "Checksum", name, "ends inside a byte: name the last field of its run of bits");
                }
            }
        }

        if (from > to)
        {
            Rule(field.Label, "Checksum", "it covers nothing: let From stand before To, and To behind the checksum where From is not given");
        }
    }

    /// <summary>The bits, of the run that ends before a field, that stand before it.</summary>
    private static int BitsBefore(FieldSpec[] fields, int index)
    {
        int first = index;
        while (first > 0 && fields[first - 1].Encoding.Kind == EncodingKind.Bits)
        {
            first--;
        }

        return fields.Skip(first).Take(index - first).Sum(static f => f.Encoding.Size);
    }

    /// <summary>The attribute that declares an extent; empty where there is none.</summary>
    internal static string Attribute(ExtentKind kind) => kind switch
    {
        ExtentKind.Fixed or ExtentKind.SizeField => "Size",
        ExtentKind.Prefix => "LengthPrefix",
        ExtentKind.Until => "Until",
        ExtentKind.CountField => "Count",
        ExtentKind.Predicate => "RepeatUntil",
        ExtentKind.Rest => "Rest",
        ExtentKind.Parser => "Parser",
        _ => "",
    };

    private void Rule(string member, string attribute, string text) => problems.Add(Problem.Of(ProblemId.Rule, member, attribute, text));

    private void Field(FieldSpec field, string attribute, string text) => problems.Add(Problem.Of(ProblemId.Field, field.Label, attribute, field.Label, text));

    private void Reference(FieldSpec field, string attribute, string name, string text) => problems.Add(Problem.Of(ProblemId.Reference, field.Label, attribute, name, text));

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
