using System.Collections.Immutable;
using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;
using DeclServer.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DeclServer.Analyzers;

/// <summary>Tells what is wrong with messages and servers: reads and plans them as the generator does, and reports each problem at its place.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DeclarationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = Descriptors.All.Remove(Descriptors.Unguarded);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName("DeclServer.MessageAttribute") is not null)
            {
                start.RegisterSymbolAction(AnalyzeType, SymbolKind.NamedType);
            }
        });
    }

    private static void AnalyzeType(SymbolAnalysisContext context)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind == TypeKind.Struct && Attributes.Find(type, "Message") is { } message)
        {
            Analyze(context, type, message, ReadMessage);
        }
        else if (type.TypeKind == TypeKind.Class && Attributes.Find(type, "Server") is { } server)
        {
            Analyze(context, type, server, ReadServer);
        }
    }

    private static IReadOnlyList<Problem> ReadMessage(INamedTypeSymbol type, Compilation compilation)
    {
        List<Problem> problems = [];
        return MessageReader.Read(type, compilation, problems) is { } spec ? MessagePlanner.Plan(spec).Problems : problems;
    }

    private static IReadOnlyList<Problem> ReadServer(INamedTypeSymbol type, Compilation compilation)
    {
        List<Problem> problems = [];
        return ServerReader.Read(type, compilation, problems) is { } spec ? ServerPlanner.Plan(spec).Problems : problems;
    }

    private static void Analyze(SymbolAnalysisContext context, INamedTypeSymbol type, AttributeData marker, Func<INamedTypeSymbol, Compilation, IReadOnlyList<Problem>> read)
    {
        HashSet<(string Id, Location Location, string Text)> told = [];
        foreach (IGrouping<Problem, Problem> same in read(type, context.Compilation).GroupBy(static p => p))
        {
            foreach (Location place in ProblemPlaces.Find(type, marker, same.Key, same.Count(), context.CancellationToken))
            {
                if (told.Add((same.Key.Id, place, string.Concat(same.Key.Arguments))))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(same.Key.Id), place, Descriptors.Fill(same.Key.Arguments)));
                }
            }
        }
    }
}
