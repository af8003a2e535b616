using System.Globalization;
using System.Runtime.InteropServices;

namespace DeclServer.EndToEnd.Tests;

/// <summary>How many files and sockets a process may have open (RLIMIT_NOFILE of getrlimit(2)).</summary>
internal static partial class DescriptorLimit
{
    private const int NoFile = 7;

    /// <summary>Raises the limit as far as the process may, at most to <paramref name="wanted"/>, and gives what it is then.</summary>
    public static ulong Raise(ulong wanted)
    {
        if (!OperatingSystem.IsLinux() || getrlimit(NoFile, out Limit limit) != 0)
        {
            return 1_024;
        }

        if (limit.Current < wanted)
        {
            // Past the hard limit only a privileged process may go; one that may not goes up to it.
            Limit raised = new() { Current = wanted, Most = Math.Max(limit.Most, wanted) };
            Limit highest = new() { Current = Math.Min(wanted, limit.Most), Most = limit.Most };
            _ = setrlimit(NoFile, raised) == 0 || setrlimit(NoFile, highest) == 0;
            _ = getrlimit(NoFile, out limit);
        }

        return limit.Current;
    }

    /// <summary>Lets another process open so many more and no further one (prlimit(2)). The limit is to the number of a descriptor, not to their count.</summary>
    public static void Leave(int process, int more)
    {
        HashSet<string?> open = [.. Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Select(Path.GetFileName)];
        int limit = 0;
        for (int free = 0; free < more; limit++)
        {
            free += open.Contains(limit.ToString(CultureInfo.InvariantCulture)) ? 0 : 1;
        }

        if (prlimit(process, NoFile, new Limit { Current = (ulong)limit, Most = (ulong)limit }, 0) != 0)
        {
            throw new InvalidOperationException($"prlimit of {process}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prlimit(int process, int resource, in Limit limit, nint old);

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current;
        public ulong Most;
    }
}
