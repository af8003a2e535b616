using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <summary>Emits the copy of a message that outlives the buffer: a class inside it with the same slots, each of them owned.</summary>
internal static class OwnedEmitter
{
    private const string Copy = "global::DeclServer.Messages.OwnedCopy.";

    public static string Emit(MessagePlan plan)
    {
        OwnedSlot[] slots = [.. plan.Slots.Select(s => Of(plan, s))];
        return Render(
            plan.Spec,
            slots,
            string.Join(", ", slots.Select(static s => $"{s.TypeName} {s.Parameter}")),
            string.Join(", ", slots.Select(static s => s.FromView)),
            string.Join(", ", slots.Select(static s => s.ToView)),
            [.. plan.Fields.Select(f => Property(plan, f)), .. plan.Spec.Bodies.Select(static b => new OwnedProperty(b.Label, $"public {b.TypeName} {b.Name} => ToMessage().{b.Name};"))]);
    }

    /// <summary>What stands in for the copy of a message whose declaration is broken.</summary>
    public static string EmitFallback(MessageSpec spec) =>
        Render(spec, [], "", "", "", [.. spec.Fields.Select(static f => new OwnedProperty(f.Label, $"public {TypeOf(f)} {f.Name} => default!;")), .. spec.Bodies.Select(static b => new OwnedProperty(b.Label, $"public {b.TypeName} {b.Name} => default;"))]);

    private static string Render(MessageSpec spec, OwnedSlot[] slots, string parameters, string fromView, string toView, OwnedProperty[] properties) =>
        TemplateFile.File(spec.Type, TemplateFile.Render("Owned.sbn-cs", new
        {
            spec.Type.Name,
            Declaration = spec.Type.Containers.Last(),
            Label = spec.Type.Name.TrimStart('@'),
            spec.Type.Reference,
            Slots = slots,
            Parameters = parameters,
            FromView = fromView,
            ToView = toView,
            Properties = properties,
        }));

    private static OwnedSlot Of(MessagePlan plan, Slot slot)
    {
        FieldPlan[] fields = [.. plan.Fields.Where(f => f.Slot == slot)];
        FieldSpec spec = fields[0].Spec;
        string name = slot.Name;
        string parameter = MessageEmitter.Parameter(slot);
        switch (spec.Type)
        {
            case WireType.Bytes:
                return new(name, "global::System.ReadOnlyMemory<byte>", parameter, $"{Copy}Of({name})", $"{name}.Span");
            case WireType.Words:
                string rules = plan.Spec.Text!.IsPlain ? Literals.Byte(plan.Spec.Text.Separators[0]) : MessageEmitter.WordRules;
                return new(name, "global::System.ReadOnlyMemory<byte>", parameter, $"{Copy}Of({name}.Line)", $"new global::DeclServer.Words({name}.Span, {rules})");
            case WireType.Sequence:
                string copies = SequenceOf(spec.Element!);
                return new(name, copies, parameter, $"new {copies}({name}, holdsOffsets: {(spec.Element!.HoldsOffsets ? "true" : "false")}, depth: int.MaxValue)", $"{name}.ToSeq()");
            case WireType.Message when fields.All(MayMiss):
                string present = string.Join(" || ", fields.Select(f => Present(plan, f)));
                return new(name, spec.Element!.TypeName + ".Owned?", parameter, $"{present} ? {name}.ToOwned() : null", $"{name} is null ? default : {name}.ToMessage()");
            case WireType.Message:
                return new(name, spec.Element!.TypeName + ".Owned", parameter, $"{name}.ToOwned()", $"{name}.ToMessage()");
            default:
                return new(name, slot.TypeName, parameter, name, name);
        }
    }

    private static OwnedProperty Property(MessagePlan plan, FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        string value = spec.Type switch
        {
            WireType.Integer when plan.FrameField == field => $"ToMessage().{spec.Name}",
            WireType.Integer => MessageEmitter.Shown(field),
            WireType.Words => $"ToMessage().{spec.Name}",
            _ => field.Slot.Name,
        };
        string get = spec.Case is { } @case && spec.Type is not WireType.Message and not WireType.Words ? $"{MessageEmitter.Belongs(plan, @case, "")} ? {value} : default" : value;
        return new(spec.Label, $"public {TypeOf(spec)} {spec.Name} => {get};");
    }

    private static string TypeOf(FieldSpec spec) => spec.Type switch
    {
        WireType.Bytes => "global::System.ReadOnlyMemory<byte>",
        WireType.Sequence => SequenceOf(spec.Element!) + (spec.Case is null ? "" : "?"),
        WireType.Message => spec.Element!.TypeName + ".Owned" + (spec.Case is not null || spec.When.Length > 0 ? "?" : ""),
        _ => spec.TypeName,
    };

    private static string SequenceOf(ElementSpec element) => $"global::DeclServer.OwnedSeq<{element.TypeName}, {element.TypeName}.Owned>";

    private static bool MayMiss(FieldPlan field) => field.Spec.Case is not null || field.Spec.When.Length > 0;

    private static string Present(MessagePlan plan, FieldPlan field)
    {
        string belongs = field.Spec.Case is { } @case ? MessageEmitter.Belongs(plan, @case, "") : "";
        return belongs.Length == 0 ? field.Spec.When : field.Spec.When.Length == 0 ? belongs : $"({belongs} && {field.Spec.When})";
    }

    /// <summary>A value that the copy keeps, and how it gets from the view and back.</summary>
    private sealed record OwnedSlot(string Name, string TypeName, string Parameter, string FromView, string ToView);

    /// <summary>A field as the copy shows it.</summary>
    private sealed record OwnedProperty(string Label, string Declaration);
}
