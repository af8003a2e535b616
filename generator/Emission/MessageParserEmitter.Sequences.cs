using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <content>Sequences: counted, up to a window's end, a delimiter or a member of the last element, and those that jump.</content>
internal sealed partial class MessageParserEmitter
{
    private void Sequence(FieldPlan field)
    {
        _checked = 0;
        string bare = Bare(field);
        switch (field.Spec.Extent.Kind)
        {
            case ExtentKind.CountField:
                Counted(field, bare);
                Fixed(field.Spec.After);
                break;
            case ExtentKind.Until or ExtentKind.Predicate:
                if (HasHeaders(field))
                {
                    DeclareHeaders();
                }

                _code.Line($"int {bare}Start = position;");
                if (field.Spec.Element!.Jumps > 0)
                {
                    Jumping(field, bare);
                }
                else
                {
                    Repeated(field, bare);
                }

                Fixed(field.Spec.After);
                break;
            default:
                Window(field, () => Filling(field, bare));
                break;
        }
    }

    private void Element(FieldPlan field, string bare, string input, bool propagates)
    {
        bool looks = field.Spec.Extent.Kind == ExtentKind.Predicate || field.Spec.Element!.Jumps > 0 || HasHeaders(field);
        Nested(field, input, "position", looks ? $"out {field.Spec.Element!.TypeName} {bare}Element" : "out _", bare + "Next", propagates);
    }

    /// <summary>Whether headers with a name of their own are found among the elements.</summary>
    private bool HasHeaders(FieldPlan field) =>
        _plan.Headers.Count > 0 && field.Spec is { Extent.Kind: ExtentKind.Until, Element.HeaderName.Length: > 0 } && _plan.Common.First(static f => f.Spec is { Type: WireType.Sequence, Element.HeaderName.Length: > 0 }) == field;

    private void Counted(FieldPlan field, string bare)
    {
        FieldPlan source = _plan.Source(field);
        _code.Line($"int {bare}Start = position;");
        _code.Line($"int {bare}Count = (int){(field.Spec.Extent.Bias == 0 ? source.Local : $"({Affine(source, 1, field.Spec.Extent.Bias)})")};");
        _code.Line($"int {bare}Left = {bare}Count;");
        if (field.Resumes && Parses)
        {
            _code.Line("// Elements that were checked before more input came are jumped over.");
            Resume(field, $"{bare}Left");
            _code.Blank();
        }

        _code.Open($"while ({bare}Left > 0)");
        if (field.Resumes && Parses)
        {
            Resumable(field, bare, "Left", "out _");
        }
        else
        {
            Element(field, bare, "input", propagates: !_framed);
        }

        if (field.Spec.Element!.SelfSizing && !_skips)
        {
            // The compiler drops the check where an element takes a byte at least.
            Fail($"{field.Spec.Element.TypeName}.MinSize == 0 && {bare}Next == position", "code = global::DeclServer.ErrorCode.TooShort;");
            _code.Blank();
        }
        else
        {
            Progress(field, bare);
        }

        PassesMaxSize(field, $"{bare}Next - start > MaxSize");
        _code.Lines($"position = {bare}Next;", $"{bare}Left--;");
        _code.Close();
        _code.Blank();
        if (_plan.Spec.Arguments == field.Spec && Parses)
        {
            Fill(field, bare);
            return;
        }

        Keep(field, bare, "position");
    }

    /// <summary>Goes on at the element that was not whole; what was wrong with one before it is kept.</summary>
    private void Resume(FieldPlan field, string count)
    {
        string[] kept = ["position = state.Offset;", $"{count} = state.Count;"];
        _code.If("state.Offset != 0", Keeps(field) ? [.. kept, "broken = state.Kept();"] : kept);
    }

