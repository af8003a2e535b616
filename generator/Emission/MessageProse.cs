using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <summary>The declaration in plain words: a line above the whole grammar, and the same words above each step.</summary>
internal static class MessageProse
{
    public static string[] Grammar(MessagePlan plan)
    {
        int width = plan.Fields.Select(static f => f.Spec.Label.Length).DefaultIfEmpty().Max();
        List<string> lines = [.. plan.Common.Select(f => $"{f.Spec.Label.PadRight(width)}  {Describe(plan, f)}")];
        lines.AddRange(plan.Headers.Select(f => $"{f.Spec.Label.PadRight(width)}  {Describe(plan, f)}"));
        foreach (CasePlan @case in plan.Cases)
        {
            lines.Add(@case.Case.IsDefault
                ? "else:"
                : $"when {plan.Tag!.Spec.Label} is {string.Join(" or ", @case.Case.Values.Select(v => MessageEmitter.CaseNumber(plan, v).Replace("(byte)", "")))}:");
            lines.AddRange(@case.Fields.Select(f => $"    {f.Spec.Label.PadRight(width)}  {Describe(plan, f)}"));
        }

        lines.AddRange(plan.Spec.Bodies.Select(b =>
            $"{b.Label.PadRight(width)}  behind the message{(b.When.Length > 0 ? $", when {b.When.TrimStart('@')}" : "")}: at most {Literals.Count(b.Most)} bytes{(b.Size.Length > 0 ? $", {b.Size.TrimStart('@')} of them" : "")}, decoded by {b.CodecLabel}"));
        return [.. lines];
    }

    public static string Describe(MessagePlan plan, FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        List<string> parts = [];
        if (spec.Align > 0)
        {
            parts.Add($"zeros up to a multiple of {spec.Align}");
        }

        if (field.Line is { IsFirst: false } && spec.Encoding.Kind != EncodingKind.Flag)
        {
            string separator = Literals.Prose([plan.Spec.Text!.Separator]);
            parts.Add(plan.Spec.Text.Blanks.Count == 0 ? separator : $"{separator} and any of {string.Join(" or ", plan.Spec.Text.Blanks.Select(static b => Literals.Prose([b])))}");
        }

        if (spec.Before.Count > 0)
        {
            parts.Add(plan.Spec.Text is { IgnoreCase: true } ? Literals.Prose(spec.Before) + " in any case" : Literals.Prose(spec.Before));
        }

        if (spec.Extent.Kind == ExtentKind.Prefix)
        {
            parts.Add(spec.Extent.Prefix is { } prefix ? $"its length in {Bytes(prefix.Size)}" : $"its length in {Spelling(spec.Extent.Varint!.Kind)}");
        }

        parts.Add(spec.Type switch
        {
            WireType.Integer => Number(plan, field),
            WireType.Message => spec.Element!.Label + Within(spec),
            WireType.Sequence => Sequence(spec),
            WireType.Words => Words(plan.Spec.Text!),
            _ => spec.Extent.Kind switch
            {
                ExtentKind.Fixed => Bytes(spec.Extent.Bytes),
                ExtentKind.SizeField => $"{Affine(spec.Extent.Field.TrimStart('@'), spec.Extent.Scale, spec.Extent.Bias)} bytes",
                ExtentKind.Rest => field.Line is null ? "all that is left" : "the rest of the line",
                ExtentKind.Parser => $"at most {Bytes(field.LengthMax)}, as {spec.Extent.Parser.TrimStart('@')} takes them",
                _ when field.Line is not null && field.LengthMax >= plan.Spec.MaxSize => "a word",
                _ => $"at most {Bytes(field.LengthMax)}",
            },
        });
        if (spec.Rules.Chars is { } chars)
        {
            parts[parts.Count - 1] += $" of {Literals.OneLine(chars)}";
        }

        if (spec.Rules.Pattern is { } pattern)
        {
            parts[parts.Count - 1] += $" that match {Literals.OneLine(pattern)}";
        }

        if (spec.Header is { } header)
        {
            return $"the value of the header {header.Name}{(header.Single ? ", which stands at most once" : "")}: {parts[0]}";
        }

        if (spec.Extent.Kind == ExtentKind.Until)
        {
            parts.Add(Literals.Prose(spec.Extent.Delimiter));
        }
        else if (field.Line is null && spec.Extent.Kind == ExtentKind.Line)
        {
            parts.Add(plan.Spec.Text!.AllowLf ? "CR LF or LF" : "CR LF");
        }

        if (spec.After.Count > 0)
        {
            parts.Add(Literals.Prose(spec.After));
        }

        if (field.Line is { IsLast: true })
        {
            parts.Add(plan.Spec.Text!.AllowLf ? "CR LF or LF" : "CR LF");
        }

        if (field.MayMiss)
        {
            parts[0] = "if the line goes on: " + parts[0];
        }

        string what = string.Join(", then ", parts);
        if (spec.Extent.Null is { } absent)
        {
            what += spec.Extent.Kind == ExtentKind.Prefix ? $"; nothing when that is {absent}" : $"; nothing when {spec.Extent.Field} is {absent}";
        }

        return spec.When.Length > 0 ? $"{what}; only when {spec.When.TrimStart('@')}" : what;
    }

