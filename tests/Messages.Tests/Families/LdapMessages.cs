using System.ComponentModel.DataAnnotations;
using DeclServer;

namespace Messages.Tests.Families;

/// <summary>An LDAP message (RFC 4511, section 4.1.1): a sequence of its number, an operation, and controls.</summary>
[Message(MaxSize = 64 << 10, Tag = nameof(Operation), Owned = true), Frame(nameof(Length))]
internal readonly ref partial struct LdapMessage
{
    [Literal(Before = "\x30"), Varint(VarintKind.Ber, MaxBytes = 5)] public partial int Length { get; }

    [Ber(BerType.Integer), Range(0, int.MaxValue)] public partial int MessageId { get; init; }

    /// <summary>The identifier of the operation's choice.</summary>
    public partial byte Operation { get; init; }

    [Case(0x60), LengthPrefix(VarintKind.Ber)] public partial LdapBind Bind { get; init; }

    [Case(0x60), Rest] public partial ReadOnlySpan<byte> BindControls { get; init; }

    [Case(0x42), LengthPrefix(VarintKind.Ber), MaxLength(0)] public partial ReadOnlySpan<byte> Unbind { get; init; }

    [Case(0x63), LengthPrefix(VarintKind.Ber)] public partial LdapSearch Search { get; init; }

    [Case(0x63), Rest] public partial ReadOnlySpan<byte> SearchControls { get; init; }

    [Case(0x64), LengthPrefix(VarintKind.Ber)] public partial LdapEntry Entry { get; init; }

    /// <summary>What a bind, a search or an extended request came to.</summary>
    [Case(0x61, 0x65, 0x78), LengthPrefix(VarintKind.Ber)] public partial LdapResult Result { get; init; }

    /// <summary>An extended request: its name, and its value where it has one (section 4.12).</summary>
    [Case(0x77), LengthPrefix(VarintKind.Ber), Length(1, 2)] public partial Seq<LdapElement> Extended { get; init; }
}

/// <summary>A bind request (section 4.2).</summary>
[Message(MaxSize = 8192, Tag = nameof(Method), Owned = true)]
internal readonly ref partial struct LdapBind
{
    [Ber(BerType.Integer), Range(1, 127)] public partial byte Version { get; init; }

    [Ber(BerType.OctetString), MaxLength(1024)] public partial ReadOnlySpan<byte> Name { get; init; }

    public partial byte Method { get; init; }

    [Case(0x80), LengthPrefix(VarintKind.Ber), MaxLength(1024)] public partial ReadOnlySpan<byte> Password { get; init; }

    [Case(0xA3), LengthPrefix(VarintKind.Ber), Length(1, 2)] public partial Seq<LdapElement> Sasl { get; init; }
}

/// <summary>How far a search goes (section 4.5.1.2).</summary>
internal enum LdapScope : byte
{
    BaseObject,
    SingleLevel,
    WholeSubtree,
}

/// <summary>A search request (section 4.5.1).</summary>
[Message(MaxSize = 64 << 10, Owned = true)]
internal readonly ref partial struct LdapSearch
{
    [Ber(BerType.OctetString), MaxLength(4096)] public partial ReadOnlySpan<byte> BaseObject { get; init; }

    [Ber(BerType.Enumerated), Range(0, 2)] public partial LdapScope Scope { get; init; }

    [Ber(BerType.Enumerated), Range(0, 3)] public partial byte DereferenceAliases { get; init; }

    [Ber(BerType.Integer), Range(0, int.MaxValue)] public partial int SizeLimit { get; init; }

    [Ber(BerType.Integer), Range(0, int.MaxValue)] public partial int TimeLimit { get; init; }

    [Ber(BerType.Boolean)] public partial bool TypesOnly { get; init; }

    public partial LdapFilter Filter { get; init; }

    [Ber(BerType.Sequence), MaxLength(100)] public partial Seq<LdapName> Attributes { get; init; }
}

/// <summary>A string of its own.</summary>
[Message(MaxSize = 64 << 10, Owned = true)]
internal readonly ref partial struct LdapName
{
    [Ber(BerType.OctetString), MaxLength(32 << 10)] public partial ReadOnlySpan<byte> Text { get; init; }
}

/// <summary>Anything with an identifier of one octet.</summary>
[Message(MaxSize = 64 << 10, Owned = true)]
internal readonly ref partial struct LdapElement
{
    public partial byte Identifier { get; init; }

    [LengthPrefix(VarintKind.Ber), MaxLength(32 << 10)] public partial ReadOnlySpan<byte> Content { get; init; }
}

/// <summary>A result (section 4.1.9), and what the operation adds to it.</summary>
[Message(MaxSize = 64 << 10, Owned = true), Frame]
internal readonly ref partial struct LdapResult
{
    [Ber(BerType.Enumerated), Range(0, 4096)] public partial int Code { get; init; }

    [Ber(BerType.OctetString), MaxLength(4096)] public partial ReadOnlySpan<byte> MatchedDn { get; init; }

    [Ber(BerType.OctetString), MaxLength(4096)] public partial ReadOnlySpan<byte> Diagnostic { get; init; }

    [Rest, MaxLength(4)] public partial Seq<LdapElement> More { get; init; }
}

