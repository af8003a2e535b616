using Microsoft.Win32.SafeHandles;

namespace DeclServer.Transport;

/// <summary>
/// Descriptors that a loop holds so that it can let go of them when accepting has taken all others. .NET needs two for each thread that it
/// starts (a pipe), the thread pool's and the compiler's among them, and ends the process with "Out of memory." where it gets none.
/// </summary>
internal sealed class DescriptorReserve
{
    /// <summary>Enough for four threads.</summary>
    private const int Count = 8;

    private readonly SafeFileHandle?[] _held = new SafeFileHandle?[Count];

    /// <summary>Takes what is missing of the reserve; false when the system does not give it, and then nothing is held.</summary>
    public bool TryTake()
    {
        if (OperatingSystem.IsWindows())
        {
            // Handles have no such limit there.
            return true;
        }

        try
        {
            for (int i = 0; i < Count; i++)
            {
                _held[i] ??= File.OpenHandle("/dev/null");
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Release();
            return false;
        }
    }

    /// <summary>Leaves the descriptors to whoever needs them.</summary>
    public void Release()
    {
        for (int i = 0; i < Count; i++)
        {
            _held[i]?.Dispose();
            _held[i] = null;
        }
    }
}
