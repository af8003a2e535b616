namespace DeclServer.Generator.Model;

/// <summary>A user's type that emitted code is put into.</summary>
/// <param name="Namespace">Its namespace, escaped; empty for the global one.</param>
/// <param name="Containers">The declarations to open around the emitted members, outermost first, the type itself last: <c>partial class Outer&lt;T&gt;</c>.</param>
/// <param name="Name">Its simple name, escaped.</param>
/// <param name="Reference">How other code names it, from <c>global::</c> on.</param>
/// <param name="HintName">The start of its emitted files' names.</param>
internal sealed record TypeSpec(string Namespace, EquatableArray<string> Containers, string Name, string Reference, string HintName);
