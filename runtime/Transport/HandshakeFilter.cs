using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DeclServer.Transport;

/// <summary>
/// Lets a listening socket begin no handshake and finish those that it has begun: its SYN segments are dropped by a socket filter, which no
/// privilege is needed for (socket(7), SO_ATTACH_FILTER). A client whose SYN is dropped sends it again a second later (RFC 6298, section 2); by
/// then another socket has the port. Why nothing less will do is in docs/adr/0014-restarts.md.
/// </summary>
internal static unsafe class HandshakeFilter
{
    // linux/filter.h, linux/bpf_common.h
    private const ushort LoadByte = 0x30;
    private const ushort And = 0x54;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;

    /// <summary>RFC 9293, section 3.1: the flags are the header's byte 13.</summary>
    private const uint FlagsPlace = 13;
    private const uint Syn = 0x02;
    private const uint Ack = 0x10;

    /// <summary>Attaches the filter; false where the system does not take it.</summary>
    public static bool TryAttach(Socket listener)
    {
        // A TCP socket's filter sees the segment from its TCP header on.
        Instruction* instructions = stackalloc Instruction[]
        {
            new(LoadByte, FlagsPlace),
            new(And, Syn | Ack),
            new(JumpIfEqual, Syn) { SkippedIfFalse = 1 },
            new(Return, 0),
            new(Return, uint.MaxValue),
        };
        Program program = new() { Length = 5, Instructions = instructions };
        return Libc.setsockopt((int)listener.SafeHandle.DangerousGetHandle(), Libc.SolSocket, Libc.SoAttachFilter, &program, sizeof(Program)) == 0;
    }

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Instruction(ushort code, uint operand)
    {
        public ushort Code = code;
        public byte SkippedIfTrue;
        public byte SkippedIfFalse;
        public uint Operand = operand;
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public Instruction* Instructions;
    }
}
