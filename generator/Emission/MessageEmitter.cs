using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Emission;

/// <summary>Emits a message: its parser, its views and its writer.</summary>
internal static class MessageEmitter
{
    public static string Emit(MessagePlan plan)
    {
        string name = plan.Spec.Type.Name;
        return TemplateFile.File(plan.Spec.Type, TemplateFile.Render("Message.sbn-cs", new
        {
            Name = name,
            Declaration = plan.Spec.Type.Containers.Last(),
            Label = name.TrimStart('@'),
            Grammar = MessageProse.Grammar(plan),
            plan.MinSize,
            plan.Spec.MaxSize,
            plan.FirstByte,
            Slots = plan.Slots.ToArray(),
            SlotParameters = string.Join(", ", plan.Slots.Select(static s => $"{s.TypeName} {Parameter(s)}")),
            SlotAssignments = plan.Slots.Select(static s => $"{s.Name} = {Parameter(s)};").ToArray(),
            Patterns = plan.Fields.SelectMany(static f => f.Patterns.Select(p => PatternEmitter.Declare(p, PatternName(f, p)))).ToArray(),
            WordRules = plan.Spec.Text is { IsPlain: false } text ? Rules(text) : "",
            Properties = plan.Fields.Select(f => Property(plan, f)).ToArray(),
            Parser = MessageParserEmitter.Emit(plan),
            Size = MessageWriterEmitter.Size(plan),
            Writer = MessageWriterEmitter.Emit(plan),
        }));
    }

    /// <summary>What stands in for a message whose declaration is broken: it compiles, so that only DeclServer's own errors show.</summary>
    public static string EmitFallback(MessageSpec spec) => TemplateFile.File(spec.Type, TemplateFile.Render("MessageFallback.sbn-cs", new
    {
        spec.Type.Name,
        Declaration = spec.Type.Containers.Last(),
        Properties = spec.Fields.Select(static f => $"{f.Accessibility} partial {f.TypeName} {f.Name} {{ get => default!;{(f.HasInit ? " init { }" : "")} }}").ToArray(),
    }));

    /// <summary>The field of a message whose words are not told apart by one byte.</summary>
    internal const string WordRules = "s_wordRules";

    private static string Rules(TextSpec text) =>
        $"{WordRules} = new(separators: {Literals.Bytes(text.Separators)}, blanks: {Literals.Bytes(text.Blanks)}, quotes: {(text.Quotes ? "true" : "false")}, escapes: {(text.Escapes ? "true" : "false")});";

    /// <summary>What names the members emitted for a field's pattern.</summary>
    internal static string PatternName(FieldPlan field, BytePattern pattern) => (pattern.Syntax == PatternSyntax.Abnf ? "BytesOf" : "PatternOf") + field.Spec.Label;

    internal static string Parameter(Slot slot) => Reading.Names.Escape(slot.Name.TrimStart('_'));

    private static string[] Property(MessagePlan plan, FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        CodeWriter code = new(0);
        string value = field.Slot.TypeName == spec.TypeName ? field.Slot.Name : $"({spec.TypeName}){field.Slot.Name}";
        string get = spec.Case is { } @case ? $"{plan.Tag!.Slot.Name} == {CaseValue(plan, @case)} ? {value} : default" : value;
        if (!spec.HasInit)
        {
            code.Line($"{spec.Accessibility} partial {spec.TypeName} {spec.Name} => {get};");
            return Split(code);
        }

        code.Open($"{spec.Accessibility} partial {spec.TypeName} {spec.Name}");
        code.Line($"get => {get};");
        code.Open("init");
        if (spec.Case is { } tag)
        {
            code.Line($"{plan.Tag!.Slot.Name} = {CaseValue(plan, tag)};");
        }

        code.Line($"{field.Slot.Name} = value;");
        if (plan.Fields.FirstOrDefault(f => f.DerivedFrom == spec) is { } derived)
        {
            string length = spec.Type == WireType.Sequence ? "value.Count" : "value.Length";
            code.Line($"{derived.Slot.Name} = {(derived.Slot.TypeName is "int" or "long" ? length : $"({derived.Slot.TypeName}){length}")};");
        }

        code.Close();
        code.Close();
        return Split(code);
    }

    internal static string CaseValue(MessagePlan plan, long value) =>
        plan.Tag!.Spec.Integer!.Keyword == "byte" ? Literals.Byte((byte)value) : $"({plan.Tag.Spec.Integer.Keyword}){Literals.Number(value)}";

    private static string[] Split(CodeWriter code) => code.ToString().Split('\n');
}
