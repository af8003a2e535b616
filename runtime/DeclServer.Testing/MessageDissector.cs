using System.Globalization;
using System.Text;
using DeclServer.Description;

namespace DeclServer.Testing;

/// <summary>
/// A dissector for Wireshark, in Lua: put the text into its plugin folder, or run <c>tshark -X lua_script:file</c>. Each field is shown and can
/// be filtered by as <c>protocol.message.field</c>, in small letters. It reads what the parser reads, and checks what is needed to find the
/// fields, not their rules.
/// </summary>
public static class MessageDissector
{
    private const string Prelude = """
        local bit32 = bit32 or bit

        local function need(pos, size, limit)
            if size < 0 or pos + size > limit then error({ short = true }) end
        end

        local function number(buf, pos, size, limit, little, signed)
            need(pos, size, limit)
            local value = 0
            for i = 0, size - 1 do
                value = value * 256 + buf(pos + (little and size - 1 - i or i), 1):uint()
            end
            if signed and value >= 2 ^ (8 * size - 1) then value = value - 2 ^ (8 * size) end
            return value, pos + size
        end

        local function bits(buf, run, from, count, limit, little)
            local value = 0
            for i = 0, count - 1 do
                local at = from + i
                need(run, math.floor(at / 8) + 1, limit)
                local byte = buf(run + math.floor(at / 8), 1):uint()
                local shift = little and at % 8 or 7 - at % 8
                local one = math.floor(byte / 2 ^ shift) % 2
                value = little and value + one * 2 ^ i or value * 2 + one
            end
            return value
        end

        local function leb128(buf, pos, limit)
            local value, scale = 0, 1
            while true do
                need(pos, 1, limit)
                local byte = buf(pos, 1):uint()
                value, scale, pos = value + byte % 128 * scale, scale * 128, pos + 1
                if byte < 128 then return value, pos end
            end
        end

        local function zigzag(buf, pos, limit)
            local value, behind = leb128(buf, pos, limit)
            return value % 2 == 0 and value / 2 or -(value + 1) / 2, behind
        end

        local function quic(buf, pos, limit)
            need(pos, 1, limit)
            local size = 2 ^ math.floor(buf(pos, 1):uint() / 64)
            local value = number(buf, pos, size, limit)
            return value % 2 ^ (8 * size - 2), pos + size
        end

        local function ber(buf, pos, limit)
            need(pos, 1, limit)
            local first = buf(pos, 1):uint()
            if first < 128 then return first, pos + 1 end
            return number(buf, pos + 1, first - 128, limit)
        end

        local function berinteger(buf, pos, limit)
            local size, at = ber(buf, pos, limit)
            return number(buf, at, size, limit, false, true)
        end

        local function berboolean(buf, pos, limit)
            local value, at = berinteger(buf, pos, limit)
            return value ~= 0 and 1 or 0, at
        end

        local function find(buf, pos, limit, delimiter)
            for at = pos, limit - delimiter:len() do
                if buf(at, delimiter:len()):raw() == delimiter then return at end
            end
            error({ short = true })
        end

        local function fixed(buf, pos, limit, bytes)
            need(pos, bytes:len(), limit)
            if buf(pos, bytes:len()):raw() ~= bytes then error({ at = pos }) end
            return pos + bytes:len()
        end

        local function digits(buf, pos, limit)
            local at = pos
            while at < limit and (buf(at, 1):string():match("%d") or (at == pos and buf(at, 1):string() == "-")) do at = at + 1 end
            if at == limit then error({ short = true }) end
            local value = tonumber(at > pos and buf(pos, at - pos):string() or "")
            if not value then error({ at = pos }) end
            return value, at
        end

        local function span(buf, pos, behind)
            return behind > pos and buf(pos, behind - pos) or buf(math.max(0, math.min(pos, buf:len() - 1)), 0)
        end

        local nowhere = {}
        function nowhere.add() return nowhere end
        function nowhere.append_text() end
        function nowhere.set_len() end

        local function add_bytes(tree, field, buf, pos, behind)
            local item = tree:add(field, span(buf, pos, behind))
            if behind > pos then
                local text = buf(pos, behind - pos):raw()
                if text:match("^[%g ]+$") then item:append_text(' "' .. text .. '"') end
            end
        end
        """;

