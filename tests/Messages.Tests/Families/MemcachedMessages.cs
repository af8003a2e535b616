using System.ComponentModel.DataAnnotations;
using DeclServer;

namespace Messages.Tests.Families;

[Message(MaxSize = (1 << 20) + 512, Owned = true), Text]
internal readonly ref partial struct MemcachedSet
{
    [Literal(Before = "set "), Chars("1*250(%x21-7E)")] public partial ReadOnlySpan<byte> Key { get; init; }

    [Ascii] public partial uint Flags { get; init; }

    [Ascii] public partial long Exptime { get; init; }

    [Ascii, Range(0, 1 << 20)] public partial int Bytes { get; }

    [Flag("noreply"), Literal(LineEnd = true)] public partial bool NoReply { get; init; }

    [Size(nameof(Bytes)), Literal(After = "\r\n")] public partial ReadOnlySpan<byte> Data { get; init; }
}
