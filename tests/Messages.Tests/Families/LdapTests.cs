using System.Text;
using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>LDAP's search filter (RFC 4511, section 4.5.1.7) in the basic encoding rules: definite lengths, recursion with a bound.</summary>
public sealed class LdapTests
{
    [Theory]
    [InlineData("87 0b 6f626a656374436c617373")] // (objectClass=*)
    [InlineData("a3 0d 04 02 636e 04 07 4261627320204a")] // (cn=Babs  J)
    [InlineData("a0 17 87 0b 6f626a656374436c617373 a2 08 a3 06 04 01 61 04 01 62")] // (&(objectClass=*)(!(a=b)))
    [InlineData("a1 08 87 02 636e 87 02 736e")] // (|(cn=*)(sn=*))
    public void ReadsAndWrites(string hex) => MessageTest<LdapFilter>.Valid(Hex.Bytes(hex));

    [Fact]
    public void Descends()
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, LdapFilter.TryParse(Hex.Bytes("a0 17 87 0b 6f626a656374436c617373 a2 08 a3 06 04 01 61 04 01 62"), ref state, out LdapFilter filter, out _, out _));
        Assert.Equal("(&(objectClass=*)(!(a=b)))", Text(filter));
    }

    [Theory]
    [InlineData(15, ParseStatus.Done)]
    [InlineData(16, ParseStatus.Malformed)]
    public void BoundsDepth(int nots, ParseStatus expected)
    {
        byte[] filter = Hex.Bytes("87 01 61");
        for (int i = 0; i < nots; i++)
        {
            filter = [0xA2, (byte)filter.Length, .. filter];
        }

        ParseState state = default;
        Assert.Equal(expected, LdapFilter.TryParse(filter, ref state, out _, out _, out ParseError error));
        Assert.Equal(expected == ParseStatus.Done ? ErrorCode.None : ErrorCode.TooDeep, error.Code);
    }

    [Theory]
    [InlineData("a0 80 87 01 61 00 00", ErrorCode.NotAllowed, "LdapFilter.And")] // an indefinite length
    [InlineData("87 81 01 61", ErrorCode.NotCanonical, "LdapFilter.Present")] // a length in more bytes than it takes
    [InlineData("87 89 01 01 01 01 01 01 01 01 01", ErrorCode.TooLong, "LdapFilter.Present")] // a length of a length of nine bytes
    [InlineData("87 84 7f ff ff ff", ErrorCode.TooLong, "LdapFilter.Present")]
    [InlineData("a0 04 87 05 61 61", ErrorCode.Truncated, "LdapFilter.And")] // an inner length past the outer one
    [InlineData("a2 06 87 01 61 87 01 62", ErrorCode.TooLong, "LdapFilter.Not")] // two where one may be
    [InlineData("30 00", ErrorCode.UnknownCase, "LdapFilter.Choice")]
    public void Refuses(string hex, ErrorCode code, string field) => MessageTest<LdapFilter>.Invalid(Hex.Bytes(hex), code, field);

    /// <summary>What OpenLDAP 2.5.13's tools and server sent each other over loopback, requests and answers.</summary>
    public static TheoryData<string> Captured => new()
    {
        // ldapsearch -D cn=admin,dc=example,dc=com -w secret
        "302c0201016027020103041a636e3d61646d696e2c64633d6578616d706c652c64633d636f6d8006736563726574",
        "300c02010161070a010004000400",
        // -b dc=example,dc=com '(&(objectClass=inetOrgPerson)(!(sn=Smith))(|(cn=Babs*Jen*n)(mail=*@example.com)))' cn mail
        "30819302010263818d041164633d6578616d706c652c64633d636f6d0a01020a0100020100020100010100a05da31c040b6f626a656374436c617373040d696e65744f7267506572736f6ea20da30b0402736e0405536d697468a12ea4140402636e300e80044261627381034a656e82016ea41604046d61696c300e820c406578616d706c652e636f6d300a0402636e04046d61696c",
        "305a02010264550420636e3d42616273204a656e73656e2c64633d6578616d706c652c64633d636f6d303130130402636e310d040b42616273204a656e73656e301a04046d61696c3112041062616273406578616d706c652e636f6d",
        "300c02010265070a010004000400",
        "30050201034200",
        // an anonymous bind, then -s base -l 5 -z 10 '(sn>=A)', '(sn<=Z)' 1.1, '(sn~=jensin)', '(cn:dn:2.5.13.5:=Babs Jensen)'
        "300c020101600702010304008000",
        "3032020102632d041164633d6578616d706c652c64633d636f6d0a01000a010002010a020105010100a5070402736e0401413000",
        "30370201026332041164633d6578616d706c652c64633d636f6d0a01020a0100020100020100010100a6070402736e04015a30050403312e31",
        "30370201026332041164633d6578616d706c652c64633d636f6d0a01020a0100020100020100010100a80c0402736e04066a656e73696e3000",
        "30490201026344041164633d6578616d706c652c64633d636f6d0a01020a0100020100020100010100a91e8108322e352e31332e358202636e830b42616273204a656e73656e8401ff3000",
        "30818b0201026481850420636e3d42616273204a656e73656e2c64633d6578616d706c652c64633d636f6d3061301e040b6f626a656374436c617373310f040d696e65744f7267506572736f6e30130402636e310d040b42616273204a656e73656e300e0402736e310804064a656e73656e301a04046d61696c3112041062616273406578616d706c652e636f6d",
        // -w wrong
        "300c02010161070a013104000400",
        // ldapwhoami
        "301e02010277198017312e332e362e312e342e312e343230332e312e31312e33",
        "302b02010278260a0100040004008b1d646e3a636e3d61646d696e2c64633d6578616d706c652c64633d636f6d",
    };

    [Theory]
    [MemberData(nameof(Captured))]
    public void ReadsAndWritesWhatWasCaptured(string hex) => MessageTest<LdapMessage>.Valid(Hex.Bytes(hex));

    [Fact]
    public void ReadsASearch()
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, LdapMessage.TryParse(Hex.Bytes("3032020102632d041164633d6578616d706c652c64633d636f6d0a01000a010002010a020105010100a5070402736e0401413000"), ref state, out LdapMessage message, out _, out _));
        Assert.Equal(2, message.MessageId);
        Assert.Equal("dc=example,dc=com", Encoding.UTF8.GetString(message.Search.BaseObject));
        Assert.Equal(LdapScope.BaseObject, message.Search.Scope);
        Assert.Equal(10, message.Search.SizeLimit);
        Assert.Equal(5, message.Search.TimeLimit);
        Assert.False(message.Search.TypesOnly);
        Assert.Equal("A", Encoding.UTF8.GetString(message.Search.Filter.GreaterOrEqual.Value));
        Assert.Equal(0, message.Search.Attributes.Count);
    }

    [Fact]
    public void WritesABind()
    {
        LdapMessage message = new() { MessageId = 1, Bind = new LdapBind { Version = 3, Name = "cn=admin,dc=example,dc=com"u8, Password = "secret"u8 } };
        byte[] written = new byte[message.GetSize()];
        Assert.True(message.TryWrite(written, out _));
        Assert.Equal(Hex.Bytes("302c0201016027020103041a636e3d61646d696e2c64633d6578616d706c652c64633d636f6d8006736563726574"), written);
    }

    [Theory]
    [InlineData("30 80 020101 42 00 0000", ErrorCode.NotAllowed, "LdapMessage.Length")] // an indefinite length
    [InlineData("30 81 05 020101 42 00", ErrorCode.NotCanonical, "LdapMessage.Length")] // a length in more bytes than it takes
    [InlineData("30 85 00 00 00 00 05 020101 42 00", ErrorCode.TooLong, "LdapMessage.Length")] // a length of a length of five bytes
    [InlineData("30 06 02 02 0001 42 00", ErrorCode.NotCanonical, "LdapMessage.MessageId")] // nine zeros before the number
    [InlineData("30 05 0201 ff 42 00", ErrorCode.OutOfRange, "LdapMessage.MessageId")] // a negative number
    [InlineData("30 09 02 05 0080000000 42 00", ErrorCode.OutOfRange, "LdapMessage.MessageId")] // 2,147,483,648
    [InlineData("30 04 02 00 42 00", ErrorCode.TooShort, "LdapMessage.MessageId")] // a number of no bytes
    [InlineData("30 06 02 81 01 01 42 00", ErrorCode.NotCanonical, "LdapMessage.MessageId")]
    [InlineData("30 05 040101 42 00", ErrorCode.UnexpectedByte, "LdapMessage.MessageId")] // an octet string for a number
    [InlineData("30 06 020101 42 01 00", ErrorCode.TooLong, "LdapMessage.Unbind")] // a null that is not empty
    [InlineData("30 05 020101 43 00", ErrorCode.UnknownCase, "LdapMessage.Operation")]
    [InlineData("30 23 020102 63 1e 0400 0a0100 0a0100 020100 020100 0101 01 87 0b 6f626a656374436c617373 3000", ErrorCode.NotCanonical, "LdapSearch.TypesOnly")] // another TRUE
    public void RefusesMessages(string hex, ErrorCode code, string field) => MessageTest<LdapMessage>.Invalid(Hex.Bytes(hex), code, field);

    /// <summary>Filters nested by the thousand in a search request: refused at the depth declared, without descending further.</summary>
    [Fact]
    public void RefusesABombOfDepth()
    {
        byte[] filter = Hex.Bytes("87 01 61");
        while (filter.Length < 60_000)
        {
            filter = filter.Length < 0x80 ? [0xA2, (byte)filter.Length, .. filter] : [0xA2, 0x82, (byte)(filter.Length >> 8), (byte)filter.Length, .. filter];
            filter = filter.Length is >= 0x80 and < 0x100 ? [0xA2, 0x81, (byte)filter.Length, .. filter] : filter;
        }

        byte[] search = [.. Hex.Bytes("0400 0a0100 0a0100 020100 020100 010100"), .. filter, .. Hex.Bytes("3000")];
        byte[] body = [.. Hex.Bytes("020102 63 82"), (byte)(search.Length >> 8), (byte)search.Length, .. search];
        byte[] message = [0x30, 0x82, (byte)(body.Length >> 8), (byte)body.Length, .. body];
        ParseState state = default;
        Assert.Equal(ParseStatus.Malformed, LdapMessage.TryParse(message, ref state, out _, out _, out ParseError error));
        Assert.Equal(ErrorCode.TooDeep, error.Code);
    }

    private static string Text(LdapFilter filter)
    {
        StringBuilder text = new("(");
        switch (filter.Choice)
        {
            case 0xA0 or 0xA1:
                text.Append(filter.Choice == 0xA0 ? '&' : '|');
                foreach (LdapFilter inner in filter.Choice == 0xA0 ? filter.And : filter.Or)
                {
                    text.Append(Text(inner));
                }

                break;
            case 0xA2:
                foreach (LdapFilter inner in filter.Not)
                {
                    text.Append('!').Append(Text(inner));
                }

                break;
            case 0xA3:
                text.Append(Encoding.UTF8.GetString(filter.Equal.Attribute)).Append('=').Append(Encoding.UTF8.GetString(filter.Equal.Value));
                break;
            default:
                text.Append(Encoding.UTF8.GetString(filter.Present)).Append("=*");
                break;
        }

        return text.Append(')').ToString();
    }
}
