namespace DeclServer;

/// <summary>
/// Decodes a body that is streamed: it is never whole in memory. The decoder keeps a few bytes of state and no reference to the input, so it
/// goes on at any split; what it gives are views of the input. It throws and allocates on no input, and its work is linear in the bytes.
/// </summary>
public interface IBodyReader
{
    /// <summary>
    /// Decodes the next piece. After <see cref="ParseStatus.NeedMore"/>, call again with what stands behind <paramref name="consumed"/>; when
    /// <paramref name="data"/> is empty then, all of the input was consumed and more has to arrive first.
    /// </summary>
    /// <param name="input">The bytes received and not yet consumed.</param>
    /// <param name="data">The next bytes of the body, a view of <paramref name="input"/>, with whatever answer; they may be none.</param>
    /// <param name="consumed">How many bytes of the input are done with.</param>
    /// <param name="error">
    /// Why, when the answer is <see cref="ParseStatus.Malformed"/> or <see cref="ParseStatus.Refused"/>; its offset counts from the encoded
    /// body's first byte and stays at <see cref="int.MaxValue"/> past that.
    /// </param>
    /// <returns>
    /// <see cref="ParseStatus.Done"/> at the body's end; <see cref="ParseStatus.Malformed"/> when no continuation is a body, so that the
    /// connection is lost; <see cref="ParseStatus.Refused"/> at the end of a body that was too long, where the encoding tells that end. What
    /// is not NeedMore is the answer to all later calls too.
    /// </returns>
    ParseStatus Read(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data, out int consumed, out ParseError error);
}

/// <summary>Encodes a body that is streamed, piece by piece, into whatever room there is.</summary>
public interface IBodyWriter
{
    /// <summary>Encodes as much of the data as fits.</summary>
    /// <param name="data">The next bytes of the body.</param>
    /// <param name="destination">Where the encoded bytes go.</param>
    /// <param name="consumed">How many bytes of the data were encoded; give the rest again with more room.</param>
    /// <param name="written">How many bytes were stored.</param>
    /// <returns><see cref="ErrorCode.None"/>, or why the byte behind <paramref name="consumed"/> cannot be in the body.</returns>
    ErrorCode Write(ReadOnlySpan<byte> data, Span<byte> destination, out int consumed, out int written);

    /// <summary>Ends the body.</summary>
    /// <param name="destination">Where the encoded end goes.</param>
    /// <param name="written">How many bytes were stored.</param>
    /// <returns>
    /// <see cref="ErrorCode.None"/>; <see cref="ErrorCode.Incomplete"/> when there is no room, and nothing was written; or why the body
    /// cannot end here.
    /// </returns>
    ErrorCode Finish(Span<byte> destination, out int written);
}
