using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using DeclServer.Description;

namespace DeclServer.Testing;

internal sealed partial class MessageComposer
{
    /// <summary>One message that is being composed.</summary>
    private sealed class Draft(MessageComposer composer, MessageGrammar grammar, int depth, int budget)
    {
        private readonly Dictionary<string, Int128> _values = [];

        /// <summary>Where fields start and end, for what a checksum covers.</summary>
        private readonly Dictionary<string, int>? _starts = grammar.Fields.Any(static f => f.Checksum is not null) ? [] : null;
        private readonly Dictionary<string, int>? _ends = grammar.Fields.Any(static f => f.Checksum is not null) ? [] : null;

        /// <summary>What was composed ahead, since a field before it says its length; null for no value.</summary>
        private Dictionary<string, byte[]?>? _ahead;
        private Dictionary<string, int>? _counts;
        private Dictionary<string, bool>? _present;
        private readonly int _start = composer._bytes.Count;
        private UInt128 _run;
        private int _runBits;

        private int Left()
        {
            if (composer._replays)
            {
                return composer._left[composer._nextLeft++];
            }

            int left = Math.Max(0, budget - (composer._bytes.Count - _start));
            composer._left.Add(left);
            return left;
        }

        public bool Compose(ref RandomSource random)
        {
            int frameAt = -1;
            FieldGrammar? frame = null;
            foreach (FieldGrammar field in grammar.Fields)
            {
                if (field.Case is not null && !Belongs(field))
                {
                    continue;
                }

                if (grammar.Frame?.Field == field.Name)
                {
                    // How many bytes follow is known when they have been composed.
                    frame = field;
                    frameAt = composer._bytes.Count;
                    continue;
                }

                if (!Field(field, ref random))
                {
                    return false;
                }
            }

            if (frame is not null && !Frame(frame, frameAt))
            {
                return false;
            }

            Checksums();
            return _runBits == 0 && composer._bytes.Count - _start <= grammar.MaxSize;
        }

        private bool Belongs(FieldGrammar field)
        {
            Int128 tag = _values.GetValueOrDefault(grammar.Tag);
            return field.Case!.Count > 0 ? field.Case.Any(v => v == tag) : !grammar.CaseValues.Any(v => v == tag);
        }

        private bool Frame(FieldGrammar field, int at)
        {
            int following = composer._bytes.Count - at - field.After.Length;
            Int128 length = (following - grammar.Frame!.Bias) / grammar.Frame.Scale;
            if ((length * grammar.Frame.Scale) + grammar.Frame.Bias != following || length < field.Min || length > field.Max)
            {
                return false;
            }

            List<byte> rest = composer._bytes[at..];
            composer._bytes.RemoveRange(at, rest.Count);
            Literal(field.Before, field.Name);
            Number(field, length, isControl: true);
            Literal(field.After, field.Name);
            int shift = composer._bytes.Count - at;
            composer._bytes.AddRange(rest);
            foreach (string name in _starts?.Keys.ToArray() ?? [])
            {
                _starts![name] += _starts[name] >= at ? shift : 0;
                _ends![name] += _ends[name] > at ? shift : 0;
            }

            return true;
        }

        private void Checksums()
        {
            foreach (FieldGrammar field in grammar.Fields.Where(static f => f.Checksum is not null))
            {
                ChecksumGrammar sum = field.Checksum!;
                int at = _starts![field.Name];
                int size = field.Bits / 8;
                int from = sum.From.Length > 0 ? _starts[sum.From] : at + size;
                int to = sum.To.Length > 0 ? _ends![sum.To] : composer._bytes.Count;
                Span<byte> bytes = CollectionsMarshal.AsSpan(composer._bytes)[_start..];
                ulong value = sum.Compute(bytes, from - _start, to - _start, at - _start, size);
                if (composer.Site($"{grammar.Name}.{field.Name}: a checksum of other bytes", true))
                {
                    value ^= 1UL << composer._faults.Below(8 * size);
                }

                for (int i = 0; i < size; i++)
                {
                    bytes[at - _start + (grammar.IsLittleEndian ? i : size - 1 - i)] = (byte)(value >> (8 * i));
                }
            }
        }

