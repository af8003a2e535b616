using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace DeclServer;

/// <summary>What a parser made of its input.</summary>
public enum ParseStatus : byte
{
    /// <summary>The message is whole and valid.</summary>
    Done,

    /// <summary>The input is a proper beginning of a message; nothing was consumed.</summary>
    NeedMore,

    /// <summary>No continuation of the input is a message.</summary>
    Malformed,

    /// <summary>The message is whole, but a field breaks one of its rules: it can be answered, and what follows it can be read.</summary>
    Refused,
}

/// <summary>Why a field was refused.</summary>
public enum ErrorCode : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The input ends inside the field. Parsers answer it with <see cref="ParseStatus.NeedMore"/>; it reaches no client.</summary>
    Incomplete,

    /// <summary>A fixed byte of the grammar is missing or another one stands in its place.</summary>
    UnexpectedByte,

    /// <summary>The field is not a number of up to 64 bits in its only spelling: digits, no plus sign, no leading zero.</summary>
    NotANumber,

    /// <summary>The number is outside its declared range, or that of its type.</summary>
    OutOfRange,

    /// <summary>More bytes, elements or characters than declared.</summary>
    TooLong,

    /// <summary>Fewer bytes, elements or characters than declared.</summary>
    TooShort,

    /// <summary>A byte outside the declared class.</summary>
    BadCharacter,

    /// <summary>The value is not one of those allowed, or one of those denied.</summary>
    NotAllowed,

    /// <summary>The tag has a value that no case is declared for.</summary>
    UnknownCase,

    /// <summary>A quote is not closed, or has text right behind it.</summary>
    BadQuotes,

    /// <summary>The text is not a value of the parameter's type.</summary>
    BadFormat,

    /// <summary>The frame, or the field that holds it, ends inside the field.</summary>
    Truncated,

    /// <summary>The frame, or the field that holds the message, goes on behind its last field.</summary>
    TrailingBytes,

    /// <summary>A number that takes more bytes than it needs, or padding that is not zero: a second spelling of one value.</summary>
    NotCanonical,

    /// <summary>More messages nested in each other than <c>MaxDepth</c>.</summary>
    TooDeep,

    /// <summary>An offset that does not lead back, or one jump more than <c>MaxHops</c>.</summary>
    BadOffset,

    /// <summary>The checksum is not that of the bytes it covers.</summary>
    BadChecksum,

    /// <summary>A <c>[Require]</c> member of the message says no.</summary>
    Required,

    /// <summary>A header that may stand once stands there again.</summary>
    Duplicate,
}

/// <summary>Where and why parsing stopped.</summary>
/// <param name="Code">Why.</param>
/// <param name="Offset">The offset of the first byte that cannot be right, from the message's start.</param>
/// <param name="Field">The field, as <c>Message.Field</c>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ParseError(ErrorCode Code, int Offset, string? Field);

/// <summary>
/// Where a message that has not arrived whole is to be resumed: kept with the connection between two reads, all zero at a message's start.
/// It holds offsets from the message's start and never a reference to the bytes.
/// </summary>
[StructLayout(LayoutKind.Auto)]
[SuppressMessage("Design", "CA1051", Justification = "Plain data between emitted parsers; properties would only hide that.")]
public struct ParseState
{
    /// <summary>The size of the state in bytes, the same for every message.</summary>
    public const int Size = 32;

    /// <summary>Input shorter than this cannot change the answer <see cref="ParseStatus.NeedMore"/>: parsing it is a waste.</summary>
    public int Needed;

    /// <summary>Where the next element of the message's sequence starts; 0 while the sequence has not been reached.</summary>
    public int Offset;

    /// <summary>How many elements of the sequence are still to come.</summary>
    public int Count;

    /// <summary>Where the field starts whose end is being looked for.</summary>
    public int ScanStart;

    /// <summary>The end of that field does not lie before this offset.</summary>
    public int Scanned;

    private ErrorCode _brokenCode;
    private int _brokenOffset;
    private int _brokenField;

    /// <summary>Keeps why an element was refused that is not read again: the message will be, once it is whole.</summary>
    public void Keep(in ParseError broken)
    {
        _brokenCode = broken.Code;
        if (broken.Code != ErrorCode.None)
        {
            _brokenOffset = broken.Offset;
            _brokenField = Messages.KeptErrors.NumberOf(broken.Field);
        }
    }

    /// <summary>What was kept.</summary>
    public readonly ParseError Kept() => _brokenCode == ErrorCode.None ? default : new ParseError(_brokenCode, _brokenOffset, Messages.KeptErrors.NameOf(_brokenField));

