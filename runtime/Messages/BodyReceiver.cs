namespace DeclServer;

/// <summary>
/// Takes a body that follows a request and decodes it: what derives from this is given the data as it arrives, then how it ended, and answers.
/// A malformed body closes the connection, since where the next request starts is not known.
/// </summary>
/// <param name="reader">What decodes it: the property of the request's head.</param>
/// <param name="connection">The connection that it comes from.</param>
/// <typeparam name="TReader">The body's encoding.</typeparam>
public abstract class BodyReceiver<TReader>(TReader reader, Connection connection) : IRequestBody
    where TReader : struct, IBodyReader
{
    private TReader _reader = reader;

    /// <inheritdoc/>
    public bool Read(ReadOnlySpan<byte> input, OutputBuffer output, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            ParseStatus status = _reader.Read(input[consumed..], out ReadOnlySpan<byte> data, out int taken, out ParseError error);
            consumed += taken;
            if (!data.IsEmpty)
            {
                Take(data);
            }

            if (status == ParseStatus.NeedMore)
            {
                if (data.IsEmpty || consumed == input.Length)
                {
                    return false;
                }

                continue;
            }

            if (status == ParseStatus.Malformed)
            {
                consumed = input.Length;
                connection.Close();
            }

            Finish(status, error, output);
            return true;
        }
    }

    /// <summary>Takes the next bytes of the body. They are gone when the method returns.</summary>
    /// <param name="data">The bytes, one or more.</param>
    protected abstract void Take(ReadOnlySpan<byte> data);

    /// <summary>Answers the request whose body has ended.</summary>
    /// <param name="status">
    /// <see cref="ParseStatus.Done"/>; <see cref="ParseStatus.Refused"/> for one that was too long, of which only a part was given; or
    /// <see cref="ParseStatus.Malformed"/>: the connection closes behind what is written now.
    /// </param>
    /// <param name="error">Why it is not done.</param>
    /// <param name="output">Where the reply is written.</param>
    protected abstract void Finish(ParseStatus status, in ParseError error, OutputBuffer output);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called when the body was answered, and when the connection closes before.</summary>
    /// <param name="disposing">Always <see langword="true"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A body that nobody wants.</summary>
internal sealed class SkippedBody<TReader>(TReader reader, Connection connection) : BodyReceiver<TReader>(reader, connection)
    where TReader : struct, IBodyReader
{
    protected override void Take(ReadOnlySpan<byte> data)
    {
    }

    protected override void Finish(ParseStatus status, in ParseError error, OutputBuffer output)
    {
    }
}