        private bool Field(FieldGrammar field, ref RandomSource random)
        {
            if (!IsPresent(field, ref random))
            {
                return true;
            }

            if (field.Align > 0)
            {
                int behind = (composer._bytes.Count - _start) % field.Align;
                int zeros = behind == 0 ? 0 : field.Align - behind;
                bool broken = zeros > 0 && composer.Site($"{grammar.Name}.{field.Name}: padding that is not zero", true);
                for (int i = 0; i < zeros; i++)
                {
                    composer._bytes.Add(broken && i == 0 ? (byte)1 : (byte)0);
                }
            }

            int start = composer._bytes.Count;
            Literal(field.Before, field.Name);
            bool composed = field.Kind switch
            {
                FieldKind.Integer => Integer(field, ref random),
                FieldKind.Words => Words(ref random),
                _ => Content(field, ref random),
            };
            if (field.When is { } when && composer.Site($"{grammar.Name}.{field.Name}: not there against {when.Name}", false))
            {
                composer._bytes.RemoveRange(start, composer._bytes.Count - start);
            }

            if (_starts is not null)
            {
                _starts[field.Name] = start;
                _ends![field.Name] = composer._bytes.Count;
            }

            return composed;
        }

        private bool IsPresent(FieldGrammar field, ref RandomSource random)
        {
            if (field.When is not { } when)
            {
                return true;
            }

            if ((_present ??= []).TryGetValue(when.Name, out bool present))
            {
                return present;
            }

            present = _values.TryGetValue(when.Name, out Int128 value) ? value != 0
                : composer.Expression(when)?.Evaluate(name => _values.TryGetValue(name, out Int128 known) ? known : null) is { } truth ? truth != 0
                : random.OneIn(2);
            return _present[when.Name] = present;
        }

        private void Literal(ReadOnlyMemory<byte> bytes, string name)
        {
            if (bytes.IsEmpty)
            {
                return;
            }

            int at = composer._bytes.Count;
            composer._bytes.AddRange(bytes.Span);
            if (composer.Site($"{grammar.Name}.{name}: another byte where a fixed one stands", true))
            {
                composer._bytes[at + composer._faults.Below(bytes.Length)] ^= 0x80;
            }
        }

        private bool Integer(FieldGrammar field, ref RandomSource random)
        {
            Int128 value;
            bool isControl = false;
            if (grammar.Measured(field) is { } measured)
            {
                isControl = true;
                if (!Measure(field, measured, ref random, out value))
                {
                    return false;
                }
            }
            else if (field.Name == grammar.Tag)
            {
                if (!Choose(field, ref random, out value))
                {
                    return false;
                }
            }
            else if (field.MaxHops > 0)
            {
                (string _, int target) = composer._targets[random.Below(composer._targets.Count)];
                value = target;
                composer._jumps++;
                if ((value < field.Min || value > field.Max) && !composer._replays)
                {
                    return false;
                }
            }
            else if (field.Checksum is not null)
            {
                value = 0;
            }
            else
            {
                value = Value(field, ref random);
            }

            _values[field.Name] = value;
            Number(field, value, isControl);
            Literal(field.Extent.Delimiter, field.Name);
            Literal(field.After, field.Name);
            return true;
        }

        private static Int128 Value(FieldGrammar field, ref RandomSource random)
        {
            if (field.Allowed.Count > 0)
            {
                return Int128.Parse(field.Allowed[random.Below(field.Allowed.Count)], CultureInfo.InvariantCulture);
            }

            Int128 value = random.Between(field.Min, field.Max);
            for (int i = 0; i < 20 && field.Denied.Contains(value.ToString(CultureInfo.InvariantCulture)); i++)
            {
                value = random.Between(field.Min, field.Max);
            }

            return value;
        }

        /// <summary>The tag: a case that the bytes and the depth left allow.</summary>
        private bool Choose(FieldGrammar field, ref RandomSource random, out Int128 value)
        {
            List<long> cases = [];
            bool hasRoom = depth > 1 && Left() > 8;
            foreach (long candidate in grammar.CaseValues)
            {
                IEnumerable<FieldGrammar> fields = grammar.Fields.Where(f => f.Case is { Count: > 0 } values && values.Contains(candidate));
                bool fits = candidate >= field.Min && candidate <= field.Max
                    && (field.Allowed.Count == 0 || field.Allowed.Contains(candidate.ToString(CultureInfo.InvariantCulture)))
                    && fields.All(f => (f.MaxHops == 0 || composer._targets.Count > 0) && (f.Element is null || (hasRoom || composer.Element(f).MaxDepth == 0)));
                if (fits)
                {
                    cases.Add(candidate);
                }
            }

            if (grammar.HasDefaultCase && (cases.Count == 0 || random.OneIn(4)))
            {
                value = Value(field, ref random);
                return true;
            }

            value = cases.Count > 0 ? cases[random.Below(cases.Count)] : 0;
            return cases.Count > 0;
        }

