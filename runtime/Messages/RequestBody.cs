namespace DeclServer;

/// <summary>
/// What a client sends behind a request that was answered, such as a mail behind <c>354</c>: taken piece by piece as it arrives, never whole
/// in memory; <see cref="BodyReceiver{TReader}"/> decodes it. Handed to <see cref="Connection.Receive"/>; disposed when it has answered, and when the connection closes before that.
/// </summary>
public interface IRequestBody : IDisposable
{
    /// <summary>Takes the next piece.</summary>
    /// <param name="input">
    /// What was received and not yet taken; nothing, where nothing has come behind the request: a body of no bytes ends then. It is gone when the
    /// method returns.
    /// </param>
    /// <param name="output">Where the reply is written once the body has ended.</param>
    /// <param name="consumed">How many bytes were taken: all of them, unless the body ends before.</param>
    /// <returns>Whether the body has ended and was answered; the bytes behind it are the next request.</returns>
    bool Read(ReadOnlySpan<byte> input, OutputBuffer output, out int consumed);
}

/// <summary>A reply that tells whether its request was refused: a state that <c>Next</c> declares is entered only when it was not.</summary>
public interface IReply
{
    /// <summary>Whether the request was refused.</summary>
    bool IsRefusal { get; }
}