    /// <summary>An element of a sequence that is resumed at it.</summary>
    private void Resumable(FieldPlan field, string bare, string count, string target)
    {
        if (InPlace(field) is { } content)
        {
            ReadInPlace(field, content, "input", target, bare + "Next", propagates: true, left: bare + count);
            return;
        }

        _code.Line($"global::DeclServer.ParseState {bare}State = state.Inner();");
        _code.Line(
            $"global::DeclServer.ParseStatus {bare}Status = {field.Spec.Element!.TypeName}.TryParseAt(input, position, {Depth}, ref {bare}State, {target}, out int {bare}Next, out error);");
        _code.Open($"if ({bare}Status != global::DeclServer.ParseStatus.Done)");
        _code.Open($"if ({bare}Status == global::DeclServer.ParseStatus.NeedMore)");
        PassesMaxSize(field, $"(long){bare}State.Needed - start > MaxSize");
        _code.Line($"state.Wait({bare}State);");
        _code.Lines("state.Offset = position;", $"state.Count = {bare}{count};");
        if (Keeps(field))
        {
            _code.Line("state.Keep(broken);");
        }

        _code.Line(NeedMore);
        _code.Close();
        _code.Blank();
        Broken(field, bare + "Status");
    }

    /// <summary>Whoever asks for a table asks for no view.</summary>
    private void Fill(FieldPlan field, string bare)
    {
        string element = field.Spec.Element!.TypeName;
        string view = $"new {field.LocalType}(input, {bare}Start, position, {bare}Count, {Depth})";
        _isStored = true;
        _code.Open("if (table is null)");
        _code.Line($"global::DeclServer.Messages.Grammar.Set(in message.{field.Slot.Name}, {view});");
        _code.Close();
        _code.Open($"else if (table.Count != {bare}Count)");
        _code.Line("// After a resume only the elements that came last were read now.");
        _code.Line("table.Clear();");
        _code.Open($"foreach ({element} element in {view})");
        _code.Line($"table.Add(input, element.{field.Spec.ElementValue!.Name});");
        _code.Close();
        _code.Close();
        _code.Blank();
    }

    private void Keep(FieldPlan field, string bare, string end)
    {
        if (_views)
        {
            _code.Line($"{Target(field)} = new(input, {bare}Start, {end}, {bare}Count, {Depth});");
        }
    }

    /// <summary>Elements up to the end of the window that ends at the position.</summary>
    private void Filling(FieldPlan field, string bare)
    {
        if (_again)
        {
            _code.Line($"{Target(field)} = new(input, {bare}Start, position, 0, {Depth}, global::DeclServer.Messages.Grammar.Uncounted);");
            return;
        }

        _code.Line($"int {bare}WindowEnd = position;");
        _code.Line($"int {bare}Count = 0;");
        _code.Line($"position = {bare}Start;");
        _code.Open($"while (position < {bare}WindowEnd)");
        Most(field, bare);
        Element(field, bare, $"input[..{bare}WindowEnd]", propagates: false);
        Progress(field, bare);
        _code.Lines($"position = {bare}Next;", $"{bare}Count++;");
        _code.Close();
        _code.Blank();
        Keep(field, bare, "position");
    }

