using System.Text;

namespace Generator.Tests;

/// <summary>Makes declarations at random, of attributes that may stand together: what is accepted must compile and keep the laws of messages.</summary>
internal sealed class RandomDeclaration(Random random)
{
    private static readonly string[] s_integers = ["byte", "sbyte", "short", "ushort", "int", "uint", "long", "ulong"];

    private readonly StringBuilder _text = new();
    private int _names;
    private bool _hasSequence;
    private bool _framed;

    /// <summary>The sources of a message <c>M</c> and of those in it.</summary>
    public string Next()
    {
        int frame = random.Next(3);
        bool cased = random.Next(3) == 0;
        _framed = frame > 0;
        string head = $"MaxSize = {random.Next(3) switch { 0 => 64, 1 => 300, _ => 4000 }}" + (random.Next(2) == 0 ? ", Endian = Endian.Little" : "");
        string length = "";
        if (frame == 2)
        {
            length = random.Next(4) switch
            {
                0 => "[Varint(VarintKind.Leb128, MaxBytes = 3)] public partial uint Frame { get; }",
                1 => "[Range(4, 4000)] public partial int Frame { get; }",
                2 => "[Varint(VarintKind.Ber)] public partial ushort Frame { get; }",
                _ => "public partial byte Frame { get; }",
            };
            _text.Append("    ").Append(length).Append('\n');
        }

        Fields(random.Next(1, 6), "", mayAlign: frame != 2, last: !cased);
        if (cased)
        {
            string tag = random.Next(4) switch
            {
                0 => "public partial bool Tag { get; init; }",
                1 => "public partial DayOfWeek Tag { get; init; }",
                2 => "[Bits(2)] public partial byte Tag { get; init; } [Bits(6)] public partial byte Reserved { get; init; }",
                _ => "public partial byte Tag { get; init; }",
            };
            _text.Append("    ").Append(tag).Append('\n');
            string[] values = tag.Contains("bool") ? ["true", "false"] : tag.Contains("Day") ? ["DayOfWeek.Monday", "DayOfWeek.Friday, DayOfWeek.Sunday", ""] : tag.Contains("Bits") ? ["1", "0, 3", ""] : ["1", "2, 3", "0", ""];
            bool sequence = _hasSequence;
            foreach (string value in values.Take(random.Next(1, values.Length + 1)))
            {
                _hasSequence = sequence;
                Fields(random.Next(1, 4), value.Length == 0 ? "Case, " : $"Case({value}), ", mayAlign: false, last: true);
            }
        }

        return "public enum Level : short { Low = -3, Mid = 0, High = 700 }\n"
            + "[Message(MaxSize = 40)] public readonly ref partial struct E { public partial byte V { get; init; } [LengthPrefix(typeof(byte)), MaxLength(20)] public partial ReadOnlySpan<byte> T { get; init; } public bool IsLast => V == 0; }\n"
            + "[Message(MaxSize = 40), Frame] public readonly ref partial struct W { public partial ushort V { get; init; } [Rest] public partial ReadOnlySpan<byte> T { get; init; } }\n"
            + $"[Message({head}{(cased ? ", Tag = nameof(Tag)" : "")}){(frame == 1 ? ", Frame" : frame == 2 ? $", Frame(nameof(Frame){(length.Contains("int Frame") && !length.Contains("Varint") ? ", Bias = -4" : "")})" : "")}]\n"
            + "public readonly ref partial struct M\n{\n" + _text + "}\n";
    }

