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
        foreach (CasePlan @case in plan.Cases)
        {
            lines.Add($"when {plan.Tag!.Spec.Label} is {MessageEmitter.CaseValue(plan, @case.Value).Replace("(byte)", "")}:");
            lines.AddRange(@case.Fields.Select(f => $"    {f.Spec.Label.PadRight(width)}  {Describe(plan, f)}"));
        }

        return [.. lines];
    }

    private static string DescribeWords(TextSpec text)
    {
        string separators = string.Join(" or ", text.Separators.Select(static s => Literals.Prose([s])));
        string blanks = string.Join(" or ", text.Blanks.Select(static s => Literals.Prose([s])));
        return $"words separated by {separators}{(blanks.Length > 0 ? $", behind {blanks} if any" : "")}"
            + $"{(text.Quotes ? text.Escapes ? ", some in quotes with escapes" : ", some in quotes" : "")}";
    }

    public static string Describe(MessagePlan plan, FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        List<string> parts = [];
        if (spec.Before.Count > 0)
        {
            parts.Add(Literals.Prose(spec.Before));
        }

        parts.Add(spec.Type switch
        {
            WireType.Integer when spec.IsAscii => $"a decimal number from {Literals.Count(field.ValueMin)} to {Literals.Count(field.ValueMax)}",
            WireType.Integer when spec.Integer!.Size == 1 => "one byte",
            WireType.Integer => $"{spec.Integer!.Size} bytes, big-endian",
            WireType.Bytes when spec.Extent.Kind == ExtentKind.Fixed => $"{Literals.Count(spec.Extent.Bytes)} bytes",
            WireType.Bytes when spec.Extent.Kind == ExtentKind.SizeField => $"{spec.Extent.Field} bytes",
            WireType.Bytes => $"at most {Literals.Count(field.LengthMax)} bytes",
            WireType.Sequence => $"{spec.Extent.Field} times {spec.ElementType!.Substring(spec.ElementType.LastIndexOf('.') + 1)}",
            _ => DescribeWords(plan.Spec.Text!),
        });
        if (spec.Rules.Chars is { } chars)
        {
            parts[parts.Count - 1] += $" of {Literals.OneLine(chars)}";
        }

        if (spec.Rules.Pattern is { } pattern)
        {
            parts[parts.Count - 1] += $" that match {Literals.OneLine(pattern)}";
        }

        if (spec.Extent.Kind == ExtentKind.Until)
        {
            parts.Add(Literals.Prose(spec.Extent.Delimiter));
        }
        else if (spec.Extent.Kind == ExtentKind.Line)
        {
            parts.Add(plan.Spec.Text!.AllowLf ? "CR LF or LF" : "CR LF");
        }

        if (spec.After.Count > 0)
        {
            parts.Add(Literals.Prose(spec.After));
        }

        return string.Join(", then ", parts) + (spec.Extent.Null is { } absent ? $"; nothing when {spec.Extent.Field} is {absent}" : "");
    }
}