    /// <summary>The dissector.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="protocol">Its name in filters: small letters and digits.</param>
    /// <param name="port">The port whose packets it reads.</param>
    /// <param name="isStream">Whether messages come one behind the other over TCP, cut anywhere, and not one in each UDP datagram.</param>
    /// <param name="conditions">
    /// The members that <c>[When]</c> and <c>[RepeatUntil]</c> name, as Lua over <c>v.Field</c>, keyed as <c>Message.Member</c>: only for those
    /// whose C# is more than arithmetic, comparison and logic over fields.
    /// </param>
    public static string Lua<T>(string protocol, int port, bool isStream = false, IReadOnlyDictionary<string, string>? conditions = null)
        where T : IMessage<T>, allows ref struct
    {
        IReadOnlyList<MessageGrammar> all = GrammarWalk.All(MessageGrammar.Of<T>());
        StringBuilder lua = new();
        lua.Append(CultureInfo.InvariantCulture, $"-- {all[0].Name}, from its declaration.\nlocal proto = Proto(\"{protocol}\", \"{all[0].Name}\")\n\n{Prelude}\n\nlocal f = {{}}\n");
        foreach (MessageGrammar grammar in all)
        {
            foreach (FieldGrammar field in grammar.Fields.Where(static f => f.Kind is FieldKind.Integer or FieldKind.Bytes or FieldKind.Words))
            {
                string type = field.Kind == FieldKind.Words || (field.Kind == FieldKind.Bytes && (field.Extent.Kind == ExtentKind.Until || field.Chars.Length + field.Pattern.Length > 0)) ? "string"
                    : field.Kind == FieldKind.Bytes ? "bytes"
                    : field.IsBoolean ? "bool"
                    : field.Min < 0 ? (IsWide(field) ? "int64" : "int32")
                    : IsWide(field) ? "uint64" : "uint32";
                lua.Append(CultureInfo.InvariantCulture, $"f.{grammar.Name}_{field.Name} = ProtoField.{type}(\"{protocol}.{grammar.Name.ToLowerInvariant()}.{field.Name.ToLowerInvariant()}\", \"{field.Name}\")\n");
            }
        }

        lua.Append("proto.fields = f\n\nlocal read = {}\n");
        foreach (MessageGrammar grammar in all)
        {
            new Writer(lua, grammar, conditions).Message();
        }

        string root = $"read.{all[0].Name}";
        string wait = !isStream ? "" : $$"""
                    -- First without showing anything, since the rest may be in the next segment.
                    local whole, why = pcall({{root}}, buf, pos, buf:len(), nowhere)
                    if not whole and type(why) == "table" and why.short and pinfo.can_desegment > 0 then
                        pinfo.desegment_offset, pinfo.desegment_len = pos, DESEGMENT_ONE_MORE_SEGMENT
                        return
                    end

            """;
        lua.Append(CultureInfo.InvariantCulture, $$"""

            function proto.dissector(buf, pinfo, tree)
                pinfo.cols.protocol = "{{protocol.ToUpperInvariant()}}"
                local pos = 0
                while pos < buf:len() do
            {{wait}}        local item = tree:add(proto, buf(pos), "{{all[0].Name}}")
                    local ok, behind = pcall({{root}}, buf, pos, buf:len(), item)
                    if not ok then
                        item:append_text(type(behind) == "table" and " [malformed]" or " [" .. tostring(behind) .. "]")
                        return
                    end
                    item:set_len(math.max(1, behind - pos))
                    pos = math.max(pos + 1, behind)
                end
            end

            DissectorTable.get("{{(isStream ? "tcp" : "udp")}}.port"):add({{port}}, proto)

            """);
        return lua.ToString();
    }

    private static bool IsWide(FieldGrammar field) => field.Max > uint.MaxValue || field.Min < int.MinValue;

    /// <summary>Writes the function that reads one message.</summary>
    private sealed class Writer(StringBuilder lua, MessageGrammar grammar, IReadOnlyDictionary<string, string>? conditions)
    {
        private int _indent = 1;
        private int _runBits;

        private string Little => grammar.IsLittleEndian ? "true" : "false";

        public void Message()
        {
            lua.Append(CultureInfo.InvariantCulture, $"\nread.{grammar.Name} = function(buf, pos, limit, tree)\n");
            Line("local start, run, v = pos, pos, {}");
            (IReadOnlyList<FieldGrammar> common, IReadOnlyList<(IReadOnlyList<long> Values, IReadOnlyList<FieldGrammar> Fields)> cases) = GrammarWalk.Split(grammar);
            foreach (FieldGrammar field in common)
            {
                Field(field);
            }

            int runBits = _runBits;
            string keyword = "if";
            foreach ((IReadOnlyList<long> values, IReadOnlyList<FieldGrammar> fields) in cases.OrderBy(static c => c.Values.Count == 0))
            {
                Line(values.Count == 0 ? "else" : $"{keyword} {string.Join(" or ", values.Select(v => $"v.{grammar.Tag} == {v}"))} then");
                keyword = "elseif";
                _indent++;
                _runBits = runBits;
                foreach (FieldGrammar field in fields)
                {
                    Field(field);
                }

                _indent--;
            }

            if (cases.Count > 0)
            {
                if (!grammar.HasDefaultCase)
                {
                    Line("else");
                    Line("    error({ at = pos })");
                }

                Line("end");
            }

            Line("return pos, v");
            lua.Append("end\n");
        }

