using System.Buffers.Binary;
using System.Numerics;

namespace Cache;

/// <summary>An unsigned integer in words of the caller's, the lowest first, with the few steps that decimal text takes. It allocates nothing.</summary>
/// <param name="words">Room for the largest value it will have.</param>
internal ref struct WideInteger(Span<uint> words)
{
    /// <summary>The largest power of ten that fits a word.</summary>
    internal const uint Billion = 1_000_000_000;

    private readonly Span<uint> _words = words;
    private int _count;

    internal readonly bool IsZero => _count == 0;

    internal readonly int BitLength => _count == 0 ? 0 : _count * 32 - BitOperations.LeadingZeroCount(_words[_count - 1]);

    /// <summary>The 64 bits from <paramref name="bit"/> on.</summary>
    internal readonly ulong Bits(int bit)
    {
        UInt128 found = 0;
        for (int i = 2; i >= 0; i--)
        {
            int word = (bit >> 5) + i;
            found = (found << 32) | (word < _count ? _words[word] : 0);
        }

        return (ulong)(found >> (bit & 31));
    }

    /// <summary>Whether a bit below <paramref name="bit"/> is set.</summary>
    internal readonly bool AnyBelow(int bit)
    {
        int whole = Math.Min(bit >> 5, _count);
        return _words[..whole].ContainsAnyExcept(0u) || (whole < _count && (_words[whole] & ((1u << (bit & 31)) - 1)) != 0);
    }

    internal void MultiplyAdd(uint factor, uint addend)
    {
        ulong carry = addend;
        for (int i = 0; i < _count; i++)
        {
            carry += (ulong)_words[i] * factor;
            _words[i] = (uint)carry;
            carry >>= 32;
        }

        if (carry != 0)
        {
            _words[_count++] = (uint)carry;
        }
    }

    /// <summary>Divides, and gives the remainder.</summary>
    internal uint Divide(uint divisor)
    {
        ulong remainder = 0;
        for (int i = _count - 1; i >= 0; i--)
        {
            remainder = remainder << 32 | _words[i];
            _words[i] = (uint)(remainder / divisor);
            remainder %= divisor;
        }

        Trim();
        return (uint)remainder;
    }

    internal void ShiftLeft(int bits)
    {
        if (_count == 0)
        {
            return;
        }

        int whole = bits >> 5;
        int part = bits & 31;
        _words[_count] = 0;
        for (int i = _count; i >= 0; i--)
        {
            uint below = i > 0 ? _words[i - 1] : 0;
            _words[i + whole] = (uint)((((ulong)_words[i] << 32 | below) << part) >> 32);
        }

        _words[..whole].Clear();
        _count += whole + 1;
        Trim();
    }

    /// <summary>Sets a value of up to 128 bits.</summary>
    internal void Set(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, value);
        _count = 4;
        for (int i = 0; i < 4; i++)
        {
            _words[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * 4)..]);
        }

        Trim();
    }

    /// <summary>Writes the digits and leaves 0; gives how many there are, at least <paramref name="least"/>, with zeros before the number.</summary>
    internal int Format(Span<byte> digits, int least)
    {
        int start = digits.Length;
        while (_count > 0)
        {
            uint group = Divide(Billion);
            for (int i = 0; i < 9 && (_count > 0 || group > 0); i++)
            {
                digits[--start] = (byte)('0' + group % 10);
                group /= 10;
            }
        }

        while (digits.Length - start < least)
        {
            digits[--start] = (byte)'0';
        }

        digits[start..].CopyTo(digits);
        return digits.Length - start;
    }

    private void Trim()
    {
        while (_count > 0 && _words[_count - 1] == 0)
        {
            _count--;
        }
    }
}