    private static string Words(TextSpec text)
    {
        string separators = string.Join(" or ", text.Separators.Select(static s => Literals.Prose([s])));
        string blanks = string.Join(" or ", text.Blanks.Select(static s => Literals.Prose([s])));
        return $"words separated by {separators}{(blanks.Length > 0 ? $", behind {blanks} if any" : "")}"
            + $"{(text.Quotes ? text.Escapes ? ", some in quotes with escapes" : ", some in quotes" : "")}";
    }

    /// <summary>A length or count in terms of a field.</summary>
    public static string Affine(string field, int scale, int bias)
    {
        string scaled = scale == 1 ? field : $"{scale} * {field}";
        return bias == 0 ? scaled : bias > 0 ? $"{scaled} + {bias}" : $"{scaled} - {-(long)bias}";
    }

    /// <summary>What a checksum covers.</summary>
    public static string Covered(MessagePlan plan, FieldPlan field)
    {
        ChecksumSpec checksum = field.Spec.Checksum!;
        string from = checksum.From.Length == 0 ? "what follows it" : checksum.From.TrimStart('@');
        string to = checksum.To.Length == 0 ? plan.Cases.Count > 0 ? "the end" : plan.Common[plan.Common.Count - 1].Spec.Label : checksum.To.TrimStart('@');
        return $"{from} up to {to}";
    }

    private static string Bytes(long count) => count == 1 ? "one byte" : Literals.Count(count) + " bytes";

    private static string Number(MessagePlan plan, FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        string order = plan.Spec.LittleEndian ? "little-endian" : "big-endian";
        string shape = spec.Encoding.Kind switch
        {
            EncodingKind.Flag => $"{Literals.Prose([plan.Spec.Text!.Separator, .. spec.Encoding.Word])}, or nothing",
            EncodingKind.Ascii when spec.Encoding.IsDigits => $"{(spec.Encoding.Size switch { 0 => "digits", 1 => "one digit", var digits => digits + " digits" })} in base {spec.Encoding.Radix}, from {Literals.Count(field.ValueMin)} to {Literals.Count(field.ValueMax)}",
            EncodingKind.Ascii => $"a decimal number from {Literals.Count(field.ValueMin)} to {Literals.Count(field.ValueMax)}",
            EncodingKind.Binary => spec.Integer!.Size == 1 ? "one byte" : $"{spec.Integer.Size} bytes, {order}",
            EncodingKind.Bits => spec.Encoding.Size == 1 ? "1 bit" : $"{spec.Encoding.Size} bits",
            _ => Spelling(spec.Encoding.Kind),
        };
        if (spec.Encoding.Kind != EncodingKind.Ascii && spec.Rules.Range is not null)
        {
            shape += $", from {Literals.Count(field.ValueMin)} to {Literals.Count(field.ValueMax)}";
        }

        return spec.Jump > 0 ? shape + ", the offset at which the sequence goes on" : shape;
    }

    private static string Spelling(EncodingKind kind) => kind switch
    {
        EncodingKind.ZigZag => "zigzag LEB128",
        EncodingKind.Quic => "1, 2, 4 or 8 bytes (RFC 9000)",
        EncodingKind.BerInteger => "a BER length and integer",
        EncodingKind.BerBoolean => "a BER length and truth",
        EncodingKind.Ber => "a definite BER length",
        _ => "LEB128",
    };

    private static string Within(FieldSpec spec) => spec.Extent.Kind switch
    {
        ExtentKind.Fixed => $" in {Bytes(spec.Extent.Bytes)}",
        ExtentKind.SizeField => $" in {Affine(spec.Extent.Field.TrimStart('@'), spec.Extent.Scale, spec.Extent.Bias)} bytes",
        ExtentKind.Rest => " in all that is left",
        _ => "",
    };

    private static string Sequence(FieldSpec spec)
    {
        string element = spec.Element!.Label;
        string most = spec.Rules.MaxLength is { } length ? $"at most {length} times " : "";
        string what = spec.Extent.Kind switch
        {
            ExtentKind.CountField => $"{Affine(spec.Extent.Field.TrimStart('@'), 1, spec.Extent.Bias)} times {element}",
            ExtentKind.Predicate => $"{most}{element}, up to one that {spec.Extent.Predicate.TrimStart('@')}",
            ExtentKind.Until => most + element,
            _ => $"{most}{element}{Within(spec)}",
        };
        return spec.Element.Jumps > 0 ? $"{what}, with at most {spec.Element.Jumps} jumps back" : what;
    }
}
