using System.Collections.Immutable;
using DeclServer.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Analyzers.Tests;

public sealed class SuppressorTests
{
    [Theory]
    [InlineData("[Message(MaxSize = 9)] public readonly ref partial struct M { [Until(\";\"), MaxLength(3)] public partial ReadOnlySpan<byte> A { get; } }")]
    [InlineData("[Message(MaxSize = 9)] public readonly ref partial struct M { [Until(\";\"), Length(1, 3)] public partial ReadOnlySpan<byte> A { get; } }")]
    [InlineData("[Server] public partial class S { [Command(\"A\")] public void A([MinLength(3)] ReadOnlySpan<byte> k) { } }")]
    public async Task SuppressesInDeclarations(string source) => Assert.Equal(new[] { true }, await SuppressedAsync(source));

    [Theory]
    [InlineData("public class C { [MaxLength(3)] public string A { get; set; } = \"\"; }")]
    [InlineData("[Server] public partial class S { public class Inner { [MaxLength(3)] public string A { get; set; } = \"\"; } }")]
    [InlineData("[Server] public partial class S { [Own.MaxLength(3)] public string A { get; set; } = \"\"; } namespace Own { public class MaxLengthAttribute(int n) : Attribute; }")]
    public async Task LeavesTheRest(string source) => Assert.Equal(new[] { false }, await SuppressedAsync(source));

    private static async Task<bool[]> SuppressedAsync(string source)
    {
        ImmutableArray<Diagnostic> found = await Analysis.Compile(Analysis.Usings.Replace("namespace Sample;", "") + source)
            .WithAnalyzers(
                [new LengthReporter(), new MaxLengthSuppressor()],
                new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true))
            .GetAllDiagnosticsAsync();
        Assert.DoesNotContain(found, static d => d.Id == "AD0001");
        return [.. found.Where(static d => d.Id == "IL2026").Select(static d => d.IsSuppressed)];
    }

    /// <summary>Stands in for the trim analyzer, which is no package: reports IL2026 on every attribute whose name ends in Length.</summary>
#pragma warning disable RS1001, RS2008 // It does not ship.
    private sealed class LengthReporter : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor s_rule = new("IL2026", "t", "m", "c", DiagnosticSeverity.Warning, true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [s_rule];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(
                static c =>
                {
                    if (((AttributeSyntax)c.Node).Name.ToString().EndsWith("Length", StringComparison.Ordinal))
                    {
                        c.ReportDiagnostic(Diagnostic.Create(s_rule, c.Node.GetLocation()));
                    }
                },
                SyntaxKind.Attribute);
        }
    }
#pragma warning restore RS1001, RS2008
}
