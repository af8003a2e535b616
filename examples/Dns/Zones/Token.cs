namespace Dns.Zones;

internal enum TokenKind : byte
{
    /// <summary>Octets up to a space, a quote, a parenthesis or a comment; escapes still in it.</summary>
    Word,

    /// <summary>What is between two quotes; escapes still in it.</summary>
    Quoted,

    /// <summary>The end of an entry: of a line, outside of parentheses.</summary>
    LineEnd,

    FileEnd,

    /// <summary>No token: <see cref="MasterFileLexer.Fault"/> says why.</summary>
    Fault,
}

/// <summary>A piece of a master file.</summary>
/// <param name="Leads">It stands in the first column of an entry, where the owner is.</param>
internal readonly record struct Token(TokenKind Kind, int Start, int Length, int Line, bool Leads);
