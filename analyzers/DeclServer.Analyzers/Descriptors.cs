using System.Collections.Immutable;
using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Analyzers;

/// <summary>What each problem is called, and how it is said. A message names the place first and ends with how to mend it.</summary>
internal static class Descriptors
{
    private const string Declaration = "DeclServer.Declaration";
    private const string Concurrency = "DeclServer.Concurrency";
    private const string Dispatch = "DeclServer.Dispatch";
    private const string Rules = "https://github.com/declserver/declserver/blob/main/docs/rules/";

    public static readonly DiagnosticDescriptor Shape = new(
        ProblemId.Shape, "The type has not the shape the generator fills", "'{0}' cannot be filled by the generator: {1}",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Shape + ".md");

    public static readonly DiagnosticDescriptor Unbounded = new(
        ProblemId.Unbounded, "A variable length has no bound", "'{0}' has no bound: {1}",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Unbounded + ".md");

    public static readonly DiagnosticDescriptor Rule = new(
        ProblemId.Rule, "A rule cannot be kept", "The rule cannot be kept: {0}",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Rule + ".md");

    public static readonly DiagnosticDescriptor Reference = new(
        ProblemId.Reference, "A named field or parameter is not there", "'{0}' {1}",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Reference + ".md");

    public static readonly DiagnosticDescriptor Parameter = new(
        ProblemId.Parameter, "A command cannot be bound to a request", "'{0}' cannot be bound to a request: {1}",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Parameter + ".md");

    public static readonly DiagnosticDescriptor Field = new(
        ProblemId.Field, "A field has no wire form", "'{0}' cannot be laid out on the wire: {1}",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Field + ".md");

    public static readonly DiagnosticDescriptor Protocol = new(
        ProblemId.Protocol, "A protocol cannot be served", "'{0}' cannot be served: {1}",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Protocol + ".md");

    public static readonly DiagnosticDescriptor Language = new(
        ProblemId.Language, "The language version is too low", "C# {0} has no partial properties, which messages are made of: set LangVersion to 13 or higher",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Language + ".md");

    public static readonly DiagnosticDescriptor Member = new(
        ProblemId.Member, "A setting or scheduled method is declared wrongly", "The server cannot use '{0}': {1}",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Member + ".md");

    public static readonly DiagnosticDescriptor Setting = new(
        ProblemId.Setting, "A port, limit or interval is out of range", "The server cannot run with this: {0}",
        Declaration, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Setting + ".md");

    public static readonly DiagnosticDescriptor Unguarded = new(
        ProblemId.Unguarded, "State is written by handlers at once", "'{0}' {1}",
        Concurrency, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Unguarded + ".md");

    public static readonly DiagnosticDescriptor Overlap = new(
        ProblemId.Overlap, "One input has two readings", "'{0}' has two readings: {1}",
        Dispatch, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Overlap + ".md");

    public static readonly DiagnosticDescriptor Unreachable = new(
        ProblemId.Unreachable, "No input reaches this", "No input reaches '{0}': {1}",
        Dispatch, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Rules + ProblemId.Unreachable + ".md");

    public static readonly ImmutableArray<DiagnosticDescriptor> All =
    [
        Shape, Unbounded, Rule, Reference, Parameter, Field, Protocol, Language, Member, Setting, Unguarded, Overlap, Unreachable,
    ];

    public static DiagnosticDescriptor Of(string id) => All.First(d => d.Id == id);

    /// <summary>The arguments for a message, filled up to two: a format with a missing argument throws in the compiler.</summary>
    public static object[] Fill(EquatableArray<string> arguments) => [.. arguments, .. Enumerable.Repeat("", Math.Max(0, 2 - arguments.Count))];
}
