using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Mail;

/// <summary>
/// One Maildir for all mail: a mail is written in <c>tmp</c>, made durable, and renamed into <c>new</c>. Its name is the server's own, so
/// that nothing a client says becomes part of a path; whom it is for stands in <c>Delivered-To</c>. One file for all recipients makes the
/// rename the single moment at which a mail is delivered to them all.
/// </summary>
internal sealed class Maildir
{
    private readonly string _path;
    private readonly string _run = $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.P{Environment.ProcessId}";
    private long _number;

    /// <summary>Opens the directory, makes what is missing, and removes what a killed process left half written.</summary>
    public Maildir(string path)
    {
        _path = Path.GetFullPath(path);
        foreach (string part in new[] { "tmp", "new", "cur" })
        {
            Directory.CreateDirectory(Path.Combine(_path, part));
        }

        foreach (string file in Directory.EnumerateFiles(Path.Combine(_path, "tmp")).Where(IsStale))
        {
            File.Delete(file);
        }

        Durable.FlushDirectory(_path);
    }

    /// <summary>
    /// Whether nobody writes the file any more: other processes of the server may, and each one's number is in its files' names. What has stood
    /// there for 36 hours is stale whoever has that number now (https://cr.yp.to/proto/maildir.html).
    /// </summary>
    private static bool IsStale(string file)
    {
        string name = Path.GetFileName(file);
        int from = name.IndexOf(".P", StringComparison.Ordinal) + ".P".Length;
        int to = name.IndexOf('Q', StringComparison.Ordinal);
        if (to < from || !int.TryParse(name.AsSpan(from, to - from), NumberStyles.None, CultureInfo.InvariantCulture, out int process) || process == Environment.ProcessId
            || File.GetLastWriteTimeUtc(file) < DateTime.UtcNow.AddHours(-36))
        {
            return true;
        }

        try
        {
            using Process running = Process.GetProcessById(process);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    /// <summary>Begins a mail.</summary>
    /// <exception cref="IOException">There is no room, or the directory is gone.</exception>
    public Delivery Begin()
    {
        string name = $"{_run}Q{Interlocked.Increment(ref _number)}.mail";
        return new Delivery(Path.Combine(_path, "tmp", name), Path.Combine(_path, "new", name));
    }
}

/// <summary>A mail on its way to <c>new</c>; what was not delivered is gone when it is disposed.</summary>
internal sealed class Delivery : IDisposable
{
    private readonly string _temporary;
    private readonly string _final;
    private readonly FileStream _file;
    private bool _isDelivered;

    public Delivery(string temporary, string final)
    {
        _temporary = temporary;
        _final = final;
        _file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 << 10);
    }

    /// <summary>How many bytes of the client's were written.</summary>
    public long Size { get; private set; }

    /// <summary>Whether a write failed; what comes behind it is not written.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Writes a piece of the mail; a failure is remembered and told at its end.</summary>
    public void Write(ReadOnlySpan<byte> data, bool isHeader = false)
    {
        Size += isHeader ? 0 : data.Length;
        if (HasFailed)
        {
            return;
        }

        try
        {
            _file.Write(data);
        }
        catch (IOException)
        {
            HasFailed = true;
        }
    }

    /// <summary>Makes the mail durable and lets it be seen: the file's bytes first, then its name. False where the disk refuses.</summary>
    public bool TryDeliver()
    {
        if (HasFailed)
        {
            return false;
        }

        try
        {
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            File.Move(_temporary, _final, overwrite: false);
            _isDelivered = true;
            Durable.FlushDirectory(Path.GetDirectoryName(_final)!);
            return true;
        }
        catch (IOException)
        {
            HasFailed = true;
            return false;
        }
    }

    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // What the stream still held did not fit; the file goes all the same.
        }

        if (_isDelivered && HasFailed)
        {
            // Its name may not outlive a crash, so the client was told to send it again: it must not stand there twice.
            File.Delete(_final);
        }
        else if (!_isDelivered)
        {
            File.Delete(_temporary);
        }
    }
}

/// <summary>What .NET has no call for: fsync(2) of a directory, which makes a rename durable.</summary>
internal static partial class Durable
{
    /// <exception cref="IOException">The system refuses.</exception>
    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(path, 0);
        int outcome = descriptor < 0 ? -1 : Flush(descriptor);
        int error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
        }

        if (outcome < 0)
        {
            throw new IOException($"fsync of {path}: error {error}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
