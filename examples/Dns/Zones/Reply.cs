namespace Dns.Zones;

/// <summary>What kind of answer a reply is, which is what rate limiting tells apart.</summary>
internal enum ReplyKind : byte
{
    Answer,
    NoData,
    NoSuchName,
    Referral,
    Error,
}

/// <summary>A reply that is written.</summary>
/// <param name="Length">Octets of the message.</param>
/// <param name="Source">
/// Which data it came from: the same number for all names that one wildcard, one delegation or one zone's denial answers.
/// A number is good as long as its <see cref="ZoneSet"/>; -1 if there was no such data.
/// </param>
internal readonly record struct Reply(int Length, ReplyKind Kind, ResponseCode Code, int Source);
