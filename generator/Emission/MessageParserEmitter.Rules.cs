using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Emission;

/// <content>Rules: what a field that has been read must satisfy, and the message as a whole.</content>
internal sealed partial class MessageParserEmitter
{
    private static bool HasRule(FieldPlan field) =>
        field.Patterns.Count > 0 || field.Spec.Rules is { MinLength: not null } or { MaxLength: not null, } or { Allowed.Count: > 0 } or { Denied.Count: > 0 }
        || IsRangeRule(field);

    /// <summary>Whether a number out of range is refused, and not malformed: nothing that is read depends on it, and its digits do not.</summary>
    private static bool IsRangeRule(FieldPlan field) =>
        field.Spec is { Type: WireType.Integer, Encoding.Kind: EncodingKind.Binary or EncodingKind.Bits, Rules.Range: not null } && !field.IsControl;

    /// <summary>A broken rule does not stop the parser: the message's end is still found, so that it alone is refused.</summary>
    private void Rules(FieldPlan field)
    {
        int behind = field.Spec.Extent.Delimiter.Count + field.Spec.After.Count;
        Rules(field, "position", $"position - {field.Local}.Length - {behind}", field.Local);
    }

    /// <summary>The rules of a header, whose value stands where it was found.</summary>
    private void HeaderRules(FieldPlan header, string start) =>
        Rules(header, start, start, header.Spec.Type == WireType.Bytes ? header.Local : Bare(header) + "Number");

    /// <summary>The rules of a value.</summary>
    /// <param name="field">The field.</param>
    /// <param name="position">Where a broken rule is reported.</param>
    /// <param name="start">Where the value's first byte is.</param>
    /// <param name="value">The value.</param>
    private void Rules(FieldPlan field, string position, string start, string value)
    {
        if (!HasRule(field) || _again)
        {
            return;
        }

        FieldSpec spec = field.Spec;
        List<(string Condition, string Code)> rules = [];
        if (spec.Type == WireType.Bytes)
        {
            if (spec.Rules.MinLength is > 0)
            {
                rules.Add(($"{value}.Length < {spec.Rules.MinLength}", "TooShort"));
            }

            if (spec.Rules.MaxLength is not null && (spec.Extent.Kind == ExtentKind.Fixed || field.Line is not null || spec.Header is not null))
            {
                rules.Add(($"{value}.Length > {spec.Rules.MaxLength}", "TooLong"));
            }

            foreach (BytePattern pattern in field.Patterns)
            {
                Pattern(field, pattern, start);
            }

            if (spec.Rules.Allowed.Count > 0)
            {
                rules.Add(("!(" + string.Join(" || ", spec.Rules.Allowed.Select(v => $"global::System.MemoryExtensions.SequenceEqual({field.Local}, {Literals.Utf8(v)})")) + ")", "NotAllowed"));
            }

            if (spec.Rules.Denied.Count > 0)
            {
                rules.Add((string.Join(" || ", spec.Rules.Denied.Select(v => $"global::System.MemoryExtensions.SequenceEqual({field.Local}, {Literals.Utf8(v)})")), "NotAllowed"));
            }
        }
        else if (spec.Type == WireType.Sequence)
        {
            if (spec.Rules.MinLength is > 0)
            {
                rules.Add(($"{Bare(field)}Count < {spec.Rules.MinLength}", "TooShort"));
            }

            if (spec.Rules.MaxLength is not null && spec.Extent.Kind == ExtentKind.CountField)
            {
                rules.Add(($"{Bare(field)}Count > {spec.Rules.MaxLength}", "TooLong"));
            }
        }
        else if (spec.Type == WireType.Integer)
        {
            if (IsRangeRule(field) && OutOfRange(field) is not "false" and var outOfRange)
            {
                rules.Add((outOfRange, "OutOfRange"));
            }

            if (spec.Rules.Allowed.Count > 0)
            {
                rules.Add(($"{value} is not ({string.Join(" or ", spec.Rules.Allowed)})", "NotAllowed"));
            }

            if (spec.Rules.Denied.Count > 0)
            {
                rules.Add(($"{value} is {string.Join(" or ", spec.Rules.Denied)}", "NotAllowed"));
            }
        }

        foreach ((string condition, string code) in rules)
        {
            if (_skips)
            {
                Fail(condition);
                continue;
            }

            _code.If($"({condition}) && broken.Code == global::DeclServer.ErrorCode.None", $"broken = new global::DeclServer.ParseError(global::DeclServer.ErrorCode.{code}, {position}, {FieldName(_field)});");
        }
    }