/// <summary>An entry that was found (section 4.5.2).</summary>
[Message(MaxSize = 64 << 10, Owned = true)]
internal readonly ref partial struct LdapEntry
{
    [Ber(BerType.OctetString), MaxLength(4096)] public partial ReadOnlySpan<byte> Name { get; init; }

    [Ber(BerType.Sequence), MaxLength(256)] public partial Seq<LdapAttribute> Attributes { get; init; }
}

/// <summary>An attribute of an entry, and its values.</summary>
[Message(MaxSize = 64 << 10, Owned = true), Frame(nameof(Length))]
internal readonly ref partial struct LdapAttribute
{
    [Literal(Before = "\x30"), Varint(VarintKind.Ber, MaxBytes = 5)] public partial int Length { get; }

    [Ber(BerType.OctetString), MaxLength(255)] public partial ReadOnlySpan<byte> Type { get; init; }

    [Ber(BerType.Set), MaxLength(1024)] public partial Seq<LdapName> Values { get; init; }
}

/// <summary>A filter (section 4.5.1.7): its choice's identifier octet, then its length and content.</summary>
[Message(MaxSize = 64 << 10, MaxDepth = 16, Tag = nameof(Choice), Owned = true)]
internal readonly ref partial struct LdapFilter
{
    public partial byte Choice { get; init; }

    [Case(0xA0), LengthPrefix(VarintKind.Ber), Length(1, 64)] public partial Seq<LdapFilter> And { get; init; }

    [Case(0xA1), LengthPrefix(VarintKind.Ber), Length(1, 64)] public partial Seq<LdapFilter> Or { get; init; }

    /// <summary>A struct cannot hold itself, so the one filter inside is a sequence of one.</summary>
    [Case(0xA2), LengthPrefix(VarintKind.Ber), Length(1, 1)] public partial Seq<LdapFilter> Not { get; init; }

    [Case(0xA3), LengthPrefix(VarintKind.Ber)] public partial LdapAssertion Equal { get; init; }

    [Case(0xA4), LengthPrefix(VarintKind.Ber)] public partial LdapSubstrings Substrings { get; init; }

    [Case(0xA5), LengthPrefix(VarintKind.Ber)] public partial LdapAssertion GreaterOrEqual { get; init; }

    [Case(0xA6), LengthPrefix(VarintKind.Ber)] public partial LdapAssertion LessOrEqual { get; init; }

    [Case(0x87), LengthPrefix(VarintKind.Ber), MaxLength(255)] public partial ReadOnlySpan<byte> Present { get; init; }

    [Case(0xA8), LengthPrefix(VarintKind.Ber)] public partial LdapAssertion Approximate { get; init; }

    /// <summary>The parts of an extensible match: a rule, a type, the value, and whether names count.</summary>
    [Case(0xA9), LengthPrefix(VarintKind.Ber), Length(1, 4)] public partial Seq<LdapMatchPart> Extensible { get; init; }
}

[Message(MaxSize = 4096, Owned = true)]
internal readonly ref partial struct LdapAssertion
{
    [Ber(BerType.OctetString), MaxLength(255)] public partial ReadOnlySpan<byte> Attribute { get; init; }

    [Ber(BerType.OctetString), MaxLength(2048)] public partial ReadOnlySpan<byte> Value { get; init; }
}

[Message(MaxSize = 8192, Owned = true)]
internal readonly ref partial struct LdapSubstrings
{
    [Ber(BerType.OctetString), MaxLength(255)] public partial ReadOnlySpan<byte> Attribute { get; init; }

    [Ber(BerType.Sequence), Length(1, 64)] public partial Seq<LdapSubstring> Parts { get; init; }
}

/// <summary>A part of a value: its beginning, one in the middle, its end.</summary>
[Message(MaxSize = 2052, Owned = true)]
internal readonly ref partial struct LdapSubstring
{
    [Range(0x80, 0x82)] public partial byte Place { get; init; }

    [LengthPrefix(VarintKind.Ber), Length(1, 2048)] public partial ReadOnlySpan<byte> Text { get; init; }
}

[Message(MaxSize = 2052, Tag = nameof(Part), Owned = true)]
internal readonly ref partial struct LdapMatchPart
{
    public partial byte Part { get; init; }

    [Case(0x81, 0x82, 0x83), LengthPrefix(VarintKind.Ber), MaxLength(2048)] public partial ReadOnlySpan<byte> Text { get; init; }

    [Case(0x84), Literal(Before = "\x01"), AllowedValues((byte)0, (byte)0xFF)] public partial byte NamesCount { get; init; }
}
