using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <content>
/// Where a message ends that stands whole and valid in the input: what a sequence asks of its elements, of which it keeps nothing. There is no
/// state, no view and no error to make; the parser says what is wrong with a message that is left to it.
/// </content>
internal sealed partial class MessageParserEmitter
{
    /// <summary>The statement that leaves the message to the parser: none ends where it starts.</summary>
    private const string Unknown = "return start;";

    /// <summary>Whether what is emitted is the parser itself.</summary>
    private bool Parses => !_again && !_skips;

    /// <summary>Lines are searched with a state, and the declaration's own members look at a message that has been made.</summary>
    private bool CanSkip(MessagePlan plan) =>
        plan.Block is null && plan.Headers.Count + plan.Spec.Requires.Count + plan.Spec.Bodies.Count == 0
        && plan.Fields.All(static f => f.Line is null && f.Spec is { Checksum: null, When.Length: 0, Type: not WireType.Words }
            && f.Spec.Extent.Kind is not (ExtentKind.Parser or ExtentKind.Line) && !(f.Spec is { Type: WireType.Sequence, Extent.Kind: ExtentKind.Until }))
        && plan.Fields.All(f => InPlace(f) is { } content ? CanSkip(content) : f.Spec.Extent.Kind != ExtentKind.Predicate);

    private void BodySkip()
    {
        _code.Line("int position = start;");
        if (_plan.Fields.Any(f => InPlace(f) is not null))
        {
            _code.Line("int elementStart = start;");
        }

        if (_plan.Spec.MaxDepth > 0)
        {
            _code.Line("depth = global::System.Math.Min(depth, MaxDepth);");
            Fail("depth <= 0");
        }

        if (_plan.Spec.Frame is { IsInput: true })
        {
            Fail("input.Length - start > MaxSize");
        }

        Content();
        if (_plan.Spec.Frame is not null)
        {
            _code.Blank();
            Fail("position != input.Length");
        }

        _code.Blank();
        _code.Line("return position;");
    }
}
