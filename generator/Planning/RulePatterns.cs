using DeclServer.Generator.Model;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Planning;

/// <summary>Compiles the patterns that rules declare, and tells what is wrong with them on the attribute they stand in.</summary>
internal static class RulePatterns
{
    /// <summary>The patterns of one field or parameter, those that compile.</summary>
    public static IReadOnlyList<BytePattern> Compile(RulesSpec rules, string member, List<Problem> problems)
    {
        List<BytePattern> patterns = [];
        Add(rules.Chars, PatternSyntax.Abnf, "Chars");
        Add(rules.Pattern, PatternSyntax.Regex, "RegularExpression");
        return patterns;

        void Add(string? text, PatternSyntax syntax, string attribute)
        {
            if (text is null)
            {
                return;
            }

            if (BytePattern.Compile(text, syntax, out string wrong) is { } pattern)
            {
                patterns.Add(pattern);
            }
            else
            {
                problems.Add(Problem.Of(ProblemId.Rule, member, attribute, wrong));
            }
        }
    }

    /// <summary>The patterns of a server's parameters, each text once.</summary>
    public static IReadOnlyList<BytePattern> Compile(ServerSpec server, List<Problem> problems)
    {
        Dictionary<(PatternSyntax Syntax, string Text), BytePattern> patterns = [];
        foreach (CommandSpec command in server.Commands)
        {
            foreach (ParameterSpec parameter in command.Parameters)
            {
                foreach (BytePattern pattern in Compile(parameter.Rules, $"{command.Label}({parameter.Label})", problems))
                {
                    patterns[(pattern.Syntax, pattern.Text)] = pattern;
                }
            }
        }

        return [.. patterns.Values];
    }
}
