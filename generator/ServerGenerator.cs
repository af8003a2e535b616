using DeclServer.Generator.Emission;
using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;
using DeclServer.Generator.Reading;
using DeclServer.Generator.Verification;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DeclServer.Generator;

/// <summary>Discovers messages and servers, reads them, plans them, emits them, and proves the parsers that it emitted. What is wrong with a declaration, the analyzers tell.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ServerGenerator : IIncrementalGenerator
{
    /// <summary>The tracking name of the step that reads messages.</summary>
    public const string MessageStep = "DeclServer.Messages";

    /// <summary>The tracking name of the step that reads servers.</summary>
    public const string ServerStep = "DeclServer.Servers";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<MessageSpec> messages = context.SyntaxProvider
            .ForAttributeWithMetadataName("DeclServer.MessageAttribute", static (node, _) => node is StructDeclarationSyntax, ReadMessage)
            .Where(static spec => spec is not null)
            .Select(static (spec, _) => spec!)
            .WithTrackingName(MessageStep);

        IncrementalValuesProvider<ServerSpec> servers = context.SyntaxProvider
            .ForAttributeWithMetadataName("DeclServer.ServerAttribute", static (node, _) => node is ClassDeclarationSyntax, ReadServer)
            .Where(static spec => spec is not null)
            .Select(static (spec, _) => spec!)
            .WithTrackingName(ServerStep);

        context.RegisterSourceOutput(messages, EmitMessage);
        context.RegisterSourceOutput(servers, EmitServer);
    }

    private static MessageSpec? ReadMessage(GeneratorAttributeSyntaxContext context, CancellationToken cancellation) =>
        MessageReader.Read((INamedTypeSymbol)context.TargetSymbol, context.SemanticModel.Compilation, []);

    private static ServerSpec? ReadServer(GeneratorAttributeSyntaxContext context, CancellationToken cancellation) =>
        ServerReader.Read((INamedTypeSymbol)context.TargetSymbol, context.SemanticModel.Compilation, []);

    private static void EmitMessage(SourceProductionContext context, MessageSpec spec)
    {
        MessagePlan plan = MessagePlanner.Plan(spec);
        Add(context, spec.Type.HintName + ".Message.g.cs", plan.Problems.Count > 0 ? MessageEmitter.EmitFallback(spec) : Proved(context, spec, MessageEmitter.Emit(plan)));
        if (spec.Owned)
        {
            Add(context, spec.Type.HintName + ".Owned.g.cs", plan.Problems.Count > 0 ? OwnedEmitter.EmitFallback(spec) : OwnedEmitter.Emit(plan));
        }
    }

    /// <summary>What was emitted for a message, once its parser is proved; otherwise errors, and what stands in for it.</summary>
    private static string Proved(SourceProductionContext context, MessageSpec spec, string source)
    {
        bool isProved = true;
        foreach (Diagnostic gap in UnprovedAccess.Of(spec.Type.Name, BoundsVerifier.Verify(source)))
        {
            context.ReportDiagnostic(gap);
            isProved = false;
        }

        return isProved ? source : MessageEmitter.EmitFallback(spec);
    }

    private static void EmitServer(SourceProductionContext context, ServerSpec spec)
    {
        ServerPlan plan = ServerPlanner.Plan(spec);
        if (plan.Problems.Count > 0)
        {
            Add(context, spec.Type.HintName + ".Server.g.cs", ServerEmitter.EmitFallback(spec));
            return;
        }

        foreach ((string hintName, string source) in ServerEmitter.Emit(plan))
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Add(context, hintName, source);
        }
    }

    private static void Add(SourceProductionContext context, string hintName, string source) =>
        context.AddSource(hintName, SourceText.From(source, System.Text.Encoding.UTF8));
}
