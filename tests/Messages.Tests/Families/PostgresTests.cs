using System.Text;
using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>PostgreSQL's frontend and backend protocol 3.0 (PostgreSQL documentation, chapter 55.7): a length that counts itself, strings up to NUL, lengths of -1.</summary>
public sealed class PostgresTests
{
    [Theory]
    [InlineData("51 00000000 73656c6563742031 00")] // Query "select 1"
    [InlineData("50 00000000 7331 00 73656c656374202431 00 0001 00000017")] // Parse s1 "select $1" with an int4
    [InlineData("42 00000000 00 7331 00 0001 0001 0002 00000002 3432 ffffffff 0001 0001")] // Bind "42" and NULL
    [InlineData("44 00000000 53 7331 00")] // Describe statement s1
    [InlineData("45 00000000 00 00000000")] // Execute
    [InlineData("53 00000000")] // Sync
    [InlineData("64 00000000 6869")] // CopyData "hi"
    [InlineData("58 00000000")] // Terminate
    [InlineData("70 00000000 736563726574 00")] // PasswordMessage
    public void ReadsAndWritesTheFrontend(string hex) => MessageTest<PgFrontend>.Valid(Framed(hex));

    [Theory]
    [InlineData("52 00000008 00000000")] // AuthenticationOk
    [InlineData("52 0000000c 00000005 01020304")] // AuthenticationMD5Password
    [InlineData("5a 00000005 49")] // ReadyForQuery, idle
    [InlineData("53 00000016 7365727665725f76657273696f6e 00 313500")] // ParameterStatus server_version 15
    [InlineData("4b 0000000c 00000539 00004d2a")] // BackendKeyData
    [InlineData("54 00000021 0001 3f636f6c756d6e3f 00 00000000 0000 00000017 0004 ffffffff 0000")] // RowDescription of "select 1"
    [InlineData("44 0000000f 0002 00000001 31 ffffffff")] // DataRow "1", NULL
    [InlineData("43 0000000d 53454c454354203100")] // CommandComplete "SELECT 1"
    [InlineData("45 00000010 53 4552524f52 00 43 34323630 00 00")] // ErrorResponse
    [InlineData("31 00000004")] // ParseComplete
    public void ReadsAndWritesTheBackend(string hex)
    {
        MessageTest<PgBackend>.Valid(Framed(hex));
    }

    [Fact]
    public void TellsNullFromEmpty()
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, PgFrontend.TryParse(Framed("42 00000000 00 00 0000 0003 00000002 3432 ffffffff 00000000 0000"), ref state, out PgFrontend message, out _, out _));
        List<string?> values = [];
        foreach (PgValue value in message.Bind.Values)
        {
            values.Add(DeclServer.Messages.Layout.IsAbsent(value.Data) ? null : Encoding.ASCII.GetString(value.Data));
        }

        Assert.Equal(["42", null, ""], values);
    }

    [Theory]
    [InlineData("51 00000003", ErrorCode.OutOfRange, "PgFrontend.Length")] // shorter than itself
    [InlineData("51 7fffffff", ErrorCode.OutOfRange, "PgFrontend.Length")]
    [InlineData("51 ffffffff", ErrorCode.OutOfRange, "PgFrontend.Length")]
    [InlineData("51 00000005 61", ErrorCode.Truncated, "PgFrontend.Query")] // no NUL
    [InlineData("51 00000007 6100 62", ErrorCode.TrailingBytes, "PgFrontend.Query")]
    [InlineData("42 0000000d 00 00 0000 0001 fffffffe", ErrorCode.OutOfRange, "PgValue.Data")] // a length of -2
    public void Refuses(string hex, ErrorCode code, string field) =>
        MessageTest<PgFrontend>.Invalid(hex.StartsWith("42", StringComparison.Ordinal) ? Framed(hex) : Hex.Bytes(hex), code, field);

    /// <summary>The bytes, with the length that they have.</summary>
    private static byte[] Framed(string hex)
    {
        byte[] bytes = Hex.Bytes(hex);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), bytes.Length - 1);
        return bytes;
    }
}
