namespace Dns.Zones;

/// <summary>One thing that is wrong with a zone file, told in one line: where, what, and how to mend it.</summary>
/// <param name="Line">From 1; 0 when the fault is the file's as a whole.</param>
/// <param name="IsError">Otherwise a warning: the zone is served all the same.</param>
internal readonly record struct ZoneFault(string File, int Line, bool IsError, string Message)
{
    public override string ToString() => $"{File}:{Line}: {(IsError ? "" : "warning: ")}{Message}";
}