        /// <summary>Composes ahead what a field says the length or count of.</summary>
        private bool Measure(FieldGrammar field, FieldGrammar measured, ref RandomSource random, out Int128 value)
        {
            ExtentGrammar extent = measured.Extent;
            if (!IsPresent(measured, ref random))
            {
                value = -extent.Bias / extent.Scale;
                return value >= field.Min && value <= field.Max;
            }

            if (extent.Kind == ExtentKind.CountField)
            {
                int least = (int)Int128.Max(measured.MinLength, field.Min + extent.Bias);
                int most = (int)Int128.Min(Int128.Min(measured.MaxLength, field.Max + extent.Bias), Math.Min(random.OneIn(8) ? MostElements : 2, 1 + (Left() / 8)));
                int count = random.Length(least, most);
                (_counts ??= [])[measured.Name] = count;
                value = count - extent.Bias;
                return true;
            }

            if (extent.Null is { } absent && absent >= field.Min && absent <= field.Max && random.OneIn(6))
            {
                (_ahead ??= [])[measured.Name] = null;
                value = absent;
                return true;
            }

            byte[] content = [];
            if (measured.Kind == FieldKind.Bytes)
            {
                long least = (long)Int128.Max(measured.MinLength, (field.Min * extent.Scale) + extent.Bias);
                long most = (long)Int128.Min(measured.MaxLength, (field.Max * extent.Scale) + extent.Bias);
                content = Text(measured, (int)Math.Max(0, least), (int)Math.Min(most, int.MaxValue), extent.Scale, extent.Bias, ref random, (int)Int128.Min(int.MaxValue, Capacity(field).Max));
            }
            else
            {
                List<byte> outer = composer._bytes;
                composer._bytes = [];
                bool composed = Elements(measured, ref random);
                content = [.. composer._bytes];
                composer._bytes = outer;
                if (!composed)
                {
                    value = 0;
                    return false;
                }
            }

            (_ahead ??= [])[measured.Name] = content;
            value = (content.Length - extent.Bias) / extent.Scale;
            bool fits = (value * extent.Scale) + extent.Bias == content.Length && value != extent.Null && value >= Capacity(field).Min && value <= Capacity(field).Max;
            composer._isCertain &= fits;
            return fits || composer._replays;
        }

        /// <summary>Bytes of a field between two lengths, or just outside of them where that is what is broken.</summary>
        private byte[] Text(FieldGrammar field, int least, int most, int scale, int bias, ref RandomSource random, int longest = int.MaxValue)
        {
            least = least <= bias ? bias : bias + ((least - bias + scale - 1) / scale * scale);
            int bound = Math.Min(most, Math.Max(least, Left()));
            byte[] delimiter = field.Extent.Delimiter.ToArray();
            List<byte> text = [];
            for (int attempt = 0; attempt < (field.Extent.Parser is null ? 30 : 1000); attempt++)
            {
                text.Clear();
                if (field.Allowed.Count > 0)
                {
                    text.AddRange(Encoding.Latin1.GetBytes(field.Allowed[random.Below(field.Allowed.Count)]));
                }
                else if (composer.PatternOf(field) is { } pattern)
                {
                    pattern.Sample(ref random, text, attempt < 10 ? bound : 3);
                }
                else
                {
                    int length = bias + ((random.Length(least, bound) - bias) / scale * scale);
                    bool printable = delimiter.Length > 0 || random.OneIn(2);
                    for (int i = 0; i < length; i++)
                    {
                        text.Add(printable ? (byte)('a' + random.Below(26)) : (byte)random.Next());
                    }
                }

                ReadOnlySpan<byte> found = CollectionsMarshal.AsSpan(text);
                if (text.Count >= least && text.Count <= Math.Max(bound, least) && (delimiter.Length == 0 || (text.Count == 0 || found.IndexOf(delimiter) < 0))
                    && !field.Denied.Contains(Encoding.Latin1.GetString(found)) && field.Extent.Parser?.Holds!(found) != false)
                {
                    break;
                }
            }

            bool isDeclared = field.Extent.Kind is ExtentKind.Until or ExtentKind.Rest or ExtentKind.Prefix or ExtentKind.SizeField && scale == 1;
            if (isDeclared && most < Math.Min(LongestFault, longest) && composer.Site($"{grammar.Name}.{field.Name}: one byte too long", true))
            {
                while (text.Count <= most)
                {
                    text.Add((byte)'a');
                }
            }

            if (isDeclared && least > 0 && least == field.MinLength && composer.Site($"{grammar.Name}.{field.Name}: one byte too short", true))
            {
                text.RemoveRange(least - 1, text.Count - least + 1);
            }

            if (text.Count > 0 && composer.Site($"{grammar.Name}.{field.Name}: another byte", false))
            {
                text[composer._faults.Below(text.Count)] = (byte)composer._faults.Next();
            }

            return [.. text];
        }

