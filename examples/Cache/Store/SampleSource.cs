namespace Cache;

/// <summary>Random numbers for sampling keys (SplitMix64): fast and seedable, and nothing that must be unguessable uses it.</summary>
internal struct SampleSource(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 up to, not including, <paramref name="bound"/>.</summary>
    internal int Below(int bound)
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(((z >> 32) * (uint)bound) >> 32);
    }
}
