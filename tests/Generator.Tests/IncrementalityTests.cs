using System.Collections;
using System.Reflection;
using DeclServer.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Generator.Tests;

/// <summary>An edit that changes no declaration re-runs nothing behind the reading; one that does, does.</summary>
public sealed class IncrementalityTests
{
    private const string Source = Generation.Usings + "namespace Sample;\n" + CompileTests.Message + "\n" + CompileTests.Server + "\ninternal static class Other { public static int One() => 1; }\n";

    private static readonly string[] s_steps =
    [
        .. typeof(ServerGenerator).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(static f => f.IsLiteral && f.FieldType == typeof(string) && f.Name.EndsWith("Step", StringComparison.Ordinal))
            .Select(static f => (string)f.GetRawConstantValue()!),
    ];

    public static TheoryData<string, string, string> Unrelated => new()
    {
        { "a comment above", "namespace Sample;", "// A comment.\nnamespace Sample;" },
        { "lines above", "namespace Sample;", "\n\n\nnamespace Sample;" },
        { "the body of another method", "One() => 1", "One() => 2" },
        { "the body of a command", "key.Length == 0 && nx", "key.Length == 1 && nx" },
        { "another type", "internal static class Other", "internal static class Another { }\ninternal static class Other" },
    };

    public static TheoryData<string, string> Relevant => new()
    {
        { "MaxSize = 64", "MaxSize = 65" },
        { "Listen<Resp>(0)", "Listen<Resp>(1)" },
        { "MaxLength(9)] ReadOnlySpan", "MaxLength(8)] ReadOnlySpan" },
        { "[Command(\"GET\")]", "[Command(\"FETCH\")]" },
        { "[Range(0, 9)]", "[Range(0, 8)]" },
    };

    [Fact]
    public void StepsAreNamed() => Assert.NotEmpty(s_steps);

    [Fact]
    public void UnrelatedFile() => AssertNothingRan(After(static c => c.AddSyntaxTrees(Generation.Tree("/src/Unrelated.cs", "namespace Unrelated; internal class C;"))));

    [Theory]
    [MemberData(nameof(Unrelated))]
    public void UnrelatedEdit(string name, string before, string after)
    {
        Assert.NotEmpty(name);
        AssertNothingRan(After(c => Edit(c, before, after)));
    }

    [Theory]
    [MemberData(nameof(Relevant))]
    public void RelevantEdit(string before, string after)
    {
        GeneratorRunResult result = After(c => Edit(c, before, after));
        Assert.Contains(IncrementalStepRunReason.Modified, Tracked(result).SelectMany(static s => s.Outputs).Select(static o => o.Reason));
        Assert.Contains(IncrementalStepRunReason.Modified, result.TrackedOutputSteps.SelectMany(static s => s.Value).SelectMany(static s => s.Outputs).Select(static o => o.Reason));
    }

