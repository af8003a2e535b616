using DeclServer;

namespace Mail;

/// <summary>How far the conversation has come (RFC 5321, 4.1.4).</summary>
[Flags]
internal enum SmtpState
{
    /// <summary>The client has not said EHLO or HELO.</summary>
    Connected = 1,

    /// <summary>No mail is being given.</summary>
    Ready = 2,

    /// <summary>MAIL was taken.</summary>
    Sender = 4,

    /// <summary>At least one RCPT was taken.</summary>
    Recipients = 8,

    /// <summary>At least one chunk of the mail was taken (RFC 3030).</summary>
    Chunks = 16,
}

/// <summary>What the server remembers of a client.</summary>
[Session]
internal sealed class Session
{
    [State]
    public SmtpState State { get; set; } = SmtpState.Connected;

    /// <summary>What the client calls itself.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether it greeted with EHLO.</summary>
    public bool IsExtended { get; set; }

    public byte[] Sender { get; set; } = [];

    public List<byte[]> Recipients { get; } = [];

    /// <summary>How many mails it has begun.</summary>
    public int Mails { get; set; }

    /// <summary>The mail whose chunks are being taken.</summary>
    public Delivery? Delivery { get; set; }

    /// <summary>Forgets the mail that is being given.</summary>
    public void Reset()
    {
        Delivery?.Dispose();
        Delivery = null;
        Sender = [];
        Recipients.Clear();
        if (State != SmtpState.Connected)
        {
            State = SmtpState.Ready;
        }
    }
}