    private void Fields(int count, string @case, bool mayAlign, bool last)
    {
        string? flag = null;
        for (int i = 0; i < count; i++)
        {
            bool isLast = last && i == count - 1;
            string name = $"F{_names++}";
            string prefix = @case + (mayAlign && random.Next(8) == 0 ? $"Align({(random.Next(2) == 0 ? 4 : 8)}), " : random.Next(6) == 0 ? $"Literal(Before = \"{Pick("#", "ab", "xyz")}\"), " : "");
            if (flag is not null && !prefix.Contains("Align") && random.Next(3) == 0)
            {
                prefix += $"When(nameof({flag})), ";
            }

            bool conditional = prefix.Contains("When");
            switch (random.Next(isLast && _framed && !conditional ? 15 : 13))
            {
                case 0:
                    Add(prefix, Pick(s_integers), name);
                    break;
                case 1:
                    Add(prefix + Pick("Range(1, 100)", "AllowedValues(1, 5, 7)", "DeniedValues(0)", "Range(3, 3)"), Pick(s_integers), name);
                    if (!conditional && @case.Length == 0)
                    {
                        flag = $"Is{name}";
                        _text.Append($"    public bool {flag} => {name} > 20;\n");
                    }

                    break;
                case 2:
                    Add(prefix, Pick("bool", "DayOfWeek", "Level"), name);
                    break;
                case 3 when !conditional && !prefix.Contains("Literal") && !prefix.Contains("Align"):
                    int bits = random.Next(1, 8);
                    Add(@case + $"Bits({bits})", bits == 1 ? Pick("bool", "byte") : Pick("byte", "ushort", "int"), name);
                    Add(@case + $"Bits({8 * random.Next(1, 4) - bits})", "uint", $"F{_names++}");
                    break;
                case 4:
                    string kind = Pick("Leb128", "ZigZag", "Quic", "Ber");
                    Add(prefix + $"Varint(VarintKind.{kind})" + Pick("", ", Range(1, 90)"), kind == "ZigZag" ? Pick("int", "long", "short") : Pick("uint", "byte", "int", "ulong"), name);
                    break;
                case 5:
                    Add(prefix + Pick("Ascii, Until(\";\")", "Ascii, Literal(After = \":\")", "Ascii, Until(\";\"), Range(-5, 300)").Replace(prefix.Contains("Literal") ? "Literal(After = \":\")" : "\0", "Until(\":\")"), Pick("short", "int", "long"), name);
                    break;
                case 6:
                    Add(prefix + $"Size({random.Next(1, 6)})" + Pick("", ", DeniedValues(\"zz\")"), "ReadOnlySpan<byte>", name);
                    break;
                case 7 when !conditional:
                    string absent = Pick("", "", ", Null = -1");
                    string source = Pick("byte", "ushort", "int", "long");
                    Add(@case + (absent.Length > 0 ? "Range(-1, 30)" : Pick("Range(0, 30)", "Range(2, 20)")), absent.Length > 0 ? Pick("sbyte", "int") : source, name, "{ get; }");
                    Add(@case + $"Size(nameof({name}){(absent.Length > 0 ? absent : Pick("", ", Scale = 1", ", Bias = 2", ", Bias = 5"))})" + Pick("", ", MaxLength(25)"), "ReadOnlySpan<byte>", $"F{_names++}");
                    break;
                case 8:
                    Add(prefix + $"LengthPrefix({Pick("typeof(byte)", "typeof(ushort)", "typeof(int)", "VarintKind.Leb128", "VarintKind.Ber", "VarintKind.Quic")}{Pick("", "", ", Bias = -2")}), MaxLength(30)", "ReadOnlySpan<byte>", name);
                    break;
                case 9 when !prefix.Contains("Literal") && random.Next(3) > 0:
                    Add(prefix + $"Until(\"{Pick(";", "\\r\\n", "\\0")}\"), " + Pick("MaxLength(12)", "Chars(\"1*8ALPHA\")", "RegularExpression(\"[0-9a-f]{0,6}\")"), "ReadOnlySpan<byte>", name);
                    break;
                case 9:
                    Add(prefix + $"Parser(nameof(Read{name})), MaxLength(8)", "ReadOnlySpan<byte>", name);
                    _text.Append($"    private static bool Read{name}(ref FieldReader reader) => reader.TryTake(out byte count) && reader.TryTake(count & 7, out _);\n");
                    break;
                case 10:
                    Add(prefix + Pick("", $"LengthPrefix(typeof(byte))"), "E", name);
                    break;
                case 11 when !conditional && (_framed || !_hasSequence) && !prefix.Contains("Literal"):
                    _hasSequence = true;
                    Add(@case + "Range(0, 4)", Pick("byte", "short", "int"), name, "{ get; }");
                    Add(@case + $"Count(nameof({name}){Pick("", ", Bias = 1")})" + Pick("", ", Literal(After = \"!\")"), "Seq<E>", $"F{_names++}");
                    break;
                case 12 when _framed || !_hasSequence:
                    _hasSequence = true;
                    Add(prefix + Pick("RepeatUntil(nameof(E.IsLast)), MaxLength(4)", "Until(\"\\xFF\"), MaxLength(3)", "LengthPrefix(typeof(ushort))"), "Seq<E>", name);
                    break;
                case 13:
                    Add(prefix + "Rest", Pick("ReadOnlySpan<byte>", "W", "Seq<E>"), name);
                    break;
                case 14 when !prefix.Contains("Align"):
                    Add(prefix + "LengthPrefix(typeof(byte))", "W", name);
                    break;
                default:
                    Add(prefix, Pick("byte", "ushort"), name);
                    break;
            }
        }
    }

    private void Add(string attributes, string type, string name, string accessors = "{ get; init; }")
    {
        attributes = attributes.TrimEnd(' ', ',');
        _text.Append("    ").Append(attributes.Length > 0 ? $"[{attributes}] " : "").Append("public partial ").Append(type).Append(' ').Append(name).Append(' ').Append(accessors).Append('\n');
    }

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
