using DeclServer.Generator.Model;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Planning;

/// <summary>How a message is read, kept and written.</summary>
/// <param name="Spec">What was declared.</param>
/// <param name="MinSize">The fewest bytes it takes.</param>
/// <param name="Slots">Where its values are kept; cases of one tag share them.</param>
/// <param name="Common">The fields that are always there, in order.</param>
/// <param name="Cases">The fields of each case.</param>
/// <param name="FirstByte">The byte it always starts with; -1 for none.</param>
/// <param name="Problems">What is wrong; when there is anything, the rest is not to be used.</param>
internal sealed record MessagePlan(
    MessageSpec Spec,
    long MinSize,
    IReadOnlyList<Slot> Slots,
    IReadOnlyList<FieldPlan> Common,
    IReadOnlyList<CasePlan> Cases,
    int FirstByte,
    IReadOnlyList<Problem> Problems)
{
    /// <summary>The field that chooses the case.</summary>
    public FieldPlan? Tag => Spec.Tag is null ? null : Common.FirstOrDefault(f => f.Spec.Name == Spec.Tag);

    public IEnumerable<FieldPlan> Fields => Common.Concat(Cases.SelectMany(static c => c.Fields));
}

/// <summary>A stored value.</summary>
internal sealed record Slot(string Name, string TypeName);

/// <summary>The fields of one value of the tag.</summary>
internal sealed record CasePlan(long Value, IReadOnlyList<FieldPlan> Fields);

/// <summary>How one field is read, kept and written.</summary>
/// <param name="Spec">What was declared.</param>
/// <param name="Slot">Where its value is kept.</param>
/// <param name="Local">The local variable it is read into.</param>
/// <param name="ValueMin">The smallest value of an integer.</param>
/// <param name="ValueMax">The largest value of an integer.</param>
/// <param name="LengthMin">The fewest bytes of its value.</param>
/// <param name="LengthMax">The most bytes of its value.</param>
/// <param name="Patterns">The patterns that its value matches.</param>
/// <param name="DerivedFrom">The field whose length or count it holds: the writer writes that instead.</param>
/// <param name="MayPassMaxSize">Whether what is read up to its end can pass the message's bound, so that a check is emitted.</param>
internal sealed record FieldPlan(
    FieldSpec Spec,
    Slot Slot,
    string Local,
    decimal ValueMin,
    decimal ValueMax,
    long LengthMin,
    long LengthMax,
    IReadOnlyList<BytePattern> Patterns,
    FieldSpec? DerivedFrom,
    bool MayPassMaxSize);