        private void Line(string text) => lua.Append(' ', 4 * _indent).Append(text).Append('\n');

        private void Field(FieldGrammar field)
        {
            Line($"-- {field.Name}{(GrammarWalk.Detail(field) is { Length: > 0 } detail ? ": " + detail : "")}");
            if (field.When is { } when)
            {
                Line($"if {Condition(when, $"{grammar.Name}.{when.Name}", "v", grammar) ?? "false --[[ not known ]]"} then");
                _indent++;
            }

            if (field.Align > 0)
            {
                Line($"pos = pos + (-(pos - start)) % {field.Align}");
            }

            Fixed(field.Before);
            if (field.Kind == FieldKind.Integer)
            {
                Integer(field);
                Fixed(field.Extent.Delimiter);
            }
            else
            {
                Content(field);
            }

            Fixed(field.After);
            if (grammar.Frame?.Field == field.Name)
            {
                string following = Affine("v." + field.Name, grammar.Frame.Scale, grammar.Frame.Bias);
                Line($"need(pos, {following}, limit)");
                Line($"limit = pos + {following}");
            }

            if (field.When is not null)
            {
                _indent--;
                Line("end");
            }
        }

        private string? Condition(PredicateGrammar predicate, string key, string values, MessageGrammar owner)
        {
            if (conditions is not null && conditions.TryGetValue(key, out string? given))
            {
                return given.Replace("v.", values + ".", StringComparison.Ordinal);
            }

            return owner.Find(predicate.Name) is not null ? $"({values}.{predicate.Name} or 0) ~= 0"
                : PredicateExpression.Parse(predicate.Source)?.Lua(name => owner.Find(name) is null ? null : $"({values}.{name} or 0)");
        }

        private void Fixed(ReadOnlyMemory<byte> bytes)
        {
            if (!bytes.IsEmpty)
            {
                Line($"pos = fixed(buf, pos, limit, {Text(bytes)})");
            }
        }

