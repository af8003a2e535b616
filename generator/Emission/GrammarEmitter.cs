using System.Globalization;
using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <summary>
/// Emits the declaration as data, for tools. It is a property that builds plain records when it is read: nothing runs before that, and
/// trimming drops it from programs that never read it.
/// </summary>
internal static class GrammarEmitter
{
    private const string Namespace = "global::DeclServer.Description.";

    public static string[] Emit(MessagePlan plan)
    {
        MessageSpec spec = plan.Spec;
        CodeWriter code = new(0);
        code.Open($"static {Namespace}MessageGrammar global::DeclServer.IMessage<{spec.Type.Name}>.Grammar => new({Literals.Text(spec.Type.Name.TrimStart('@'))}, MinSize, MaxSize)");
        Line(code, "MaxDepth", spec.MaxDepth > 0 ? "MaxDepth" : "");
        Line(code, "IsLittleEndian", spec.LittleEndian ? "true" : "");
        Line(code, "Tag", spec.Tag is { } tag ? Name(tag) : "");
        Line(code, "Frame", spec.Frame is { } frame ? $"new({Name(frame.Field)}, {Whole(frame.Scale)}, {Whole(frame.Bias)})" : "");
        Line(code, "Line", spec.Text is { } text ? $"new({Bytes(text.Separators)}, {Bytes(text.Blanks)}, {Truth(text.AllowLf)}, {Truth(text.Quotes)}, {Truth(text.Escapes)}, {Truth(text.IgnoreCase)})" : "");
        Line(code, "Requires", spec.Requires.Count > 0 ? $"[{string.Join(", ", spec.Requires.Select(static r => $"new({Literals.Text(r.Label)}, {Literals.Text(r.Source)})"))}]" : "");
        code.Line("Fields =");
        code.Line("[");
        code.Indent();
        foreach (FieldPlan field in plan.Fields)
        {
            code.Line(Field(field, spec.Type.Reference) + ",");
        }

        code.Outdent();
        code.Line("],");
        Line(code, "Bodies", spec.Bodies.Count > 0 ? $"[{string.Join(", ", spec.Bodies.Select(Body))}]" : "");
        code.Close(";");
        return code.ToString().Split('\n');
    }

    private static string Body(BodySpec body)
    {
        string when = body.When.Length > 0 ? $"new({Name(body.When)}, {Literals.Text(body.WhenSource)})" : "null";
        return $"new({Literals.Text(body.Label)}, {Literals.Text(body.CodecLabel)}, {Literals.Number(body.Most)}, {Name(body.Size)}, {when})";
    }

    private static void Line(CodeWriter code, string property, string value)
    {
        if (value.Length > 0)
        {
            code.Line($"{property} = {value},");
        }
    }

    private static string Field(FieldPlan plan, string owner)
    {
        FieldSpec spec = plan.Spec;
        List<string> parts = [];
        if (spec.Integer is { } type)
        {
            Number(parts, spec.Encoding, type);
            parts.Add($"Min = {Literals.Number(plan.ValueMin)}");
            parts.Add($"Max = {Literals.Number(plan.ValueMax)}");
            Add(parts, "IsBoolean", spec.IsBoolean ? "true" : "");
            Add(parts, "LeadingZeros", spec.Rules.LeadingZeros ? "true" : "");
        }

        Add(parts, "IsInLine", plan.Line is null ? "" : "true");
        Add(parts, "EndsLine", plan.Line is { IsLast: true } ? "true" : "");
        Add(parts, "Header", spec.Header is { } header ? Literals.Text(header.Name) : "");
        Add(parts, "Element", spec.Element is { } element ? $"{Namespace}MessageGrammar.Of<{element.TypeName}>" : "");
        Add(parts, "Extent", spec.Extent.Kind == Model.ExtentKind.None ? "" : Extent(spec, owner));
        (long least, long most) = spec.Type == WireType.Bytes ? (plan.LengthMin, plan.LengthMax) : (spec.Rules.MinLength ?? 0, spec.Rules.MaxLength ?? int.MaxValue);
        if (spec.Type is WireType.Bytes or WireType.Sequence)
        {
            Add(parts, "MinLength", least > 0 ? Literals.Number(least) : "");
            Add(parts, "MaxLength", most < int.MaxValue ? Literals.Number(most) : "");
        }

        Add(parts, "Before", spec.Before.Count > 0 ? Bytes(spec.Before) : "");
        Add(parts, "After", spec.After.Count > 0 ? Bytes(spec.After) : "");
        Add(parts, "Case", spec.Case is { } @case ? $"[{string.Join(", ", @case.Values.Select(static v => Literals.Number(v)))}]" : "");
        Add(parts, "When", spec.When.Length > 0 ? $"new({Name(spec.When)}, {Literals.Text(spec.WhenSource)})" : "");
        Add(parts, "Align", spec.Align > 0 ? Whole(spec.Align) : "");
        Add(parts, "MaxHops", spec.Jump > 0 ? Whole(spec.Jump) : "");
        if (spec.Checksum is { } sum)
        {
            string name = sum.Algorithm.Substring(sum.Algorithm.LastIndexOfAny(['.', ':']) + 1);
            parts.Add($"Checksum = new({Literals.Text(name)}, {Name(sum.From)}, {Name(sum.To)}, global::DeclServer.Messages.Grammar.Checksum<{sum.Algorithm}>)");
        }

        Add(parts, "Allowed", spec.Rules.Allowed.Count > 0 ? $"[{string.Join(", ", spec.Rules.Allowed.Select(Literals.Text))}]" : "");
        Add(parts, "Denied", spec.Rules.Denied.Count > 0 ? $"[{string.Join(", ", spec.Rules.Denied.Select(Literals.Text))}]" : "");
        Add(parts, "Chars", spec.Rules.Chars is { } chars ? Literals.Text(chars) : "");
        Add(parts, "Pattern", spec.Rules.Pattern is { } pattern ? Literals.Text(pattern) : "");
        return $"new({Literals.Text(spec.Label)}, {Namespace}FieldKind.{spec.Type}){(parts.Count > 0 ? $" {{ {string.Join(", ", parts)} }}" : "")}";
    }

