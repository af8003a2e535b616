// The kernel writes what the compiler sees nobody assign.
#pragma warning disable CS0649

namespace DeclServer.Transport;

/// <summary>struct msghdr (bits/socket.h): one datagram, where it comes from or goes to, and what the kernel tells of it. Padded as in C.</summary>
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>struct iovec (bits/types/struct_iovec.h).</summary>
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}

/// <summary>struct mmsghdr (bits/socket.h): a message and how many of its bytes were received or sent.</summary>
internal struct MultiMessageHeader
{
    public MessageHeader Header;
    public uint Length;
}

/// <summary>struct cmsghdr (bits/socket.h), before the data of a control message.</summary>
internal struct ControlHeader
{
    public nuint Length;
    public int Level;
    public int Type;
}
