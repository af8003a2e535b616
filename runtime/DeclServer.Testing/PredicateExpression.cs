using System.Globalization;

namespace DeclServer.Testing;

/// <summary>
/// A predicate's C# expression, as far as it is arithmetic, comparison and logic over fields and numbers: evaluated by the generator of random
/// messages, spelled anew for dissectors.
/// </summary>
internal abstract record PredicateExpression
{
    private static readonly string[][] s_levels = [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]];

    private sealed record Number(Int128 Value) : PredicateExpression;

    private sealed record Field(string Name) : PredicateExpression;

    private sealed record Not(PredicateExpression Operand) : PredicateExpression;

    private sealed record Negative(PredicateExpression Operand) : PredicateExpression;

    private sealed record Binary(string Operator, PredicateExpression Left, PredicateExpression Right) : PredicateExpression;

    private sealed record Chosen(PredicateExpression Condition, PredicateExpression Then, PredicateExpression Else) : PredicateExpression;

    /// <summary>The expression; null where it is another kind of C#.</summary>
    public static PredicateExpression? Parse(string source)
    {
        if (source.Length == 0)
        {
            return null;
        }

        try
        {
            Reader reader = new(source);
            PredicateExpression expression = reader.Conditional();
            return reader.IsAtEnd ? expression : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The value; null where a field has none yet.</summary>
    public Int128? Evaluate(Func<string, Int128?> field)
    {
        switch (this)
        {
            case Number number:
                return number.Value;
            case Field { Name: var name }:
                return field(name);
            case Not { Operand: var operand }:
                return operand.Evaluate(field) is { } truth ? (truth == 0 ? 1 : 0) : null;
            case Negative { Operand: var operand }:
                return -operand.Evaluate(field);
            case Chosen chosen:
                return chosen.Condition.Evaluate(field) is { } condition ? (condition != 0 ? chosen.Then : chosen.Else).Evaluate(field) : null;
            case Binary binary when binary.Left.Evaluate(field) is { } left && binary.Right.Evaluate(field) is { } right:
                return binary.Operator switch
                {
                    "||" => left != 0 || right != 0 ? 1 : 0,
                    "&&" => left != 0 && right != 0 ? 1 : 0,
                    "==" => left == right ? 1 : 0,
                    "!=" => left != right ? 1 : 0,
                    "<" => left < right ? 1 : 0,
                    ">" => left > right ? 1 : 0,
                    "<=" => left <= right ? 1 : 0,
                    ">=" => left >= right ? 1 : 0,
                    "|" => left | right,
                    "^" => left ^ right,
                    "&" => left & right,
                    "<<" => left << (int)right,
                    ">>" => left >> (int)right,
                    "+" => left + right,
                    "-" => left - right,
                    "*" => left * right,
                    "/" => right == 0 ? null : left / right,
                    _ => right == 0 ? null : left % right,
                };
            default:
                return null;
        }
    }

    /// <summary>The expression in Lua 5.2 and up with the library <c>bit32</c>, each truth a boolean.</summary>
    /// <param name="field">A field's number in Lua; null where there is none.</param>
    public string? Lua(Func<string, string?> field) => LuaTruth(field);

    private string? LuaTruth(Func<string, string?> field) => this switch
    {
        Not { Operand: var operand } => operand.LuaTruth(field) is { } text ? $"not ({text})" : null,
        Binary { Operator: "||" or "&&" } binary => binary.Left.LuaTruth(field) is { } left && binary.Right.LuaTruth(field) is { } right
            ? $"({left} {(binary.Operator == "||" ? "or" : "and")} {right})" : null,
        Binary { Operator: "==" or "!=" or "<" or ">" or "<=" or ">=" } binary => binary.Left.LuaNumber(field) is { } left && binary.Right.LuaNumber(field) is { } right
            ? $"({left} {(binary.Operator == "!=" ? "~=" : binary.Operator)} {right})" : null,
        Chosen chosen => chosen.Condition.LuaTruth(field) is { } condition && chosen.Then.LuaTruth(field) is { } then && chosen.Else.LuaTruth(field) is { } otherwise
            ? $"(({condition} and {then}) or (not {condition} and {otherwise}))" : null,
        _ => LuaNumber(field) is { } number ? $"({number} ~= 0)" : null,
    };

    private string? LuaNumber(Func<string, string?> field) => this switch
    {
        Number number => number.Value.ToString(CultureInfo.InvariantCulture),
        Field { Name: var name } => field(name),
        Negative { Operand: var operand } => operand.LuaNumber(field) is { } text ? $"-({text})" : null,
        Chosen chosen => chosen.Condition.LuaTruth(field) is { } condition && chosen.Then.LuaNumber(field) is { } then && chosen.Else.LuaNumber(field) is { } otherwise
            ? $"({condition} and {then} or {otherwise})" : null,
        Binary { Operator: "+" or "-" or "*" or "%" } binary => binary.Left.LuaNumber(field) is { } left && binary.Right.LuaNumber(field) is { } right
            ? $"({left} {binary.Operator} {right})" : null,
        Binary { Operator: "&" or "|" or "^" or "<<" or ">>" } binary => binary.Left.LuaNumber(field) is { } left && binary.Right.LuaNumber(field) is { } right
            ? $"bit32.{binary.Operator switch { "&" => "band", "|" => "bor", "^" => "bxor", "<<" => "lshift", _ => "rshift" }}({left}, {right})" : null,
        _ => LuaTruth(field) is { } truth && this is Not or Binary ? $"({LuaTruth(field)} and 1 or 0)" : null,
    };

    private sealed class Reader(string text)
    {
        private int _at;

        public bool IsAtEnd
        {
            get
            {
                Blank();
                return _at == text.Length;
            }
        }

        public PredicateExpression Conditional()
        {
            PredicateExpression condition = Level(0);
            if (!Take("?"))
            {
                return condition;
            }

            PredicateExpression then = Conditional();
            Demand(Take(":"));
            return new Chosen(condition, then, Conditional());
        }

        private PredicateExpression Level(int level)
        {
            if (level == s_levels.Length)
            {
                return Unary();
            }

            PredicateExpression left = Level(level + 1);
            while (true)
            {
                // "is" binds as comparisons do.
                if (level == 6 && Word("is"))
                {
                    left = Pattern(left);
                }
                else if (Operator(s_levels[level]) is { } found)
                {
                    left = new Binary(found, left, Level(level + 1));
                }
                else
                {
                    return left;
                }
            }
        }

        private PredicateExpression Pattern(PredicateExpression value)
        {
            PredicateExpression pattern = And(value);
            while (Word("or"))
            {
                pattern = new Binary("||", pattern, And(value));
            }

            return pattern;

            PredicateExpression And(PredicateExpression value)
            {
                PredicateExpression pattern = One(value);
                while (Word("and"))
                {
                    pattern = new Binary("&&", pattern, One(value));
                }

                return pattern;
            }

            PredicateExpression One(PredicateExpression value)
            {
                if (Word("not"))
                {
                    return new Not(One(value));
                }

                if (Take("("))
                {
                    PredicateExpression inner = Pattern(value);
                    Demand(Take(")"));
                    return inner;
                }

                return new Binary(Operator(["<=", ">=", "<", ">"]) ?? "==", value, Level(7));
            }
        }

        private PredicateExpression Unary()
        {
            if (Take("!"))
            {
                return new Not(Unary());
            }

            if (Take("-"))
            {
                return new Negative(Unary());
            }

            if (Take("("))
            {
                PredicateExpression inner = Conditional();
                Demand(Take(")"));
                return inner;
            }

            return Primary();
        }

        private PredicateExpression Primary()
        {
            Blank();
            int start = _at;
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '@'))
            {
                _at++;
            }

            string word = text[start.._at].TrimStart('@').Replace("_", "", StringComparison.Ordinal);
            if (word.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            {
                return new Number(long.Parse(word.AsSpan(2).TrimEnd("uULl"), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }

            if (word.Length > 0 && char.IsAsciiDigit(word[0]))
            {
                return new Number(Int128.Parse(word.AsSpan().TrimEnd("uULl"), CultureInfo.InvariantCulture));
            }

            Blank();
            Demand(word.Length > 0 && !(_at < text.Length && text[_at] is '.' or '[' or '(' && _at < text.Length));
            return word switch
            {
                "true" => new Number(1),
                "false" => new Number(0),
                _ => new Field(text[start.._at].TrimStart('@').TrimEnd()),
            };
        }

        private string? Operator(string[] operators)
        {
            Blank();
            foreach (string found in operators)
            {
                // "&" is no half of "&&", "<" none of "<=" or "<<".
                if (string.CompareOrdinal(text, _at, found, 0, found.Length) == 0
                    && !(_at + found.Length < text.Length && text[_at + found.Length] is var next && (next == '=' || (found.Length == 1 && next == found[0] && found[0] is '&' or '|' or '<' or '>'))))
                {
                    _at += found.Length;
                    return found;
                }
            }

            return null;
        }

        private bool Take(string token)
        {
            Blank();
            if (string.CompareOrdinal(text, _at, token, 0, token.Length) != 0 || (token == "!" && _at + 1 < text.Length && text[_at + 1] == '='))
            {
                return false;
            }

            _at += token.Length;
            return true;
        }

        private bool Word(string word)
        {
            Blank();
            if (string.CompareOrdinal(text, _at, word, 0, word.Length) != 0 || (_at + word.Length < text.Length && char.IsLetterOrDigit(text[_at + word.Length])))
            {
                return false;
            }

            _at += word.Length;
            return true;
        }

        private void Blank()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
        }

        private static void Demand(bool holds)
        {
            if (!holds)
            {
                throw new FormatException();
            }
        }
    }
}