    private static string Extent(FieldSpec spec, string owner)
    {
        ExtentSpec extent = spec.Extent;
        List<string> parts = [];
        Add(parts, "Bytes", extent.Kind == Model.ExtentKind.Fixed ? Whole(extent.Bytes) : "");
        Add(parts, "Field", extent.Field.Length > 0 ? Name(extent.Field) : "");
        Add(parts, "Scale", extent.Scale != 1 ? Whole(extent.Scale) : "");
        Add(parts, "Bias", extent.Bias != 0 ? Whole(extent.Bias) : "");
        Add(parts, "Null", extent.Null is { } absent ? Whole(absent) : "");
        Add(parts, "Optional", extent.Optional ? "true" : "");
        Add(parts, "Delimiter", extent.Delimiter.Count > 0 ? Bytes(extent.Delimiter) : "");
        if (extent.Kind == Model.ExtentKind.Prefix)
        {
            List<string> prefix = [];
            Number(prefix, extent.Varint ?? EncodingSpec.Binary, extent.Prefix);
            parts.Add($"Prefix = new(\"Length\", {Namespace}FieldKind.Integer) {{ {string.Join(", ", prefix)} }}");
        }

        if (extent.Kind == Model.ExtentKind.Predicate)
        {
            string holds = $"static bytes => {Namespace}PredicateGrammar.Of<{spec.Element!.TypeName}>(bytes, static element => element.{extent.Predicate})";
            parts.Add($"Last = new({Name(extent.Predicate)}, {Literals.Text(extent.PredicateSource)}) {{ Holds = {holds} }}");
        }

        if (extent.Kind == Model.ExtentKind.Parser)
        {
            string holds = $"static bytes => global::DeclServer.Messages.Grammar.IsParsed(bytes, {Literals.Bytes(spec.After)}, {owner}.{extent.Parser})";
            parts.Add($"Parser = new({Name(extent.Parser)}, \"\") {{ Holds = {holds} }}");
        }

        return $"new({Namespace}ExtentKind.{extent.Kind}){(parts.Count > 0 ? $" {{ {string.Join(", ", parts)} }}" : "")}";
    }

    private static void Number(List<string> parts, EncodingSpec encoding, IntegerType? type)
    {
        Add(parts, "Encoding", encoding.Kind == EncodingKind.Binary ? "" : $"{Namespace}NumberEncoding.{encoding.Kind}");
        if (encoding.Kind == EncodingKind.Flag)
        {
            parts.Add($"Word = {Bytes(encoding.Word)}");
            return;
        }

        Add(parts, "Radix", encoding.Radix != 10 ? Whole(encoding.Radix) : "");
        Add(parts, "Digits", encoding.Kind == EncodingKind.Ascii && encoding.Size > 0 ? Whole(encoding.Size) : "");
        Add(parts, "IgnoreCase", encoding.IgnoreCase ? "true" : "");
        if (encoding.IsVarint)
        {
            parts.Add($"MaxBytes = {Whole(encoding.Size)}");
        }
        else if (encoding.Kind != EncodingKind.Ascii)
        {
            parts.Add($"Bits = {Whole(encoding.Kind == EncodingKind.Bits ? encoding.Size : 8 * type!.Size)}");
        }

        Add(parts, "IsSigned", type is { IsSigned: true } && encoding.Kind is EncodingKind.Binary or EncodingKind.Ascii or EncodingKind.ZigZag or EncodingKind.BerInteger && !encoding.IsDigits ? "true" : "");
    }

    private static void Add(List<string> parts, string property, string value)
    {
        if (value.Length > 0)
        {
            parts.Add($"{property} = {value}");
        }
    }

    private static string Name(string name) => Literals.Text(name.TrimStart('@'));

    private static string Bytes(IEnumerable<byte> value) => Literals.Bytes(value) is var literal && literal.EndsWith("u8", StringComparison.Ordinal) ? literal + ".ToArray()" : $"new byte[] {{ {literal.Trim('[', ']')} }}";

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Truth(bool value) => value ? "true" : "false";
}
