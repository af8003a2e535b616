namespace DeclServer;

/// <summary>
/// A reply too long to be held whole: written piece by piece, the next one when the client has taken those before. Meanwhile no other request of
/// the connection is served. Handed to <see cref="Connection.Stream"/>.
/// </summary>
public interface IReplyStream
{
    /// <summary>Writes the next piece.</summary>
    /// <param name="output">Where it is written; a piece is best below <see cref="OutputBuffer.UsualSize"/>.</param>
    /// <returns>Whether there is more to come.</returns>
    bool WriteNext(OutputBuffer output);
}
