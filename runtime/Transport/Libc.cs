using System.Runtime.InteropServices;

namespace DeclServer.Transport;

/// <summary>The Linux system calls that the epoll transport is made of; constants are those of x86-64, arm64 and riscv64.</summary>
internal static unsafe partial class Libc
{
    public const int EpollCtlAdd = 1;
    public const int EpollCtlDel = 2;
    public const int EpollCtlMod = 3;
    public const uint EpollIn = 0x1;
    public const uint EpollOut = 0x4;
    public const uint EpollErr = 0x8;
    public const uint EpollHup = 0x10;
    public const uint EpollOneShot = 0x4000_0000;
    public const short PollIn = 0x1;
    public const short PollOut = 0x4;
    public const short PollErr = 0x8;
    public const short PollHup = 0x10;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;

    // asm-generic/socket.h and linux/socket.h
    public const int MsgTruncated = 0x20;
    public const int MsgDontWait = 0x40;
    public const int MsgNoSignal = 0x4000;
    public const int MsgCloseOnExec = 0x4000_0000;
    public const int SolSocket = 1;
    public const int ScmRights = 1;
    public const int UnixFamily = 1;
    public const int SequencedPacket = 5;
    public const int SoLinger = 13;
    public const int SoAttachFilter = 26;
    public const int SoAcceptConnections = 30;

    // linux/sockios.h
    public const nuint SocketOutQueue = 0x5411;

    // linux/fcntl.h, linux/stat.h
    public const int AtCurrentDirectory = -100;
    public const int AtNoFollow = 0x100;
    public const uint StatxType = 0x1;

    // fcntl.h, signal.h
    public const int SetDescriptorFlags = 2;
    public const int CloseOnExecFlag = 1;
    public const int SigHup = 1;
    public const int SigTerm = 15;

    // linux/prctl.h
    public const int SetParentDeathSignal = 1;

    // linux/in.h
    public const int IpProtoIp = 0;
    public const int IpProtoTcp = 6;
    public const int IpProtoIpV6 = 41;

    // linux/tcp.h
    public const int TcpNoDelay = 1;

    public const int ShutdownWrite = 1;

    public const int EINTR = 4;
    public const int EBADF = 9;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EFAULT = 14;
    public const int EINVAL = 22;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ENOTSOCK = 88;
    public const int ENETDOWN = 100;
    public const int ENETUNREACH = 101;
    public const int ECONNABORTED = 103;
    public const int ENOBUFS = 105;
    public const int ECONNREFUSED = 111;
    public const int EHOSTDOWN = 112;
    public const int EHOSTUNREACH = 113;
    public const int EPROTO = 71;
    public const int ENOPROTOOPT = 92;
    public const int ENONET = 64;
    public const int EOPNOTSUPP = 95;
    public const int EPERM = 1;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* epollEvent);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epoll, byte* events, int maxEvents, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollDescriptor* descriptors, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int accept4(int descriptor, byte* address, int* addressLength, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int recvmmsg(int descriptor, MultiMessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sendmmsg(int descriptor, MultiMessageHeader* messages, uint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socketpair(int family, int type, int protocol, int* descriptors);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int descriptor, int level, int name, void* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getpeername(int descriptor, byte* address, int* addressLength);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockname(int descriptor, byte* address, int* addressLength);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(int descriptor, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int statx(int directory, byte* path, int flags, uint mask, byte* status);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int descriptor, nuint request, int* argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int shutdown(int descriptor, int how);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int descriptor, void* buffer, nuint length);
}

/// <summary>struct pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Returned;
}
