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
