using DeclServer.Description;

namespace DeclServer.Testing;

/// <summary>
/// Random messages, made from the declaration alone: lengths, counts, frames, cases, patterns, ranges, checksums and padding are right, the
/// edges of each range come up often. The parser is asked only where the declaration cannot say: what no C# member of the message forbids.
/// The same seed gives the same messages.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
/// <param name="seed">Any number.</param>
/// <param name="maxBytes">About the most bytes of a message; more where it cannot be shorter.</param>
public sealed class MessageGenerator<T>(ulong seed, int maxBytes = 128)
    where T : IMessage<T>, allows ref struct
{
    private readonly MessageComposer _composer = new(MessageGrammar.Of<T>(), maxBytes);
    private RandomSource _random = new(seed);
    private ulong _seed;
    private byte[] _last = [];

    /// <summary>Whether the message made last is in its only spelling, so that writing it gives it back: not where it jumps back.</summary>
    public bool IsCanonical => _composer.IsCanonical;

    /// <summary>A valid message.</summary>
    /// <exception cref="InvalidOperationException">A thousand attempts broke a rule: the members that the message requires are rarely true by chance.</exception>
    public byte[] Next()
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            _seed = _random.Next();
            if (_composer.Compose(_seed))
            {
                return _last = [.. _composer.Bytes];
            }
        }

        throw new InvalidOperationException($"{typeof(T).Name}: no valid message came up by chance; the last was refused with {_composer.LastError}");
    }

    /// <summary>The message that <see cref="Next"/> made last, with one thing broken. Only <see cref="MessageNearMiss.IsCertain"/> ones are surely invalid.</summary>
    public MessageNearMiss NearMiss()
    {
        const int Outside = 4;
        int site = _random.Below(_composer.Sites + Outside) - Outside;
        if (site >= 0)
        {
            return _composer.Break(_seed, site, _random.Next());
        }

        List<byte> bytes = [.. _last];
        switch (site)
        {
            case -1:
                bytes.Add((byte)_random.Next());
                return new MessageNearMiss([.. bytes], "a byte behind it", false);
            case -2 when bytes.Count > 0:
                bytes.RemoveAt(_random.Below(bytes.Count));
                return new MessageNearMiss([.. bytes], "a byte less", false);
            case -3 when bytes.Count > 0:
                int length = _random.Below(bytes.Count);
                return new MessageNearMiss([.. bytes[..length]], "cut short", _composer.CannotBeCut);
            default:
                int at = _random.Below(Math.Max(1, bytes.Count));
                if (bytes.Count > 0)
                {
                    bytes[at] ^= (byte)(1 << _random.Below(8));
                }

                return new MessageNearMiss([.. bytes], $"a bit of byte {at}", false);
        }
    }
}

/// <summary>A message with one thing broken.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Fault">What is broken.</param>
/// <param name="IsCertain">Whether it cannot be valid all the same.</param>
public sealed record MessageNearMiss(byte[] Bytes, string Fault, bool IsCertain);