        private bool Words(ref RandomSource random)
        {
            LineGrammar line = grammar.Line!;
            for (int words = 1 + random.Below(5); words > 0; words--)
            {
                for (int letters = 1 + random.Below(9); letters > 0; letters--)
                {
                    composer._bytes.Add((byte)('a' + random.Below(26)));
                }

                if (words > 1)
                {
                    composer._bytes.Add(line.Separators.Span[random.Below(line.Separators.Length)]);
                }
            }

            if (!composer.Site($"{grammar.Name}: a lone LF", !line.AllowsLf))
            {
                composer._bytes.Add((byte)'\r');
            }

            composer._bytes.Add((byte)'\n');
            return true;
        }

        /// <summary>Bytes, a message or a sequence, with what says where it ends.</summary>
        private bool Content(FieldGrammar field, ref RandomSource random)
        {
            ExtentGrammar extent = field.Extent;
            if (extent.Kind == ExtentKind.SizeField)
            {
                if (_ahead![field.Name] is not { } ahead)
                {
                    return true;
                }

                composer._bytes.AddRange(ahead);
            }
            else if (extent.Kind == ExtentKind.Prefix)
            {
                if (extent.Null is { } absent && random.OneIn(6))
                {
                    Number(extent.Prefix!, absent, isControl: true);
                    return true;
                }

                if (!Prefixed(field, ref random))
                {
                    return false;
                }
            }
            else if (field.Kind == FieldKind.Bytes)
            {
                int least = extent.Kind == ExtentKind.Fixed ? extent.Bytes : field.MinLength;
                composer._bytes.AddRange(Text(field, least, extent.Kind == ExtentKind.Fixed ? extent.Bytes : field.MaxLength, 1, 0, ref random));
                composer._isParsed |= extent.Parser is not null;
            }
            else
            {
                int at = composer._bytes.Count;
                if (!Elements(field, ref random) || (extent.Kind == ExtentKind.Fixed && composer._bytes.Count - at != extent.Bytes))
                {
                    return false;
                }
            }

            if (!extent.Delimiter.IsEmpty)
            {
                Literal(extent.Delimiter, field.Name);
                composer._isCertain &= composer.Sites - 1 != composer._fault;
            }

            Literal(field.After, field.Name);
            return true;
        }

        private bool Prefixed(FieldGrammar field, ref RandomSource random)
        {
            ExtentGrammar extent = field.Extent;
            int at = composer._bytes.Count;
            if (field.Kind == FieldKind.Bytes)
            {
                (Int128 _, Int128 longest) = Capacity(extent.Prefix!);
                Int128 most = Int128.Min(field.MaxLength, (longest * extent.Scale) + extent.Bias);
                composer._bytes.AddRange(Text(field, field.MinLength, (int)most, extent.Scale, extent.Bias, ref random, (int)Int128.Min(int.MaxValue, longest)));
            }
            else if (!Elements(field, ref random))
            {
                return false;
            }

            List<byte> content = composer._bytes[at..];
            composer._bytes.RemoveRange(at, content.Count);
            Int128 length = (content.Count - extent.Bias) / extent.Scale;
            if (length == extent.Null || length > Capacity(extent.Prefix!).Max || (length * extent.Scale) + extent.Bias != content.Count)
            {
                if (!composer._replays)
                {
                    return false;
                }

                composer._isCertain = false;
            }

            Number(extent.Prefix!, length, isControl: true);
            composer._bytes.AddRange(content);
            return true;
        }

