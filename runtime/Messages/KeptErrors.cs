using System.Collections.Concurrent;

namespace DeclServer.Messages;

/// <summary>
/// Numbers for the names of fields, so that a parse state can keep an error without a reference. There are as many as the declarations of
/// the program have fields, and a name gets its number when a message that was refused waits for its end for the first time.
/// </summary>
internal static class KeptErrors
{
    private static readonly ConcurrentDictionary<string, int> s_numbers = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<int, string> s_names = new();
    private static int s_last;

    public static int NumberOf(string? field) => field is null ? 0 : s_numbers.TryGetValue(field, out int number) ? number : Add(field);

    public static string? NameOf(int number) => number == 0 ? null : s_names[number];

    private static int Add(string field)
    {
        // A name that two threads add at once has two numbers, of which one is never asked for again.
        int number = Interlocked.Increment(ref s_last);
        s_names[number] = field;
        return s_numbers.GetOrAdd(field, number);
    }
}