    /// <summary>Elements up to a delimiter in an element's place, or up to one that says that it is the last.</summary>
    private void Repeated(FieldPlan field, string bare)
    {
        ExtentSpec extent = field.Spec.Extent;
        _code.Line($"int {bare}Count = 0;");
        if (field.Resumes && Parses)
        {
            _code.Line("// Elements that were checked before more input came are jumped over.");
            Resume(field, $"{bare}Count");
            _code.Blank();
        }

        _code.Open("while (true)");
        if (extent.Kind == ExtentKind.Until)
        {
            string ahead = $"global::DeclServer.Messages.Grammar.Ahead(input, position, {Literals.Bytes(extent.Delimiter)})";
            if (!_again)
            {
                _code.Line($"code = {ahead};");
            }

            _code.If($"{(_again ? ahead : "code")} == global::DeclServer.ErrorCode.None", "break;");
            _code.Blank();
            Fail("code == global::DeclServer.ErrorCode.Incomplete");
            _code.Blank();
        }

        Most(field, bare);
        if (field.Resumes && Parses)
        {
            Resumable(field, bare, "Count", extent.Kind == ExtentKind.Predicate ? $"out {field.Spec.Element!.TypeName} {bare}Element" : "out _");
        }
        else
        {
            Element(field, bare, "input", propagates: !_framed);
        }

        Progress(field, bare);
        PassesMaxSize(field, $"{bare}Next - start > MaxSize");
        if (HasHeaders(field))
        {
            Headers(field);
        }

        _code.Lines($"position = {bare}Next;", $"{bare}Count++;");
        if (extent.Kind == ExtentKind.Predicate)
        {
            _code.If($"{bare}Element.{extent.Predicate}", "break;");
        }

        _code.Close();
        _code.Blank();
        Keep(field, bare, "position");
        if (HasHeaders(field))
        {
            foreach (FieldPlan header in _plan.Headers)
            {
                Store(header);
            }
        }

        if (extent.Kind == ExtentKind.Until)
        {
            _code.Line($"position += {extent.Delimiter.Count};");
        }
    }

    /// <summary>Elements of which one may be an offset at which the sequence goes on.</summary>
    private void Jumping(FieldPlan field, string bare)
    {
        ExtentSpec extent = field.Spec.Extent;
        _code.Lines($"int {bare}Count = 0;", $"int {bare}Size = 0;", $"int {bare}Hops = 0;", $"int {bare}End = position;", $"int {bare}Before = position;");
        _code.Open("while (true)");
        Most(field, bare);
        Element(field, bare, "input", propagates: !_framed);
        Progress(field, bare);
        _code.Line("// In place, the sequence ends at its first jump.");
        _code.If($"{bare}Hops == 0 && position == {bare}End", $"{bare}End = {bare}Next;");
        _code.Blank();
        _code.Line($"// A jump leads back: before the sequence and before the last jump's target, so that jumps end; at most {field.Spec.Element!.Jumps}.");
        _code.Open($"if ({field.Spec.Element.TypeName}.TryJump({bare}Element, out int {bare}Target))");
        if (_again)
        {
            _code.Line($"{bare}Hops++;");
        }

        Fail($"(uint){bare}Target >= (uint){bare}Before || ++{bare}Hops > {field.Spec.Element.Jumps}", "code = global::DeclServer.ErrorCode.BadOffset;");
        _code.Blank();
        _code.Lines($"{bare}Before = {bare}Target;", $"position = {bare}Target;", "continue;");
        _code.Close();
        _code.Blank();
        _code.Line("// What the elements take together, wherever they stand.");
        _code.Line($"{bare}Size += {bare}Next - position;");
        Fail($"{bare}Size > MaxSize", "code = global::DeclServer.ErrorCode.TooLong;");
        _code.Blank();
        _code.Lines($"position = {bare}Next;", $"{bare}Count++;");
        _code.If($"{bare}Element.{extent.Predicate}", "break;");
        _code.Close();
        _code.Blank();
        _code.Line($"position = {bare}End;");
        if (_views)
        {
            _code.Line($"{Target(field)} = new(input, {bare}Start, position, {bare}Count, {Depth}, {bare}Hops);");
        }
    }

    private void Most(FieldPlan field, string bare)
    {
        if (field.Spec.Rules.MaxLength is { } most)
        {
            Fail($"{bare}Count == {most}", "code = global::DeclServer.ErrorCode.TooLong;");
            _code.Blank();
        }
    }

    /// <summary>An element of no bytes would be read for ever.</summary>
    private void Progress(FieldPlan field, string bare)
    {
        if (_skips && InPlace(field) is null)
        {
            // It ends behind its start, or the skip has ended.
            return;
        }

        Fail($"{bare}Next == position", "code = global::DeclServer.ErrorCode.TooShort;");
        _code.Blank();
    }
}
