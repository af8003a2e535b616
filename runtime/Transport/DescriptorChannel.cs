using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeclServer.Transport;

/// <summary>
/// One end of a socketpair(2) between a server and one of its worker processes, which clients' sockets go through (SCM_RIGHTS, unix(7)). A
/// message is one record: what is sent whole arrives whole. Linux.
/// </summary>
internal sealed unsafe class DescriptorChannel(int descriptor) : IDisposable
{
    private const int ControlDataSize = sizeof(int);

    /// <summary>CMSG_SPACE(sizeof(int)): the header, and the data rounded up to a word.</summary>
    private static readonly int s_controlSize = sizeof(ControlHeader) + sizeof(nint);

    /// <summary>Its descriptor, for poll(2).</summary>
    public int Descriptor { get; } = descriptor;

    /// <summary>Two ends that are connected with each other; neither is inherited by other programs.</summary>
    /// <exception cref="InvalidOperationException">The system is out of descriptors or memory.</exception>
    public static (DescriptorChannel Ours, DescriptorChannel Theirs) Pair()
    {
        int* ends = stackalloc int[2];
        return Libc.socketpair(Libc.UnixFamily, Libc.SequencedPacket | Libc.CloseOnExec, 0, ends) == 0
            ? (new DescriptorChannel(ends[0]), new DescriptorChannel(ends[1]))
            : throw new InvalidOperationException($"socketpair(2): {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Says whether programs started from now on inherit this end (FD_CLOEXEC).</summary>
    public void SetInherited(bool isInherited) => Libc.fcntl(Descriptor, Libc.SetDescriptorFlags, isInherited ? 0 : Libc.CloseOnExecFlag);

    /// <summary>Sends a record, and a descriptor with it unless that is -1. The receiver gets a copy of it: ours is still to be closed.</summary>
    /// <returns>Whether the other end takes it; it has room for one record at least when the last has been received.</returns>
    public bool TrySend<T>(in T record, int passed = -1)
        where T : unmanaged
    {
        byte* control = stackalloc byte[s_controlSize];
        fixed (T* start = &record)
        {
            IoVector vector = new() { Base = (byte*)start, Length = (nuint)sizeof(T) };
            MessageHeader header = new() { Vectors = &vector, VectorCount = 1 };
            if (passed >= 0)
            {
                *(ControlHeader*)control = new ControlHeader { Length = (nuint)(sizeof(ControlHeader) + ControlDataSize), Level = Libc.SolSocket, Type = Libc.ScmRights };
                Unsafe.WriteUnaligned(control + sizeof(ControlHeader), passed);
                header.Control = control;
                header.ControlLength = (nuint)s_controlSize;
            }

            nint sent;
            do
            {
                sent = Libc.sendmsg(Descriptor, &header, Libc.MsgNoSignal | Libc.MsgDontWait);
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);
            return sent == sizeof(T);
        }
    }

    /// <summary>Waits for a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="passed">The descriptor that came with it, which is not inherited by other programs; -1 for none.</param>
    /// <returns>False when the other end is closed.</returns>
    public bool TryReceive<T>(out T record, out int passed)
        where T : unmanaged
    {
        byte* control = stackalloc byte[s_controlSize];
        record = default;
        passed = -1;
        fixed (T* start = &record)
        {
            IoVector vector = new() { Base = (byte*)start, Length = (nuint)sizeof(T) };
            MessageHeader header = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)s_controlSize };
            nint received;
            do
            {
                received = Libc.recvmsg(Descriptor, &header, Libc.MsgCloseOnExec);
            }
            while (received < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);
            ControlHeader* passing = (ControlHeader*)control;
            if (received > 0 && header.ControlLength >= (nuint)(sizeof(ControlHeader) + ControlDataSize) && passing->Level == Libc.SolSocket && passing->Type == Libc.ScmRights)
            {
                passed = Unsafe.ReadUnaligned<int>(control + sizeof(ControlHeader));
            }

            return received == sizeof(T);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Libc.close(Descriptor);
}
