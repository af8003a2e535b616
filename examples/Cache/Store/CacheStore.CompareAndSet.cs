namespace Cache;

/// <content>memcached's optimistic write.</content>
public sealed partial class CacheStore
{
    /// <summary>
    /// memcached <c>cas</c>: writes if the key's last write is still the one with number <paramref name="cas"/>, as got
    /// from <see cref="StringValue.Cas"/>. <see cref="Outcome.Exists"/> if another has been since,
    /// <see cref="Outcome.NotFound"/>, <see cref="Outcome.WrongType"/>, <see cref="Outcome.TooLarge"/>, <see cref="Outcome.OutOfMemory"/>.
    /// The condition of the options is not looked at.
    /// </summary>
    public Outcome CompareAndSet(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, scoped in SetOptions options, ulong cas)
    {
        uint hash = KeyHash.Of(key);
        Outcome outcome = Use(key, hash, ValueKind.String, out Entry entry);
        if (outcome != Outcome.Ok)
        {
            return outcome;
        }

        return entry.Cas == cas
            ? Set(key, hash, value, options with { Condition = SetCondition.Always }, keepOld: false, out _)
            : Outcome.Exists;
    }
}