    /// <summary>The state that a message inside this one starts with: it shares the offsets, so it knows what was scanned.</summary>
    public readonly ParseState Inner() => new() { ScanStart = ScanStart, Scanned = Scanned };

    /// <summary>Takes over how far a message inside this one has come.</summary>
    public void Wait(scoped in ParseState inner)
    {
        Needed = inner.Needed;
        ScanStart = inner.ScanStart;
        Scanned = inner.Scanned;
    }
}

/// <summary>What the generator implements for a <see cref="MessageAttribute"/> struct.</summary>
/// <typeparam name="TSelf">The message.</typeparam>
public interface IMessage<TSelf>
    where TSelf : IMessage<TSelf>, allows ref struct
{
    /// <summary>
    /// Parses one message at the start of <paramref name="input"/>. The result is the same however the bytes were split: pass the same
    /// state and the input from the message's start, with more behind it, after <see cref="ParseStatus.NeedMore"/>.
    /// </summary>
    /// <param name="input">The bytes received, from the message's first.</param>
    /// <param name="state">All zero at first; left all zero by anything but <see cref="ParseStatus.NeedMore"/>.</param>
    /// <param name="message">The message, a view of <paramref name="input"/>, when the answer is <see cref="ParseStatus.Done"/>.</param>
    /// <param name="consumed">The message's length; 0 unless the answer is <see cref="ParseStatus.Done"/> or <see cref="ParseStatus.Refused"/>.</param>
    /// <param name="error">Why, when the answer is <see cref="ParseStatus.Malformed"/> or <see cref="ParseStatus.Refused"/>.</param>
    /// <returns>The answer; never an exception, on any input.</returns>
    static abstract ParseStatus TryParse(ReadOnlySpan<byte> input, scoped ref ParseState state, out TSelf message, out int consumed, out ParseError error);

    /// <summary>Parses a message that stands inside another one. All offsets count from the start of <paramref name="input"/>.</summary>
    /// <param name="input">The bytes of the message around it, from that message's first byte to the last this one may take.</param>
    /// <param name="start">Where the message starts.</param>
    /// <param name="depth">How many messages may still be nested in each other, this one counted.</param>
    /// <param name="state">As for <see cref="TryParse"/>.</param>
    /// <param name="message">The message.</param>
    /// <param name="end">Where it ends, when the answer is <see cref="ParseStatus.Done"/> or <see cref="ParseStatus.Refused"/>.</param>
    /// <param name="error">Why, when the answer is <see cref="ParseStatus.Malformed"/> or <see cref="ParseStatus.Refused"/>.</param>
    static abstract ParseStatus TryParseAt(ReadOnlySpan<byte> input, int start, int depth, scoped ref ParseState state, out TSelf message, out int end, out ParseError error);

    /// <summary>
    /// Finds where a message ends that stands whole and valid in <paramref name="input"/>, without making anything of it: for an element of a
    /// sequence that only <see cref="TryParseAt"/> has to say more of when this does not find it.
    /// </summary>
    /// <param name="input">As for <see cref="TryParseAt"/>.</param>
    /// <param name="start">Where the message starts.</param>
    /// <param name="depth">As for <see cref="TryParseAt"/>.</param>
    /// <returns>Where <see cref="TryParseAt"/> would say that the message ends and is <see cref="ParseStatus.Done"/>; <paramref name="start"/> where it may not.</returns>
    static abstract int SkipAt(ReadOnlySpan<byte> input, int start, int depth);

    /// <summary>Reads a message that <see cref="TryParseAt"/> has accepted before, where it stands, and checks nothing again.</summary>
    /// <param name="input">The bytes that it was accepted in.</param>
    /// <param name="start">Where the message starts.</param>
    /// <param name="depth">How many messages may still be nested in each other, this one counted.</param>
    /// <param name="message">The message.</param>
    /// <param name="end">Where it ends.</param>
    static abstract void ReadAt(ReadOnlySpan<byte> input, int start, int depth, out TSelf message, out int end);

    /// <summary>Whether this element of a sequence says that the sequence goes on elsewhere, and where.</summary>
    static abstract bool TryJump(scoped in TSelf message, out int offset);

    /// <summary>
    /// The declaration as data, built anew at each call; <see cref="Description.MessageGrammar.Of{T}"/> gives it with the parser. Only tools
    /// ask for it: trimming drops it from a program that has none.
    /// </summary>
    static abstract Description.MessageGrammar Grammar { get; }

    /// <summary>The exact number of bytes <see cref="TryWrite"/> writes.</summary>
    int GetSize();

    /// <summary>Writes the message if it fits; otherwise writes nothing.</summary>
    bool TryWrite(Span<byte> destination, out int written);
}
