using System.Collections.Immutable;
using DeclServer.Generator.Model;
using DeclServer.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DeclServer.Analyzers;

/// <summary>
/// Tells of state that handlers write without a lock although they run at the same time. It looks at what stands in a handler itself, and says
/// nothing of a method that takes a lock in any way: what it flags is written unguarded.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SharedStateAnalyzer : DiagnosticAnalyzer
{
    private const string ThreadSafeWrites = "can be written by several handlers at once: use Interlocked, or write it under a lock";
    private const string UnsafeCollection = "can be changed by several handlers at once, which its type does not allow: change it under a lock, or take a concurrent collection";

    /// <summary>The value of <c>ServerState.Shared</c>.</summary>
    private const int Shared = 1;

    private static readonly ImmutableHashSet<string> s_changes = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "Add", "AddRange", "AddFirst", "AddLast", "AddBefore", "AddAfter", "Clear", "Dequeue", "Enqueue", "EnqueueDequeue", "EnqueueRange", "ExceptWith", "Insert", "InsertRange", "IntersectWith", "Pop",
        "Push", "Remove", "RemoveAll", "RemoveAt", "RemoveFirst", "RemoveLast", "RemoveRange", "RemoveWhere", "Reverse", "Sort", "TryAdd", "TryDequeue", "TryPop", "UnionWith");

    private static readonly ImmutableHashSet<string> s_locks = ImmutableHashSet.Create(
        StringComparer.Ordinal, "Monitor", "Lock", "Mutex", "Semaphore", "SemaphoreSlim", "SpinLock", "ReaderWriterLock", "ReaderWriterLockSlim");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptors.Unguarded];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationBlockAction(AnalyzeBlock);
    }

    private static void AnalyzeBlock(OperationBlockAnalysisContext context)
    {
        if (context.OwningSymbol is not IMethodSymbol method
            || (Attributes.Find(method, "Command") ?? Attributes.Find(method, "Every")) is null
            || Attributes.Find(method.ContainingType, "Server") is not { } server
            || Attributes.Named(server, "State", 0) != Shared
            || !HasSeveralThreads(method.ContainingType))
        {
            return;
        }

        IOperation[] operations = [.. context.OperationBlocks.SelectMany(static b => b.DescendantsAndSelf())];
        if (operations.OfType<IInvocationOperation>().Any(static i => s_locks.Contains(i.TargetMethod.ContainingType.Name)))
        {
            return;
        }

        foreach (IOperation operation in operations)
        {
            if (Written(operation) is { } written && !IsGuarded(operation))
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.Unguarded, operation.Syntax.GetLocation(), written.Name, written.Why));
            }
        }
    }

    /// <summary>Whether handlers run on several threads in any of the models that are compiled in.</summary>
    private static bool HasSeveralThreads(INamedTypeSymbol server) =>
        ConcurrencyReader.Read(server, []).Any(static m => m.Model != "EventLoop" || m.Parameters.Any(static p => p.Name == "Loops" && p.Value > 1));

    private static (string Name, string Why)? Written(IOperation operation) => operation switch
    {
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection } } => Changed(collection),
        ISimpleAssignmentOperation { Target: var target } when Member(target) is { } member => member is IFieldSymbol { IsVolatile: true } ? null : (member.Name, ThreadSafeWrites),
        ICompoundAssignmentOperation { Target: var target } when Member(target) is { } member => (member.Name, ThreadSafeWrites),
        ICoalesceAssignmentOperation { Target: var target } when Member(target) is { } member => (member.Name, ThreadSafeWrites),
        IIncrementOrDecrementOperation { Target: var target } when Member(target) is { } member => (member.Name, ThreadSafeWrites),
        IInvocationOperation { Instance: { } collection } call when s_changes.Contains(call.TargetMethod.Name) => Changed(collection),
        _ => null,
    };

    /// <summary>The server's field or auto-property that an expression names.</summary>
    private static ISymbol? Member(IOperation expression) => expression switch
    {
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation, Field: var field } => field,
        IPropertyReferenceOperation { Instance: IInstanceReferenceOperation, Property: { IsIndexer: false } property } when IsAuto(property) => property,
        _ => null,
    };

    private static bool IsAuto(IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property));

    /// <summary>A collection of the server's that is not made for several threads.</summary>
    private static (string Name, string Why)? Changed(IOperation collection) =>
        Member(collection) is { } member && collection.Type?.ContainingNamespace?.ToDisplayString() == "System.Collections.Generic" && collection.Type.TypeKind == TypeKind.Class
            ? (member.Name, UnsafeCollection)
            : null;

    /// <summary>Under a lock, or in a function that somebody else calls, perhaps under one.</summary>
    private static bool IsGuarded(IOperation operation)
    {
        for (IOperation? outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is ILockOperation or IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return true;
            }
        }

        return false;
    }
}
