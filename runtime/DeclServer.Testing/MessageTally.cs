namespace DeclServer.Testing;

/// <summary>What random messages came to.</summary>
public record struct MessageTally
{
    /// <summary>Valid messages tried.</summary>
    public int Valid { get; set; }

    /// <summary>Broken ones that were refused.</summary>
    public int Refused { get; set; }

    /// <summary>Broken ones that look like the beginning of a message.</summary>
    public int Unfinished { get; set; }

    /// <summary>Broken ones that are another message.</summary>
    public int StillValid { get; set; }

    /// <summary>Both together.</summary>
    public static MessageTally operator +(MessageTally one, MessageTally other) => new()
    {
        Valid = one.Valid + other.Valid,
        Refused = one.Refused + other.Refused,
        Unfinished = one.Unfinished + other.Unfinished,
        StillValid = one.StillValid + other.StillValid,
    };
}
