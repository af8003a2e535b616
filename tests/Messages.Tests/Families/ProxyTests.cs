using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>The headers of the PROXY protocol, as messages: each split, each prefix, and back.</summary>
public sealed class ProxyTests
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";

    [Theory]
    [InlineData("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n")]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n")]
    public void ReadsAndWritesLines(string text) => MessageTest<ProxyLine>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("192.168.0.1 192.168.0.11 56324 443\r\n")]
    [InlineData("::1 2001:db8::2 0 65535\r\n")]
    public void ReadsAndWritesTheirAddresses(string text) => MessageTest<ProxyLineAddresses>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("\x20\0\0\0")]
    [InlineData("\x21\x11\0\x0C\xC0\xA8\0\x01\xC0\xA8\0\x0B\xDC\x04\x01\xBB")]
    [InlineData("\x21\x11\0\x0F\xC0\xA8\0\x01\xC0\xA8\0\x0B\xDC\x04\x01\xBB\x04\0\0")]
    public void ReadsAndWritesBinaryHeaders(string text) => MessageTest<ProxyHeader>.Valid(Wire.Bytes(Signature + text));

    [Theory]
    [InlineData("\x31\0\0\0", ErrorCode.NotAllowed, "ProxyHeader.Version")]
    [InlineData("\x22\0\0\0", ErrorCode.NotAllowed, "ProxyHeader.Command")]
    [InlineData("\x21\0\x0F\xF1", ErrorCode.OutOfRange, "ProxyHeader.Length")]
    public void RefusesBinaryHeaders(string text, ErrorCode code, string field) => MessageTest<ProxyHeader>.Invalid(Wire.Bytes(Signature + text), code, field);
}