        private bool Elements(FieldGrammar field, ref RandomSource random)
        {
            MessageGrammar element = composer.Element(field);
            int inner = element.MaxDepth > 0 ? Math.Min(depth, element.MaxDepth + 1) - 1 : depth;
            if (field.Kind == FieldKind.Message)
            {
                return composer.Nested(element, inner, Left(), ref random);
            }

            ExtentGrammar extent = field.Extent;
            int most = Math.Min(field.MaxLength, Math.Max(field.MinLength, Math.Min(random.OneIn(8) ? MostElements : 2, 1 + (Left() / 8))));
            int count = extent.Kind == ExtentKind.CountField ? _counts![field.Name] : random.Length(extent.Kind == ExtentKind.Predicate ? Math.Max(1, field.MinLength) : field.MinLength, most);
            int firstTarget = composer._targets.Count;
            List<(string, int)> targets = [];
            for (int i = 0; i < count || extent.Kind == ExtentKind.Predicate; i++)
            {
                if (i >= field.MaxLength || !OneElement(field, element, inner, i + 1 >= count, ref random, out bool isEnd, targets))
                {
                    return false;
                }

                if (isEnd)
                {
                    break;
                }
            }

            composer._targets.InsertRange(firstTarget, targets);
            return true;
        }

        /// <summary>An element: where a member of it ends the sequence, one that does so when its turn has come, and one that does not before.</summary>
        private bool OneElement(FieldGrammar field, MessageGrammar element, int inner, bool wantsEnd, ref RandomSource random, out bool isEnd, List<(string, int)> targets)
        {
            int at = composer._bytes.Count;
            int jumps = composer._jumps;
            isEnd = false;
            if (composer._replays)
            {
                // The attempt that was right is known.
                ulong seed = random.Next();
                int chosen = composer._attempts[composer._nextAttempt++];
                RandomSource again = new(seed + (ulong)chosen);
                bool composed = composer.Nested(element, inner, Left(), ref again);
                isEnd = composer._ends[composer._nextEnd++];
                Aim();
                return composed;
            }

            ulong start = random.Next();
            int index = composer._attempts.Count;
            int ends = composer._ends.Count;
            int left = composer._left.Count;
            int sites = composer.Sites;
            composer._attempts.Add(0);
            for (int attempt = 0; attempt < 400; attempt++)
            {
                composer._attempts[index] = attempt;
                RandomSource next = new(start + (ulong)attempt);
                if (composer.Nested(element, inner, Left(), ref next))
                {
                    ReadOnlySpan<byte> bytes = CollectionsMarshal.AsSpan(composer._bytes)[at..];
                    bool jumped = composer._jumps != jumps && element.Fields.Any(static f => f.MaxHops > 0);
                    bool ending = jumped || (field.Extent.Last is { Holds: { } holds } && holds(bytes));
                    bool isRight = field.Extent.Kind switch
                    {
                        ExtentKind.Predicate => ending == wantsEnd,
                        ExtentKind.Until => !bytes.StartsWith(field.Extent.Delimiter.Span),
                        _ => true,
                    };
                    if (isRight)
                    {
                        isEnd = ending;
                        composer._ends.Add(ending);
                        Aim();
                        return true;
                    }
                }

                composer._attempts.RemoveRange(index + 1, composer._attempts.Count - index - 1);
                composer._ends.RemoveRange(ends, composer._ends.Count - ends);
                composer._left.RemoveRange(left, composer._left.Count - left);
                composer._bytes.RemoveRange(at, composer._bytes.Count - at);
                composer.Sites = sites;
                composer._jumps = jumps;
            }

            return false;

            // Later elements may jump to this one: only where offsets count from the message's own start.
            void Aim()
            {
                if (element.Fields.Any(static f => f.MaxHops > 0))
                {
                    targets.Add((element.Name, at));
                }
            }
        }

        /// <summary>A number as it is spelled, or as it must not be.</summary>
        private void Number(FieldGrammar field, Int128 value, bool isControl)
        {
            (Int128 least, Int128 most) = Capacity(field);
            string name = $"{grammar.Name}.{field.Name}";
            if (isControl && composer.Site($"{name}: off by one", false))
            {
                value += composer._faults.OneIn(2) && value < most ? 1 : value > least ? -1 : 1;
            }

            bool isRanged = field.Name != "Length" || field.Max > 0;
            if (isRanged && field.Checksum is null && field.Max < most && composer.Site($"{name}: one above its range", true))
            {
                value = field.Max + 1;
            }

            if (isRanged && field.Checksum is null && field.Min > least && composer.Site($"{name}: one below its range", true))
            {
                value = field.Min - 1;
            }

            if (field.Allowed.Count > 0 && composer.Site($"{name}: not allowed", true))
            {
                value = Other(field.Allowed, least, most, value, ref composer._isCertain);
            }

            if (field.Name == grammar.Tag && composer.Site($"{name}: an unknown case", !grammar.HasDefaultCase))
            {
                value = Other([.. grammar.CaseValues.Select(static v => v.ToString(CultureInfo.InvariantCulture))], least, most, value, ref composer._isCertain);
            }

            switch (field.Encoding)
            {
                case NumberEncoding.Binary:
                    for (int i = 0; i < field.Bits / 8; i++)
                    {
                        composer._bytes.Add((byte)(value >> (8 * (grammar.IsLittleEndian ? i : (field.Bits / 8) - 1 - i))));
                    }

                    break;
                case NumberEncoding.Bits:
                    Run(field.Bits, (UInt128)value & (((UInt128)1 << field.Bits) - 1));
                    break;
                case NumberEncoding.Ascii:
                    Digits(field, value, name);
                    break;
                default:
                    bool isLong = composer.Site($"{name}: a number in more bytes than it takes", true);
                    composer._isCertain &= Spelling.Write(composer._bytes, field.Encoding, value, isLong) || !isLong;
                    break;
            }
        }

