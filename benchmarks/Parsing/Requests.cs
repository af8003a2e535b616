namespace DeclServer.Benchmarks.Parsing;

/// <summary>The requests that are parsed.</summary>
public static class Requests
{
    public static byte[] Get { get; } = "*2\r\n$3\r\nGET\r\n$10\r\nkey:000042\r\n"u8.ToArray();

    public static byte[] Set { get; } = "*3\r\n$3\r\nSET\r\n$10\r\nkey:000042\r\n$16\r\nxxxxxxxxxxxxxxxx\r\n"u8.ToArray();
}
