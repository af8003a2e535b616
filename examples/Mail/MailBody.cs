using DeclServer;

namespace Mail;

/// <summary>The mail behind DATA: lines up to a single dot.</summary>
internal sealed class MailBody(MailServer server, Session session, Connection connection, Delivery delivery)
    : BodyReceiver<DotStuffedBodyReader>(new DotStuffedBodyReader(server.MaxMessageSize), connection)
{
    protected override void Take(ReadOnlySpan<byte> data) => delivery.Write(data);

    // Malformed is a CR or LF alone: where this mail ends, other servers see another end (SMTP smuggling). What follows is not looked at.
    protected override void Finish(ParseStatus status, in ParseError error, OutputBuffer output) => output.Write(status switch
    {
        ParseStatus.Done => MailServer.Finish(delivery),
        ParseStatus.Refused => MailServer.TooLarge,
        _ => SmtpReplyLine.Of(550, "5.5.2 a line ends with CR LF; CR or LF alone is refused"u8),
    });

    protected override void Dispose(bool disposing)
    {
        delivery.Dispose();
        session.Reset();
    }
}

/// <summary>The bytes behind BDAT (RFC 3030): a part of the mail, or, where the command is refused, bytes to throw away.</summary>
internal sealed class ChunkBody(Session session, Delivery? delivery, long size, bool isLast, long maxSize, string? refusal) : IRequestBody
{
    private long _left = size;

    public bool Read(ReadOnlySpan<byte> input, OutputBuffer output, out int consumed)
    {
        consumed = (int)Math.Min(_left, input.Length);
        _left -= consumed;
        if (delivery is not null && delivery.Size + consumed <= maxSize)
        {
            delivery.Write(input[..consumed]);
        }

        if (_left > 0)
        {
            return false;
        }

        Answer(output);
        return true;
    }

    /// <summary>Answers a chunk that is whole.</summary>
    public void Answer(OutputBuffer output)
    {
        if (refusal is not null)
        {
            output.Write(SmtpReplyLine.Of(short.Parse(refusal.AsSpan(0, 3)), System.Text.Encoding.ASCII.GetBytes(refusal[4..])));
        }
        else if (!isLast && !delivery!.HasFailed)
        {
            session.State = SmtpState.Chunks;
            output.Write(SmtpReplyLine.Of(250, "2.0.0 chunk taken"u8));
        }
        else
        {
            output.Write(MailServer.Finish(delivery!));
            session.Reset();
        }
    }

    public void Dispose()
    {
        if (_left > 0)
        {
            session.Reset();
        }
    }
}
