using System.Buffers.Binary;

namespace DeclServer.Benchmarks.Families;

/// <summary>A DNS message: a header of twelve bytes, then names that may jump back, and what stands behind them.</summary>
internal struct DnsFamily : IFamily
{
    private const int MaxQuestions = 16;
    private const int MaxRecords = 4096;

    private static readonly Question[] s_questions = new Question[MaxQuestions];
    private static readonly Record[] s_records = new Record[3 * MaxRecords];

    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = DnsMessage.TryParse(input, ref state, out DnsMessage message, out consumed, out _);
        if (status == ParseStatus.Done)
        {
            fold.Add(message.Id);
            fold.Add((int)message.Opcode);
            fold.Add(message.ResponseCode);
            fold.Add(message.RecursionDesired ? 1 : 0);
            foreach (ref readonly DnsQuestion question in message.Questions)
            {
                AddName(question.Name, ref fold);
                fold.Add(question.Type);
                fold.Add(question.Class);
            }

            if (message.AnswerCount > 0)
            {
                AddRecords(message.Answers, ref fold);
            }

            if (message.AuthorityCount > 0)
            {
                AddRecords(message.Authorities, ref fold);
            }

            if (message.AdditionalCount > 0)
            {
                AddRecords(message.Additionals, ref fold);
            }
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        if (!TryParse(input, out Header header))
        {
            consumed = 0;
            return ParseStatus.Malformed;
        }

        consumed = input.Length;
        fold.Add(header.Id);
        fold.Add((header.Flags >> 11) & 0xF);
        fold.Add(header.Flags & 0xF);
        fold.Add((header.Flags >> 8) & 1);
        foreach (ref readonly Question question in s_questions.AsSpan(0, header.QuestionCount))
        {
            AddName(input, question.Name, ref fold);
            fold.Add(question.Type);
            fold.Add(question.Class);
        }

        foreach (ref readonly Record record in s_records.AsSpan(0, header.RecordCount))
        {
            AddName(input, record.Name, ref fold);
            fold.Add(record.Type);
            fold.Add(record.Class);
            fold.Add(record.Ttl);
            fold.Add(record.Data.Of(input));
        }

        return ParseStatus.Done;
    }

    private static void AddRecords<TFold>(scoped in Seq<DnsRecord> records, ref TFold fold)
        where TFold : struct, IFold
    {
        foreach (ref readonly DnsRecord record in records)
        {
            AddName(record.Name, ref fold);
            fold.Add(record.Type);
            fold.Add(record.Class);
            fold.Add(record.Ttl);
            fold.Add(record.Data);
        }
    }

    private static void AddName<TFold>(scoped in DnsName name, ref TFold fold)
        where TFold : struct, IFold
    {
        foreach (ref readonly DnsLabel label in name.Labels)
        {
            fold.Add(label.Text);
        }
    }

    /// <summary>The labels of a name that was checked, the root's empty one the last.</summary>
    private static void AddName<TFold>(ReadOnlySpan<byte> input, int at, ref TFold fold)
        where TFold : struct, IFold
    {
        while (true)
        {
            int length = input[at];
            if (length >= 0xC0)
            {
                at = ((length & 0x3F) << 8) | input[at + 1];
                continue;
            }

            fold.Add(input.Slice(at + 1, length));
            if (length == 0)
            {
                return;
            }

            at += length + 1;
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> input, out Header header)
    {
        header = default;
        if (input.Length is < 12 or > 65535)
        {
            return false;
        }

        header.Id = BinaryPrimitives.ReadUInt16BigEndian(input);
        header.Flags = BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
        header.QuestionCount = BinaryPrimitives.ReadUInt16BigEndian(input[4..]);
        int answers = BinaryPrimitives.ReadUInt16BigEndian(input[6..]);
        int authorities = BinaryPrimitives.ReadUInt16BigEndian(input[8..]);
        int additionals = BinaryPrimitives.ReadUInt16BigEndian(input[10..]);
        if (header.QuestionCount > MaxQuestions || answers > MaxRecords || authorities > MaxRecords || additionals > MaxRecords)
        {
            return false;
        }

        int at = 12;
        for (int i = 0; i < header.QuestionCount; i++)
        {
            int name = at;
            if (!TrySkipName(input, ref at) || input.Length - at < 4)
            {
                return false;
            }

            s_questions[i] = new Question(name, BinaryPrimitives.ReadUInt16BigEndian(input[at..]), BinaryPrimitives.ReadUInt16BigEndian(input[(at + 2)..]));
            at += 4;
        }

        header.RecordCount = answers + authorities + additionals;
        for (int i = 0; i < header.RecordCount; i++)
        {
            int name = at;
            if (!TrySkipName(input, ref at) || input.Length - at < 10)
            {
                return false;
            }

            ReadOnlySpan<byte> rest = input.Slice(at, 10);
            int size = BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
            at += 10;
            if (input.Length - at < size)
            {
                return false;
            }

            s_records[i] = new Record(
                name, BinaryPrimitives.ReadUInt16BigEndian(rest), BinaryPrimitives.ReadUInt16BigEndian(rest[2..]), BinaryPrimitives.ReadUInt32BigEndian(rest[4..]), new Slice(at, size));
            at += size;
        }

        return at == input.Length;
    }

    /// <summary>Each jump leads to before the name and the last jump's target; the labels take 255 bytes at most.</summary>
    private static bool TrySkipName(ReadOnlySpan<byte> input, ref int position)
    {
        int at = position;
        int before = at;
        int size = 0;
        int end = -1;
        for (int hops = 0; ;)
        {
            if ((uint)at >= (uint)input.Length)
            {
                return false;
            }

            int length = input[at];
            if (length < 0x40)
            {
                at += length + 1;
                size += length + 1;
                if (size > 255)
                {
                    return false;
                }

                if (length == 0)
                {
                    position = end < 0 ? at : end;
                    return true;
                }

                continue;
            }

            if (length < 0xC0 || at + 1 >= input.Length || ++hops > 16)
            {
                return false;
            }

            int target = ((length & 0x3F) << 8) | input[at + 1];
            if (target >= before)
            {
                return false;
            }

            end = end < 0 ? at + 2 : end;
            before = target;
            at = target;
        }
    }

    private struct Header
    {
        public ushort Id;
        public int Flags;
        public int QuestionCount;
        public int RecordCount;
    }

    private readonly record struct Question(int Name, ushort Type, ushort Class);

    private readonly record struct Record(int Name, ushort Type, ushort Class, uint Ttl, Slice Data);
}