        private static string Text(ReadOnlyMemory<byte> bytes) => "\"" + string.Concat(bytes.ToArray().Select(static b => b is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\') ? ((char)b).ToString() : $"\\{b:D3}")) + "\"";

        private static string Affine(string value, int scale, int bias) => $"{(scale == 1 ? value : $"{scale} * {value}")}{(bias == 0 ? "" : bias > 0 ? $" + {bias}" : $" - {-(long)bias}")}";

        private string Number(FieldGrammar field) => field.Encoding switch
        {
            NumberEncoding.Ascii => "digits(buf, pos, limit)",
            NumberEncoding.Leb128 => "leb128(buf, pos, limit)",
            NumberEncoding.ZigZag => "zigzag(buf, pos, limit)",
            NumberEncoding.Quic => "quic(buf, pos, limit)",
            NumberEncoding.Ber => "ber(buf, pos, limit)",
            NumberEncoding.BerInteger => "berinteger(buf, pos, limit)",
            NumberEncoding.BerBoolean => "berboolean(buf, pos, limit)",
            _ => $"number(buf, pos, {field.Bits / 8}, limit, {Little}, {(field.IsSigned ? "true" : "false")})",
        };

        private void Integer(FieldGrammar field)
        {
            string name = "v." + field.Name;
            if (field.Encoding == NumberEncoding.Bits)
            {
                if (_runBits == 0)
                {
                    Line("run = pos");
                }

                Line($"{name} = bits(buf, run, {_runBits}, {field.Bits}, limit, {Little})");
                Show(field, $"buf(run + {_runBits / 8}, {((_runBits + field.Bits - 1) / 8) - (_runBits / 8) + 1})");
                _runBits += field.Bits;
                if (_runBits % 8 == 0)
                {
                    Line($"pos = run + {_runBits / 8}");
                    _runBits = 0;
                }

                return;
            }

            Line("do");
            _indent++;
            Line("local from = pos");
            Line($"{name}, pos = {Number(field)}");
            Show(field, "buf(from, pos - from)");
            _indent--;
            Line("end");
        }

        private void Show(FieldGrammar field, string range)
        {
            string name = "v." + field.Name;
            string item = $"tree:add(f.{grammar.Name}_{field.Name}, {range}";
            Line(field.IsBoolean ? $"{item}, {name} ~= 0)"
                : !IsWide(field) ? $"{item}, {name})"
                : field is { Encoding: NumberEncoding.Binary, Bits: 64 } ? $"{item}, {range}:{(grammar.IsLittleEndian ? "le_" : "")}{(field.IsSigned ? "int64" : "uint64")}())"
                : field.IsSigned ? $"{item}, Int64({name} % 2 ^ 32, math.floor({name} / 2 ^ 32) % 2 ^ 32))"
                : $"{item}, UInt64({name} % 2 ^ 32, math.floor({name} / 2 ^ 32)))");
        }

        private void Content(FieldGrammar field)
        {
            ExtentGrammar extent = field.Extent;
            Line("do");
            _indent++;
            string? size = extent.Kind switch
            {
                ExtentKind.Fixed => extent.Bytes.ToString(CultureInfo.InvariantCulture),
                ExtentKind.SizeField => Affine("v." + extent.Field, extent.Scale, extent.Bias),
                ExtentKind.Prefix => Affine("length", extent.Scale, extent.Bias),
                ExtentKind.Rest or ExtentKind.Parser => "limit - pos",
                _ => null,
            };
            if (extent.Prefix is { } prefix)
            {
                Line("local length");
                Line($"length, pos = {Number(prefix)}");
            }

            string? source = extent.Kind == ExtentKind.Prefix ? "length" : extent.Kind == ExtentKind.SizeField ? "v." + extent.Field : null;
            if (extent.Null is { } absent)
            {
                Line($"if {source} ~= {absent} then");
                _indent++;
            }

            if (size is not null)
            {
                Line($"local size = {size}");
                Line("need(pos, size, limit)");
            }

            switch (field.Kind)
            {
                case FieldKind.Bytes:
                    Line(size is not null ? "local behind = pos + size" : $"local behind = find(buf, pos, limit, {Text(extent.Delimiter)})");
                    Line($"add_bytes(tree, f.{grammar.Name}_{field.Name}, buf, pos, behind)");
                    Line("pos = behind");
                    break;
                case FieldKind.Words:
                    Line("local behind = find(buf, pos, limit, \"\\010\")");
                    Line("if behind > pos and buf(behind - 1, 1):uint() == 13 then behind = behind - 1 end");
                    Line($"add_bytes(tree, f.{grammar.Name}_{field.Name}, buf, pos, behind)");
                    Line("pos = find(buf, behind, limit, \"\\010\") + 1");
                    break;
                case FieldKind.Message:
                    One(field, size is null ? "limit" : "pos + size", "_");
                    break;
                default:
                    Sequence(field, size);
                    break;
            }

            Fixed(extent.Delimiter);
            if (extent.Null is not null)
            {
                _indent--;
                Line("end");
            }

            _indent--;
            Line("end");
        }

        private void One(FieldGrammar field, string limit, string values)
        {
            string element = field.Element!().Name;
            Line($"local item = tree:add(proto, buf(math.min(pos, buf:len() - 1)), \"{field.Name}: {element}\")");
            Line($"local behind, {(values == "_" ? "_" : values)} = read.{element}(buf, pos, {limit}, item)");
            Line("item:set_len(math.max(1, behind - pos))");
            Line("pos = behind");
        }

        private void Sequence(FieldGrammar field, string? size)
        {
            ExtentGrammar extent = field.Extent;
            if (size is not null)
            {
                Line("local stop = pos + size");
            }

            MessageGrammar element = field.Element!();
            Line(extent.Kind switch
            {
                ExtentKind.CountField => $"for _ = 1, {Affine("v." + extent.Field, extent.Scale, extent.Bias)} do",
                ExtentKind.Predicate => "while true do",
                ExtentKind.Until => $"while pos + {extent.Delimiter.Length} > limit or buf(pos, {extent.Delimiter.Length}):raw() ~= {Text(extent.Delimiter)} do",
                _ => "while pos < stop do",
            });
            _indent++;
            One(field, size is null ? "limit" : "stop", "e");
            if (extent.Kind == ExtentKind.Predicate)
            {
                foreach (FieldGrammar jump in element.Fields.Where(static f => f.MaxHops > 0))
                {
                    Line($"if e.{jump.Name} then break end -- it goes on at an earlier offset");
                }

                Line($"if {Condition(extent.Last!, $"{element.Name}.{extent.Last!.Name}", "e", element) ?? "true --[[ not known ]]"} then break end");
            }

            _indent--;
            Line("end");
        }
    }
}
