using DeclServer.Analyzers;
using DeclServer.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Analyzers.Tests;

public sealed class CodeFixTests
{
    private const string Using = "using DeclServer;\n\n";

    [Theory]
    [InlineData(
        "// Ours.\n[Message(MaxSize = 9)]\n/* a */ struct M { public partial int A { get; } }",
        "// Ours.\n[Message(MaxSize = 9)]\n/* a */ readonly ref partial struct M { public partial int A { get; } }")]
    [InlineData(
        "[Message(MaxSize = 9)]\npublic ref struct M { public partial int A { get; } }",
        "[Message(MaxSize = 9)]\npublic readonly ref partial struct M { public partial int A { get; } }")]
    [InlineData(
        "[Message(MaxSize = 9)]\npublic readonly partial struct M { public partial int A { get; } }",
        "[Message(MaxSize = 9)]\npublic readonly ref partial struct M { public partial int A { get; } }")]
    [InlineData(
        "/// <summary>S.</summary>\nclass O { [Server, Listen<Resp>(1)] public sealed class S { } }",
        "/// <summary>S.</summary>\npartial class O { [Server, Listen<Resp>(1)] public sealed partial class S { } }")]
    public async Task AddsModifiers(string source, string expected) => Assert.Equal(Using + expected, await FixAsync(new ShapeFix(), Using + source));

    [Theory]
    [InlineData("[Message(MaxSize = 9)] public readonly ref partial struct M<T> { public partial int A { get; } }")]
    [InlineData("[Server, Listen<Resp>(1)] public abstract partial class S { }")]
    public async Task OffersNothingWhereModifiersAreNotWhatIsMissing(string source) => Assert.Null(await FixAsync(new ShapeFix(), Using + source));

    [Theory]
    [InlineData("[Message] readonly ref partial struct M { public partial int A { get; } }", "[Message(MaxSize = 4096)] readonly ref partial struct M { public partial int A { get; } }")]
    [InlineData("[Message(MaxSize = 0)] readonly ref partial struct M { public partial int A { get; } }", "[Message(MaxSize = 4096)] readonly ref partial struct M { public partial int A { get; } }")]
    [InlineData("[Message(Tag = \"A\")] readonly ref partial struct M { public partial int A { get; } }", "[Message(Tag = \"A\", MaxSize = 4096)] readonly ref partial struct M { public partial int A { get; } }")]
    public async Task AddsMaxSize(string source, string expected) => Assert.Equal(Using + expected, await FixAsync(new BoundFix(), Using + source));

    [Theory]
    [InlineData("using System;\nusing DeclServer;\n\n", "using System;\nusing System.ComponentModel.DataAnnotations;\nusing DeclServer;\n\n")]
    [InlineData("// Head.\nusing DeclServer;\nusing System;\n\n", "// Head.\nusing System.ComponentModel.DataAnnotations;\nusing DeclServer;\nusing System;\n\n")]
    [InlineData("using System;\r\nusing System.Text;\r\nusing DeclServer;\r\n\r\n", "using System;\r\nusing System.ComponentModel.DataAnnotations;\r\nusing System.Text;\r\nusing DeclServer;\r\n\r\n")]
    [InlineData("global using System;\nglobal using DeclServer;\n\n", "global using System;\nglobal using DeclServer;\nusing System.ComponentModel.DataAnnotations;\n\n")]
    [InlineData(
        "using DeclServer;\nusing System;\nusing System.ComponentModel.DataAnnotations;\n\n", "using DeclServer;\nusing System;\nusing System.ComponentModel.DataAnnotations;\n\n")]
    public async Task AddsMaxLengthAndItsUsing(string usings, string expected)
    {
        const string Before = "[Message(MaxSize = 99)] readonly ref partial struct M { [Ascii, Until(\";\")] public partial int N { get; } [Until(\";\")] public partial ReadOnlySpan<byte> A { get; } }";
        Assert.Equal(expected + Before.Replace("[Until(\";\")]", "[Until(\";\"), MaxLength(256)]"), await FixAsync(new BoundFix(), usings + Before));
    }

    [Fact]
    public async Task OffersNothingForOtherBounds() => Assert.Null(await FixAsync(
        new BoundFix(),
        Using + "[Server, Listen<Resp>(1)] partial class S { [Command(\"A\")] RespReply A(int n, [Size(nameof(n))] System.ReadOnlySpan<byte> b) => default; }"));

    /// <summary>The source after the first fix of the first problem; null when none is offered. What is fixed is right.</summary>
    private static async Task<string?> FixAsync(CodeFixProvider provider, string source)
    {
        using AdhocWorkspace workspace = new();
        Project project = workspace.AddProject("Sample", LanguageNames.CSharp)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.CSharp13))
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .WithMetadataReferences(Analysis.References);
        Document document = project.AddDocument("Sample.cs", source);
        Diagnostic problem = (await DiagnosticsAsync(document)).First(d => provider.FixableDiagnosticIds.Contains(d.Id));
        List<CodeAction> actions = [];
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, problem, (action, _) => actions.Add(action), CancellationToken.None));
        if (actions.Count == 0)
        {
            return null;
        }

        ApplyChangesOperation apply = (await actions[0].GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single();
        Document changed = apply.ChangedSolution.GetDocument(document.Id)!;
        Assert.Empty(await DiagnosticsAsync(changed));
        return (await changed.GetTextAsync()).ToString();
    }

    private static async Task<IEnumerable<Diagnostic>> DiagnosticsAsync(Document document) =>
        await (await document.Project.GetCompilationAsync())!.WithAnalyzers([new DeclarationAnalyzer()]).GetAnalyzerDiagnosticsAsync();
}