    /// <summary>An edited message is read and emitted anew, and so is the one that reads it in place; all others are left.</summary>
    [Theory]
    [InlineData("MaxSize = 61", "MaxSize = 62", "Alone")]
    [InlineData("MaxSize = 51", "MaxSize = 52", "Inner", "Outer")]
    [InlineData("MaxSize = 41", "MaxSize = 42", "Outer")]
    public void EditedMessage(string before, string after, params string[] names)
    {
        const string Messages = Generation.Usings + "namespace Sample; [Message(MaxSize = 61)] public readonly ref partial struct Alone { public partial int A { get; } } [Message(MaxSize = 51)] public readonly ref partial struct Inner { public partial int A { get; } } "
            + "[Message(MaxSize = 71)] public readonly ref partial struct Other { public partial int A { get; } } [Message(MaxSize = 41)] public readonly ref partial struct Outer { public partial byte N { get; } [Count(nameof(N)), MaxLength(3)] public partial Seq<Inner> A { get; } }";
        CSharpCompilation compilation = Generation.Compile([Generation.Tree("/src/File.cs", Messages)]);
        GeneratorDriver driver = Generation.Driver().RunGenerators(compilation);
        Assert.Contains(before, Messages);
        GeneratorRunResult result = driver.RunGenerators(compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], Generation.Tree("/src/File.cs", Messages.Replace(before, after)))).GetRunResult().Results.Single();

        (object Value, IncrementalStepRunReason Reason)[] read = [.. result.TrackedSteps[ServerGenerator.MessageStep].SelectMany(static s => s.Outputs)];
        Assert.Equal(4, read.Length);
        Assert.Equal(names, read.Where(static o => o.Reason == IncrementalStepRunReason.Modified).Select(static o => Name(o.Value)).Order(StringComparer.Ordinal));
        Assert.Equal(names.Length, result.TrackedOutputSteps.SelectMany(static s => s.Value).SelectMany(static s => s.Outputs).Count(static o => o.Reason == IncrementalStepRunReason.Modified));

        static string Name(object spec)
        {
            object type = spec.GetType().GetProperty("Type")!.GetValue(spec)!;
            return (string)type.GetType().GetProperty("Name")!.GetValue(type)!;
        }
    }

    [Fact]
    public void ModelsHoldNothingOfTheCompilation()
    {
        GeneratorRunResult result = After(static c => c);
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        object[] values = [.. Tracked(result).SelectMany(static s => s.Outputs).Select(static o => o.Value)];
        Assert.NotEmpty(values);
        foreach (object value in values)
        {
            Walk(value, value.GetType().Name, seen);
        }
    }

    private static void Walk(object? value, string path, HashSet<object> seen)
    {
        if (value is null or string || value.GetType() is { IsPrimitive: true } or { IsEnum: true } || (!value.GetType().IsValueType && !seen.Add(value)))
        {
            return;
        }

        Assert.False(value is ISymbol or SyntaxNode or SyntaxTree or Compilation or SemanticModel or Location or AttributeData, path + " is a " + value.GetType());
        if (value is IEnumerable elements)
        {
            foreach (object? element in elements)
            {
                Walk(element, path + "[]", seen);
            }
        }

        if (value.GetType().IsArray || value is Type or Pointer)
        {
            return;
        }

        for (Type? type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                Walk(field.GetValue(value), path + "." + field.Name, seen);
            }
        }
    }

    private static void AssertNothingRan(GeneratorRunResult result)
    {
        Assert.All(Tracked(result).SelectMany(static s => s.Outputs), static o => Assert.True(o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, o.Reason + " " + o.Value));
        (object Value, IncrementalStepRunReason Reason)[] outputs = [.. result.TrackedOutputSteps.SelectMany(static s => s.Value).SelectMany(static s => s.Outputs)];
        Assert.NotEmpty(outputs);
        Assert.All(outputs, static o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason));
    }

    private static IncrementalGeneratorRunStep[] Tracked(GeneratorRunResult result)
    {
        Assert.All(s_steps, s => Assert.True(result.TrackedSteps.ContainsKey(s), s + " has not run"));
        return [.. s_steps.SelectMany(s => result.TrackedSteps[s])];
    }

    private static GeneratorRunResult After(Func<CSharpCompilation, CSharpCompilation> edit)
    {
        CSharpCompilation compilation = Generation.Compile([Generation.Tree("/src/File.cs", Source)]);
        GeneratorDriver driver = Generation.Driver().RunGenerators(compilation);
        Assert.Null(driver.GetRunResult().Results.Single().Exception);
        GeneratorRunResult result = driver.RunGenerators(edit(compilation)).GetRunResult().Results.Single();
        Assert.Null(result.Exception);
        return result;
    }

    private static CSharpCompilation Edit(CSharpCompilation compilation, string before, string after)
    {
        Assert.Contains(before, Source);
        return compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], Generation.Tree("/src/File.cs", Source.Replace(before, after)));
    }
}