    /// <summary>A pattern over the whole value.</summary>
    private void Pattern(FieldPlan field, BytePattern pattern, string start)
    {
        string name = MessageEmitter.PatternName(field, pattern);
        if (_skips)
        {
            Fail($"{PatternEmitter.Call(pattern, _place?.Owner ?? "", name, field.Local, "_")} != global::DeclServer.ErrorCode.None");
            return;
        }

        _code.Open($"if ({(_plan.Spec.Text is not null && FindsItsEnd(field) ? $"!{Bare(field)}Fits && " : "")}broken.Code == global::DeclServer.ErrorCode.None)");
        _code.Line($"code = {PatternEmitter.Call(pattern, _place?.Owner ?? "", name, field.Local, $"int {_place?.Prefix}wrongAt")};");
        _code.If("code != global::DeclServer.ErrorCode.None", $"broken = new global::DeclServer.ParseError(code, {start} + {_place?.Prefix}wrongAt, {FieldName(_field)});");
        _code.Close();
        _code.Blank();
    }

    private void Requires()
    {
        foreach (RequireSpec require in _plan.Spec.Requires)
        {
            _code.If(
                $"!message.{require.Name} && broken.Code == global::DeclServer.ErrorCode.None",
                $"broken = new global::DeclServer.ParseError(global::DeclServer.ErrorCode.Required, start, {FieldName(require.Label)});");
        }

        Bodies();

        _code.Blank();
    }

    /// <summary>What follows the message is one thing, of a length within its bound.</summary>
    private void Bodies()
    {
        BodySpec[] bodies = [.. _plan.Spec.Bodies];
        for (int i = 0; i < bodies.Length; i++)
        {
            foreach (BodySpec other in bodies.Take(i))
            {
                string[] both = [.. new[] { other.When, bodies[i].When }.Where(static w => w.Length > 0).Select(static w => "message." + w)];
                Break(string.Join(" && ", [.. both, "broken.Code == global::DeclServer.ErrorCode.None"]), "Required", bodies[i]);
            }

            if (bodies[i].Size.Length > 0)
            {
                string there = (bodies[i].When.Length > 0 ? $"message.{bodies[i].When} && " : "") + $"message.{bodies[i].Size} ";
                if (bodies[i].Integer.IsSigned)
                {
                    Break($"{there}< 0 && broken.Code == global::DeclServer.ErrorCode.None", "OutOfRange", bodies[i]);
                }

                if (bodies[i].Integer.Max > bodies[i].Most)
                {
                    Break($"{there}> {Literals.Number(bodies[i].Most)} && broken.Code == global::DeclServer.ErrorCode.None", "TooLong", bodies[i]);
                }
            }
        }

        void Break(string condition, string code, BodySpec body) =>
            _code.If(condition, $"broken = new global::DeclServer.ParseError(global::DeclServer.ErrorCode.{code}, start, {FieldName(body.Label)});");
    }

    /// <summary>Checksums are looked at when all that they cover has been found.</summary>
    private void Checksums()
    {
        foreach (FieldPlan field in _plan.Common.Where(static f => f.Spec.Checksum is not null))
        {
            string bare = Bare(field);
            _code.Blank();
            _code.Line($"// {field.Spec.Label}: the checksum of {MessageProse.Covered(_plan, field)}.");
            _field = field.Spec.Label;
            Fail(
                $"{field.Local} != ({field.LocalType})global::DeclServer.Messages.Grammar.Checksum<{field.Spec.Checksum!.Algorithm}>(input, {CoverStart(field)}, {CoverEnd(field)}, {bare}At, {field.Spec.Integer!.Size})",
                $"position = {bare}At;",
                "code = global::DeclServer.ErrorCode.BadChecksum;");
        }
    }

    private string CoverStart(FieldPlan field) =>
        field.Spec.Checksum!.From is { Length: > 0 } from ? Bare(_plan.Common.First(f => f.Spec.Name == from)) + "At" : $"{Bare(field)}At + {field.Spec.Integer!.Size}";

    private string CoverEnd(FieldPlan field) =>
        field.Spec.Checksum!.To is { Length: > 0 } to ? Bare(_plan.Common.First(f => f.Spec.Name == to)) + "Behind" : "position";
}
