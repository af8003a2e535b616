using System.ComponentModel.DataAnnotations;
using DeclServer;

namespace Messages.Tests.Families;

[Message(MaxSize = 1 << 24, Tag = nameof(Type), Owned = true), Frame(nameof(Length), Bias = -4)]
internal readonly ref partial struct PgFrontend
{
    public partial byte Type { get; init; }

    [Range(4, (1 << 24) - 1)] public partial int Length { get; }

    [Case('Q'), Until("\0"), MaxLength(1 << 20)] public partial ReadOnlySpan<byte> Query { get; init; }

    [Case('P')] public partial PgParse Parse { get; init; }

    [Case('B'), Rest] public partial PgBind Bind { get; init; }

    [Case('D')] public partial PgTarget Describe { get; init; }

    [Case('C')] public partial PgTarget Close { get; init; }

    [Case('E')] public partial PgExecute Execute { get; init; }

    [Case('d'), Rest] public partial ReadOnlySpan<byte> CopyData { get; init; }

    [Case('f'), Until("\0"), MaxLength(1 << 16)] public partial ReadOnlySpan<byte> CopyFail { get; init; }

    [Case('p'), Rest] public partial ReadOnlySpan<byte> Password { get; init; }

    [Case('S', 'X', 'H', 'c'), Rest, MaxLength(0)] public partial ReadOnlySpan<byte> Nothing { get; init; }
}

[Message(MaxSize = 1 << 20, Owned = true)]
internal readonly ref partial struct PgParse
{
    [Until("\0"), MaxLength(63)] public partial ReadOnlySpan<byte> Statement { get; init; }

    [Until("\0"), MaxLength(1 << 19)] public partial ReadOnlySpan<byte> Query { get; init; }

    public partial ushort TypeCount { get; }

    [Size(nameof(TypeCount), Scale = 4)] public partial ReadOnlySpan<byte> Types { get; init; }
}

[Message(MaxSize = (1 << 24) - 5, Owned = true), Frame]
internal readonly ref partial struct PgBind
{
    [Until("\0"), MaxLength(63)] public partial ReadOnlySpan<byte> Portal { get; init; }

    [Until("\0"), MaxLength(63)] public partial ReadOnlySpan<byte> Statement { get; init; }

    public partial ushort FormatCount { get; }

    [Size(nameof(FormatCount), Scale = 2)] public partial ReadOnlySpan<byte> Formats { get; init; }

    public partial ushort ValueCount { get; }

    [Count(nameof(ValueCount))] public partial Seq<PgValue> Values { get; init; }

    public partial ushort ResultCount { get; }

    [Size(nameof(ResultCount), Scale = 2)] public partial ReadOnlySpan<byte> Results { get; init; }
}

[Message(MaxSize = 1 << 24, Owned = true)]
internal readonly ref partial struct PgValue
{
    [LengthPrefix(typeof(int), Null = -1), MaxLength(1 << 23)] public partial ReadOnlySpan<byte> Data { get; init; }
}

[Message(MaxSize = 256, Owned = true)]
internal readonly ref partial struct PgTarget
{
    [AllowedValues((byte)'S', (byte)'P')] public partial byte Kind { get; init; }

    [Until("\0"), MaxLength(63)] public partial ReadOnlySpan<byte> Name { get; init; }
}

[Message(MaxSize = 256, Owned = true)]
internal readonly ref partial struct PgExecute
{
    [Until("\0"), MaxLength(63)] public partial ReadOnlySpan<byte> Portal { get; init; }

    public partial int MaxRows { get; init; }
}

[Message(MaxSize = 1 << 24, Tag = nameof(Type), Owned = true), Frame(nameof(Length), Bias = -4)]
internal readonly ref partial struct PgBackend
{
    public partial byte Type { get; init; }

    [Range(4, (1 << 24) - 1)] public partial int Length { get; }

    [Case('R')] public partial int Authentication { get; init; }

    [Case('R'), Rest] public partial ReadOnlySpan<byte> AuthenticationData { get; init; }

    [Case('Z'), AllowedValues((byte)'I', (byte)'T', (byte)'E')] public partial byte TransactionStatus { get; init; }

    [Case('S'), Until("\0"), MaxLength(63)] public partial ReadOnlySpan<byte> ParameterName { get; init; }

    [Case('S'), Until("\0"), MaxLength(1024)] public partial ReadOnlySpan<byte> ParameterValue { get; init; }

    [Case('K')] public partial int ProcessId { get; init; }

    [Case('K')] public partial int SecretKey { get; init; }

    [Case('T')] public partial ushort ColumnCount { get; }

    [Case('T'), Count(nameof(ColumnCount))] public partial Seq<PgColumn> Columns { get; init; }

    [Case('D')] public partial ushort ValueCount { get; }

    [Case('D'), Count(nameof(ValueCount))] public partial Seq<PgValue> Values { get; init; }

    [Case('C'), Until("\0"), MaxLength(63)] public partial ReadOnlySpan<byte> Tag { get; init; }

    [Case('E', 'N'), Until("\0"), MaxLength(32)] public partial Seq<PgErrorField> Error { get; init; }

    [Case('1', '2', '3', 'I', 'n', 's'), Rest, MaxLength(0)] public partial ReadOnlySpan<byte> Nothing { get; init; }
}

[Message(MaxSize = 256, Owned = true)]
internal readonly ref partial struct PgColumn
{
    [Until("\0"), MaxLength(63)] public partial ReadOnlySpan<byte> Name { get; init; }

    public partial int Table { get; init; }

    public partial short Attribute { get; init; }

    public partial int Type { get; init; }

    public partial short TypeSize { get; init; }

    public partial int Modifier { get; init; }

    public partial short Format { get; init; }
}

[Message(MaxSize = 1 << 16, Owned = true)]
internal readonly ref partial struct PgErrorField
{
    public partial byte Code { get; init; }

    [Until("\0"), MaxLength(1 << 15)] public partial ReadOnlySpan<byte> Value { get; init; }
}
