using DeclServer.Generator.Model;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Planning;

/// <summary>How a message is read, kept and written.</summary>
/// <param name="Spec">What was declared.</param>
/// <param name="MinSize">The fewest bytes it takes, as a constant expression over those of the messages in it.</param>
/// <param name="Slots">Where its values are kept; cases of one tag share them.</param>
/// <param name="Common">The fields that are always there, in order.</param>
/// <param name="Cases">The fields of each case.</param>
/// <param name="Headers">The headers with a name of their own, which stand among the elements of a sequence.</param>
/// <param name="LineLength">The most bytes of the line that its fields stand in, with its end; 0 where there is no such line.</param>
/// <param name="Block">The lines up to an empty one that end the message; null where it does not end so.</param>
/// <param name="FirstByte">The byte it always starts with; -1 for none.</param>
/// <param name="Problems">What is wrong; when there is anything, the rest is not to be used.</param>
internal sealed record MessagePlan(
    MessageSpec Spec,
    string MinSize,
    IReadOnlyList<Slot> Slots,
    IReadOnlyList<FieldPlan> Common,
    IReadOnlyList<CasePlan> Cases,
    IReadOnlyList<FieldPlan> Headers,
    long LineLength,
    FieldPlan? Block,
    int FirstByte,
    IReadOnlyList<Problem> Problems)
{
    /// <summary>The field that chooses the case.</summary>
    public FieldPlan? Tag => Spec.Tag is null ? null : Common.FirstOrDefault(f => f.Spec.Name == Spec.Tag);

    /// <summary>The field that says how many bytes follow it.</summary>
    public FieldPlan? FrameField => Spec.Frame is { IsInput: false } frame ? Common.FirstOrDefault(f => f.Spec.Name == frame.Field) : null;

    public IEnumerable<FieldPlan> Fields => Common.Concat(Headers).Concat(Cases.SelectMany(static c => c.Fields));

    /// <summary>The same plan with other names for its local variables, so that they can stand beside those of the message around it.</summary>
    public MessagePlan WithLocals(string prefix)
    {
        return this with { Common = Renamed(Common), Headers = Renamed(Headers), Cases = [.. Cases.Select(c => c with { Fields = Renamed(c.Fields) })] };

        FieldPlan[] Renamed(IReadOnlyList<FieldPlan> fields) => [.. fields.Select(f => f with { Local = Name(f.Local), Bits = f.Bits is null ? null : f.Bits with { Run = f.Bits.Run with { Local = Name(f.Bits.Run.Local) } } })];

        string Name(string local) => prefix + local.TrimStart('@');
    }

    /// <summary>The field that an extent refers to, as seen from the field that has it.</summary>
    public FieldPlan Source(FieldPlan field) =>
        Fields.First(f => f.Spec.Name == field.Spec.Extent.Field && (f.Spec.Case is null || f.Spec.Case == field.Spec.Case));
}

/// <summary>A stored value.</summary>
internal sealed record Slot(string Name, string TypeName);

/// <summary>The fields of one case of the tag.</summary>
internal sealed record CasePlan(CaseSpec Case, IReadOnlyList<FieldPlan> Fields);

/// <summary>How one field is read, kept and written.</summary>
/// <param name="Spec">What was declared.</param>
/// <param name="Slot">Where its value is kept.</param>
/// <param name="Local">The local variable it is read into.</param>
/// <param name="ValueMin">The smallest value of an integer.</param>
/// <param name="ValueMax">The largest value of an integer.</param>
/// <param name="LengthMin">The fewest bytes of its value.</param>
/// <param name="LengthMax">The most bytes of its value.</param>
/// <param name="Patterns">The patterns that its value matches.</param>
/// <param name="Bits">Its place in a run of bits.</param>
/// <param name="Line">Its place in the line.</param>
/// <param name="DerivedFrom">The field whose length or count it holds: the writer writes that instead.</param>
/// <param name="IsControl">Whether where the message ends depends on it: out of range, nothing behind it can be read.</param>
/// <param name="MayPassMaxSize">Whether what is read up to its end can pass the message's bound, so that a check is emitted.</param>
/// <param name="Resumes">Whether a sequence goes on at its next element when more input has come.</param>
internal sealed record FieldPlan(
    FieldSpec Spec,
    Slot Slot,
    string Local,
    decimal ValueMin,
    decimal ValueMax,
    long LengthMin,
    long LengthMax,
    IReadOnlyList<BytePattern> Patterns,
    BitPlace? Bits,
    LinePlace? Line,
    FieldSpec? DerivedFrom,
    bool IsControl,
    bool MayPassMaxSize,
    bool Resumes)
{
    /// <summary>The C# type of the local variable.</summary>
    public string LocalType => Spec.Header is not null ? Spec.TypeName : NumberType;

    /// <summary>Whether the line may end before it: then the separator before it is left out as well.</summary>
    public bool MayMiss => Line is { IsFirst: false } && (Spec.Type == WireType.Words || Spec.Extent.Optional);

    /// <summary>The C# type that its number is read as.</summary>
    public string NumberType => Spec.Encoding.Kind switch
    {
        EncodingKind.Ascii => Spec.Encoding.IsDigits || Spec.Integer!.Keyword == "ulong" ? "ulong" : "long",
        EncodingKind.Flag => "bool",
        EncodingKind.ZigZag or EncodingKind.BerInteger => "long",
        EncodingKind.Leb128 or EncodingKind.Quic or EncodingKind.Ber or EncodingKind.BerBoolean => "ulong",
        _ => Spec.Integer?.Keyword ?? Spec.TypeName,
    };
}

/// <summary>Where a field stands in a line.</summary>
/// <param name="IsFirst">Whether no separator stands before it.</param>
/// <param name="IsLast">Whether the line ends with it.</param>
internal sealed record LinePlace(bool IsFirst, bool IsLast);

/// <summary>Where a field lies in a run of bits.</summary>
/// <param name="Run">The run that it is read from.</param>
/// <param name="Shift">How many bits lie below it.</param>
/// <param name="Writes">Whether the run's bytes are written when this field's turn comes: it is the run's last.</param>
internal sealed record BitPlace(BitRun Run, int Shift, bool Writes);

/// <summary>Fields of bits that share bytes.</summary>
/// <param name="Local">The local variable the bytes are read into.</param>
/// <param name="Bytes">How many bytes.</param>
/// <param name="First">The name of the field before which it is read.</param>
/// <param name="IsPeek">Whether the cases complete it: its bytes are looked at and read again by the case.</param>
/// <param name="Parts">The fields, with the bits below each, of those that the run writes.</param>
internal sealed record BitRun(string Local, int Bytes, string First, bool IsPeek, IReadOnlyList<(FieldSpec Field, int Shift)> Parts);
