using System.ComponentModel.DataAnnotations;
using DeclServer;

namespace Messages.Tests.Families;

/// <summary>A filter: its choice's identifier octet, then its length and content.</summary>
[Message(MaxSize = 64 << 10, MaxDepth = 16, Tag = nameof(Choice), Owned = true)]
internal readonly ref partial struct LdapFilter
{
    public partial byte Choice { get; init; }

    [Case(0xA0), LengthPrefix(VarintKind.Ber), Length(1, 64)] public partial Seq<LdapFilter> And { get; init; }

    [Case(0xA1), LengthPrefix(VarintKind.Ber), Length(1, 64)] public partial Seq<LdapFilter> Or { get; init; }

    /// <summary>A struct cannot hold itself, so the one filter inside is a sequence of one.</summary>
    [Case(0xA2), LengthPrefix(VarintKind.Ber), Length(1, 1)] public partial Seq<LdapFilter> Not { get; init; }

    [Case(0xA3), LengthPrefix(VarintKind.Ber)] public partial LdapAssertion Equal { get; init; }

    [Case(0x87), LengthPrefix(VarintKind.Ber), MaxLength(255)] public partial ReadOnlySpan<byte> Present { get; init; }
}

[Message(MaxSize = 4096, Owned = true)]
internal readonly ref partial struct LdapAssertion
{
    [Literal(Before = "\x04"), LengthPrefix(VarintKind.Ber), MaxLength(255)] public partial ReadOnlySpan<byte> Attribute { get; init; }

    [Literal(Before = "\x04"), LengthPrefix(VarintKind.Ber), MaxLength(2048)] public partial ReadOnlySpan<byte> Value { get; init; }
}
