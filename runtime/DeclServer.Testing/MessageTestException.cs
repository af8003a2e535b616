namespace DeclServer.Testing;

/// <summary>A message does not do what every message must.</summary>
/// <param name="problem">What is wrong.</param>
/// <param name="hex">The input, in hexadecimal.</param>
public sealed class MessageTestException(string problem, string hex) : Exception($"{problem}; input {hex}")
{
    /// <summary>The input, in hexadecimal.</summary>
    public string Hex { get; } = hex;
}
