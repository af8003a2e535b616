using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <summary>Emits <c>GetSize</c> and the stores of <c>TryWrite</c>: lengths, counts and fixed bytes are derived, never stored by hand.</summary>
internal sealed class MessageWriterEmitter
{
    private readonly MessagePlan _plan;
    private readonly CodeWriter _code = new(2);

    private MessageWriterEmitter(MessagePlan plan) => _plan = plan;

    /// <summary>The exact size, an affine sum over the fields.</summary>
    public static string Size(MessagePlan plan)
    {
        MessageWriterEmitter emitter = new(plan);
        string common = emitter.Sum(plan.Common);
        if (plan.Cases.Count == 0)
        {
            return $"return {common};";
        }

        CodeWriter code = new(2);
        code.Open($"return {common} + {plan.Tag!.Slot.Name} switch");
        foreach (CasePlan @case in plan.Cases)
        {
            code.Line($"{MessageEmitter.CaseValue(plan, @case.Value)} => {emitter.Sum(@case.Fields)},");
        }

        code.Line("_ => 0,");
        code.Close(";");
        return code.ToString().TrimStart();
    }

    public static string Emit(MessagePlan plan)
    {
        MessageWriterEmitter emitter = new(plan);
        foreach (FieldPlan field in plan.Common)
        {
            emitter.Field(field);
        }

        if (plan.Cases.Count > 0)
        {
            emitter._code.Open($"switch ({plan.Tag!.Slot.Name})");
            foreach (CasePlan @case in plan.Cases)
            {
                emitter._code.Line($"case {MessageEmitter.CaseValue(plan, @case.Value)}:");
                emitter._code.Indent();
                foreach (FieldPlan field in @case.Fields)
                {
                    emitter.Field(field);
                }

                emitter._code.Line("break;");
                emitter._code.Outdent();
            }

            emitter._code.Close();
        }

        return emitter._code.ToString();
    }

    private string Sum(IEnumerable<FieldPlan> fields)
    {
        int constant = 0;
        List<string> parts = [];
        foreach (FieldPlan field in fields)
        {
            FieldSpec spec = field.Spec;
            constant += spec.Before.Count;
            int behind = spec.Extent.Delimiter.Count + spec.After.Count;
            switch (spec.Type)
            {
                case WireType.Integer when spec.IsAscii:
                    parts.Add($"global::DeclServer.Messages.Layout.DigitCount({Value(field)})");
                    constant += behind;
                    break;
                case WireType.Integer:
                    constant += spec.Integer!.Size + behind;
                    break;
                case WireType.Bytes when spec.Extent.Null is { } absent:
                    parts.Add($"({Source(field).Slot.Name} == {absent} ? 0 : {field.Slot.Name}.Length + {behind})");
                    break;
                case WireType.Bytes when spec.Extent.Kind == ExtentKind.Fixed:
                    constant += spec.Extent.Bytes + behind;
                    break;
                case WireType.Bytes:
                    parts.Add($"{field.Slot.Name}.Length");
                    constant += behind;
                    break;
                case WireType.Sequence:
                    parts.Add($"{field.Slot.Name}.Bytes.Length");
                    break;
                case WireType.Words:
                    parts.Add($"{field.Slot.Name}.Line.Length");
                    constant += 2;
                    break;
            }
        }

        if (constant > 0 || parts.Count == 0)
        {
            parts.Add(constant.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return string.Join(" + ", parts);
    }

    private FieldPlan Source(FieldPlan field) => _plan.Fields.First(f => f.Spec.Name == field.Spec.Extent.Field && (f.Spec.Case is null || f.Spec.Case == field.Spec.Case));

    /// <summary>An integer's value: derived from what it is the length or count of, where it is that.</summary>
    private string Value(FieldPlan field)
    {
        if (field.DerivedFrom is not { } target)
        {
            return field.Slot.Name;
        }

        FieldPlan plan = _plan.Fields.First(f => f.Spec == target);
        string length = plan.Slot.Name + (target.Type == WireType.Sequence ? ".Count" : ".Length");
        return target.Extent.Null is { } absent ? $"({field.Slot.Name} == {absent} ? {absent} : {length})" : length;
    }

    private void Field(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        Fixed(spec.Before);
        switch (spec.Type)
        {
            case WireType.Integer when spec.IsAscii:
                Call($"Number(destination, ref written, {Value(field)})");
                break;
            case WireType.Integer when spec.Integer!.Size == 1:
                Call($"Byte(destination, ref written, (byte){Value(field)})");
                break;
            case WireType.Integer:
                _code.Line($"global::System.Buffers.Binary.BinaryPrimitives.Write{MessageParserEmitter.MethodSuffix(spec.Integer)}BigEndian(destination[written..], ({spec.Integer.Keyword}){Value(field)});");
                _code.Line($"written += {spec.Integer.Size};");
                break;
            case WireType.Bytes when spec.Extent.Null is { } absent:
                _code.Open($"if ({Source(field).Slot.Name} != {absent})");
                Call($"Bytes(destination, ref written, {field.Slot.Name})");
                Fixed(spec.After);
                _code.Close();
                _code.Blank();
                return;
            case WireType.Bytes when spec.Extent.Kind == ExtentKind.Fixed:
                Call($"Padded(destination, ref written, {field.Slot.Name}, {spec.Extent.Bytes})");
                break;
            case WireType.Bytes:
                Call($"Bytes(destination, ref written, {field.Slot.Name})");
                break;
            case WireType.Sequence:
                Call($"Bytes(destination, ref written, {field.Slot.Name}.Bytes)");
                break;
            case WireType.Words:
                Call($"Bytes(destination, ref written, {field.Slot.Name}.Line)");
                Fixed(new EquatableArray<byte>([(byte)'\r', (byte)'\n']));
                break;
        }

        Fixed(spec.Extent.Delimiter);
        Fixed(spec.After);
    }

    private void Call(string call) => _code.Line($"global::DeclServer.Messages.Layout.{call};");

    private void Fixed(EquatableArray<byte> bytes)
    {
        if (bytes.Count == 1)
        {
            Call($"Byte(destination, ref written, {Literals.Byte(bytes[0])})");
        }
        else if (bytes.Count > 1)
        {
            Call($"Bytes(destination, ref written, {Literals.Bytes(bytes)})");
        }
    }
}
