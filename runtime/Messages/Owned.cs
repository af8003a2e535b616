namespace DeclServer
{
    /// <summary>A message that can be copied out of the buffer it is a view of: <c>[Message(Owned = true)]</c>.</summary>
    /// <typeparam name="TOwned">What the copy is.</typeparam>
    public interface IOwnable<TOwned>
    {
        /// <summary>Copies the message, all that is nested in it included: one array for each field of bytes and each sequence.</summary>
        TOwned ToOwned();
    }

    /// <summary>A copy of a message that outlives the buffer, such as a handler needs that goes on later.</summary>
    /// <typeparam name="TMessage">The message.</typeparam>
    public interface IOwned<TMessage>
        where TMessage : IMessage<TMessage>, allows ref struct
    {
        /// <summary>The message as a view of this copy.</summary>
        TMessage ToMessage();

        /// <summary>The exact number of bytes <see cref="TryWrite"/> writes.</summary>
        int GetSize();

        /// <summary>Writes the message, as the view that it was copied from would, if it fits; otherwise writes nothing.</summary>
        bool TryWrite(Span<byte> destination, out int written);
    }
}

namespace DeclServer.Messages
{
    /// <summary>What emitted copies are made of.</summary>
    public static class OwnedCopy
    {
        /// <summary>The bytes; what is absent stays apart from what is empty.</summary>
        public static ReadOnlyMemory<byte> Of(ReadOnlySpan<byte> value) => Layout.IsAbsent(value) ? default(ReadOnlyMemory<byte>) : value.ToArray();
    }
}