        private static Int128 Other(IReadOnlyList<string> known, Int128 least, Int128 most, Int128 value, ref bool isCertain)
        {
            for (Int128 candidate = value + 1; candidate != value; candidate = candidate >= most ? least : candidate + 1)
            {
                if (candidate >= least && candidate <= most && !known.Contains(candidate.ToString(CultureInfo.InvariantCulture)))
                {
                    return candidate;
                }
            }

            isCertain = false;
            return value;
        }

        private void Digits(FieldGrammar field, Int128 value, string name)
        {
            string text = value.ToString(CultureInfo.InvariantCulture);
            if (composer.Site($"{name}: a leading zero", !field.LeadingZeros))
            {
                text = value < 0 ? "-0" + text[1..] : "0" + text;
            }

            if (composer.Site($"{name}: a plus sign", true))
            {
                text = "+" + text;
            }

            if (composer.Site($"{name}: no digit", true))
            {
                text = "";
            }

            if (composer.Site($"{name}: a letter", true))
            {
                text = text[..composer._faults.Below(text.Length + 1)] + "x";
            }

            composer._bytes.AddRange(Encoding.ASCII.GetBytes(text));
        }

        private void Run(int bits, UInt128 value)
        {
            if (grammar.IsLittleEndian)
            {
                _run |= value << _runBits;
                for (_runBits += bits; _runBits >= 8; _runBits -= 8)
                {
                    composer._bytes.Add((byte)_run);
                    _run >>= 8;
                }
            }
            else
            {
                _run = (_run << bits) | value;
                for (_runBits += bits; _runBits >= 8; _runBits -= 8)
                {
                    composer._bytes.Add((byte)(_run >> (_runBits - 8)));
                }

                _run &= ((UInt128)1 << _runBits) - 1;
            }
        }

        /// <summary>The numbers that the spelling has.</summary>
        private static (Int128 Min, Int128 Max) Capacity(FieldGrammar field) => field.Encoding switch
        {
            NumberEncoding.Ascii => (field.IsSigned ? long.MinValue - (Int128)1 : 0, (Int128)ulong.MaxValue + 1),
            NumberEncoding.Binary when field.IsSigned => (-((Int128)1 << (field.Bits - 1)), ((Int128)1 << (field.Bits - 1)) - 1),
            NumberEncoding.Binary or NumberEncoding.Bits => (0, ((Int128)1 << field.Bits) - 1),
            NumberEncoding.ZigZag => (-((Int128)1 << Math.Min(63, (7 * field.MaxBytes) - 1)), ((Int128)1 << Math.Min(63, (7 * field.MaxBytes) - 1)) - 1),
            NumberEncoding.BerInteger => (-((Int128)1 << Math.Min(63, (8 * (field.MaxBytes - 1)) - 1)), ((Int128)1 << Math.Min(63, (8 * (field.MaxBytes - 1)) - 1)) - 1),
            NumberEncoding.BerBoolean => (0, 1),
            NumberEncoding.Leb128 => (0, ((Int128)1 << Math.Min(64, 7 * field.MaxBytes)) - 1),
            NumberEncoding.Quic => (0, ((Int128)1 << (field.MaxBytes >= 8 ? 62 : field.MaxBytes >= 4 ? 30 : field.MaxBytes >= 2 ? 14 : 6)) - 1),
            _ => (0, ((Int128)1 << Math.Min(64, 8 * Math.Max(1, field.MaxBytes - 1))) - 1),
        };
    }
}
