using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Verification;

/// <summary>The error of an emitted parser that is not proved: a mistake of the generator, which no declaration can be blamed for.</summary>
internal static class UnprovedAccess
{
    public static readonly DiagnosticDescriptor Descriptor = new(
        "DS0001", "The generator made a parser that it cannot prove", "Internal error: the parser of '{0}' is not proved at {1}; please report the declaration",
        "DeclServer.Internal", DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <summary>An error for each gap in a message's ledger.</summary>
    public static IEnumerable<Diagnostic> Of(string message, BoundsLedger ledger) =>
        ledger.Gaps.Select(gap => Diagnostic.Create(Descriptor, Location.None, message, gap));
}
