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
            plan.Spec.MaxDepth,
            RootDepth = plan.Spec.MaxDepth > 0 ? "MaxDepth" : "int.MaxValue",
            Jump = Jump(plan),
            MaxHops = plan.Fields.Where(static f => f.Spec.Type == WireType.Sequence).Select(static f => f.Spec.Element!.Jumps).DefaultIfEmpty().Max(),
            plan.FirstByte,
            IsWhole = plan.Spec.Frame is { IsInput: true },
            Slots = plan.Slots.ToArray(),
            HasConstructor = plan.Spec.Owned || plan.Spec.CanStandInPlace,
            SlotParameters = string.Join(", ", plan.Slots.Select(static s => $"{s.TypeName} {Parameter(s)}")),
            SlotAssignments = plan.Slots.Select(static s => $"{s.Name} = {Parameter(s)};").ToArray(),
            Patterns = plan.Fields.SelectMany(static f => f.Patterns.Select(p => PatternEmitter.Declare(p, PatternName(f, p)))).ToArray(),
            WordRules = plan.Spec.Text is { IsPlain: false } text ? Rules(text) : "",
            Properties = plan.Fields.Select(f => Property(plan, f)).Concat(plan.Spec.Bodies.Select(static b => new[] { Body(b) })).ToArray(),
            Parser = MessageParserEmitter.Emit(plan),
            Reader = MessageParserEmitter.EmitAgain(plan),
            IsShort = IsShort(plan),
            Skipper = MessageParserEmitter.EmitSkip(plan),
            Arguments = plan.Spec.Arguments is { } filled ? new { filled.Label } : null,
            Following = MessageWriterEmitter.Following(plan),
            Size = MessageWriterEmitter.Size(plan),
            Writer = MessageWriterEmitter.Emit(plan),
            Description = GrammarEmitter.Emit(plan),
        }));
    }

    /// <summary>What stands in for a message whose declaration is broken: it compiles, so that only DeclServer's own errors show.</summary>
    public static string EmitFallback(MessageSpec spec) => TemplateFile.File(spec.Type, TemplateFile.Render("MessageFallback.sbn-cs", new
    {
        spec.Type.Name,
        Declaration = spec.Type.Containers.Last(),
        FillsTable = spec.Arguments is not null,
        Properties = spec.Fields.Select(static f => $"{f.Accessibility} partial {f.TypeName} {f.Name} {{ get => default!;{(f.HasInit ? " init { }" : "")} }}")
            .Concat(spec.Bodies.Select(static b => $"{b.Accessibility} partial {b.TypeName} {b.Name} {{ get => default;{(b.HasInit ? " init { }" : "")} }}")).ToArray(),
    }));

    /// <summary>The field of a message whose words are not told apart by one byte.</summary>
    internal const string WordRules = "s_wordRules";

    /// <summary>Whether reading a message again is little beside a call: few fields, each found without a search or a loop.</summary>
    private static bool IsShort(MessagePlan plan) => plan.Fields.Count() <= 8
        && plan.Fields.All(static f => f.Line is null && f.Spec.Type != WireType.Words && f.Spec.Extent.Kind is not (ExtentKind.CountField or ExtentKind.Until or ExtentKind.Predicate or ExtentKind.Line or ExtentKind.Parser));

    private static string Rules(TextSpec text) =>
        $"{WordRules} = new(separators: {Literals.Bytes(text.Separators)}, blanks: {Literals.Bytes(text.Blanks)}, quotes: {(text.Quotes ? "true" : "false")}, escapes: {(text.Escapes ? "true" : "false")});";

    /// <summary>What names the members emitted for a field's pattern.</summary>
    internal static string PatternName(FieldPlan field, BytePattern pattern) => (pattern.Syntax == PatternSyntax.Abnf ? "BytesOf" : "PatternOf") + field.Spec.Label;

    internal static string Parameter(Slot slot) => Reading.Names.Escape(slot.Name.TrimStart('_'));

    /// <summary>The body of <c>TryJump</c>: where the sequence goes on that this message is an element of.</summary>
    private static string[] Jump(MessagePlan plan)
    {
        if (plan.Fields.FirstOrDefault(static f => f.Spec.Jump > 0) is not { } field)
        {
            return ["offset = 0;", "return false;"];
        }

        string condition = field.Spec.Case is { } @case ? Belongs(plan, @case, "message.") : "true";
        return [$"offset = {condition} ? (int)message.{field.Slot.Name} : 0;", $"return {condition};"];
    }

    /// <summary>What decodes a body is made when it is asked for: the message keeps nothing for it.</summary>
    private static string Body(BodySpec body)
    {
        string size = body.Size.Length == 0 ? "" : body.SizeMayMiss ? $"(long)({body.Size} ?? 0), " : $"(long){body.Size}, ";
        string reader = $"new {body.Codec}({size}{Literals.Number(body.Most)})";
        return $"{body.Accessibility} partial {body.TypeName} {body.Name} => {(body.When.Length > 0 ? $"{body.When} ? {reader} : null" : reader)};";
    }

    private static string[] Property(MessagePlan plan, FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        CodeWriter code = new(0);
        string value = plan.FrameField == field ? $"{field.Slot.Name} != 0 ? {Shown(field)} : ({spec.TypeName})({MessageWriterEmitter.Frame(plan)})" : Shown(field);
        string get = spec.Case is { } @case ? $"{Belongs(plan, @case, "")} ? {value} : default" : value;
        if (!spec.HasInit)
        {
            code.Line($"{spec.Accessibility} partial {spec.TypeName} {spec.Name} => {get};");
            return Split(code);
        }

        code.Open($"{spec.Accessibility} partial {spec.TypeName} {spec.Name}");
        code.Line($"get => {get};");
        code.Open("init");
        if (spec.Case is { Values.Count: 1 } tag)
        {
            code.Line($"{plan.Tag!.Slot.Name} = {CaseValue(plan, tag.Values[0])};");
        }

        code.Line($"{field.Slot.Name} = {(spec.ShownAs.Length == 0 || field.Slot.TypeName == spec.TypeName ? "value" : spec.IsBoolean ? "value ? 1 : 0" : $"({field.Slot.TypeName})value")};");
        if (plan.Fields.FirstOrDefault(f => f.DerivedFrom == spec) is { } derived)
        {
            string length = MessageWriterEmitter.Derived(spec, "value");
            code.Line($"{derived.Slot.Name} = {(derived.Slot.TypeName is "int" or "long" ? length : $"({derived.Slot.TypeName}){(length.Contains(' ') ? $"({length})" : length)}")};");
        }

        code.Close();
        code.Close();
        return Split(code);
    }

    /// <summary>A field's stored value as its property shows it.</summary>
    internal static string Shown(FieldPlan field) =>
        field.Slot.TypeName == field.Spec.TypeName ? field.Slot.Name
        : field.Spec.IsBoolean ? $"{field.Slot.Name} != 0"
        : $"({field.Spec.TypeName}){field.Slot.Name}";

    /// <summary>Whether the tag has a value of the case.</summary>
    internal static string Belongs(MessagePlan plan, CaseSpec @case, string target)
    {
        string tag = target + plan.Tag!.Slot.Name;
        if (@case.Values.Count == 1)
        {
            return $"{tag} == {CaseValue(plan, @case.Values[0])}";
        }

        IEnumerable<long> values = @case.IsDefault ? plan.Cases.SelectMany(static c => c.Case.Values) : @case.Values;
        string pattern = string.Join(" or ", values.Select(v => CaseValue(plan, v)));
        return pattern.Length == 0 ? "true" : @case.IsDefault ? $"{tag} is not ({pattern})" : $"{tag} is {pattern}";
    }

    /// <summary>A tag's value as its slot has it.</summary>
    internal static string CaseValue(MessagePlan plan, long value)
    {
        FieldSpec tag = plan.Tag!.Spec;
        return tag.IsBoolean ? (value != 0 ? "true" : "false")
            : tag.ShownAs.Length > 0 ? $"({tag.ShownAs}){(value < 0 ? $"({Literals.Number(value)})" : Literals.Number(value))}"
            : tag.Integer!.Keyword == "byte" ? Literals.Byte((byte)value)
            : $"({tag.Integer.Keyword}){Literals.Number(value)}";
    }

    /// <summary>A tag's value as the number it is read as.</summary>
    internal static string CaseNumber(MessagePlan plan, long value) =>
        plan.Tag!.Spec is { Integer.Keyword: "byte", Encoding.Kind: EncodingKind.Binary } ? Literals.Byte((byte)value) : Literals.Number(value);

    private static string[] Split(CodeWriter code) => code.ToString().Split('\n');
}
