using DeclServer;

namespace Cache;

/// <summary>What the server remembers of a connection.</summary>
[Session]
internal sealed class Client
{
    /// <summary>Whether replies are RESP3's.</summary>
    public bool IsResp3 { get; set; }

    /// <summary>The name set by CLIENT SETNAME or HELLO.</summary>
    public byte[] Name { get; set; } = [];

    /// <summary>When it connected, in Unix milliseconds.</summary>
    public long ConnectedAt { get; set; }

    /// <summary>The reply that says that there is no value.</summary>
    public RespReply Null => IsResp3 ? RespReply.Null3 : RespReply.Null;

    /// <summary>The reply that says that there is no array.</summary>
    public RespReply NullArray => IsResp3 ? RespReply.Null3 : RespReply.NullArray;

    /// <summary>The head of a map of so many pairs; RESP2 has it as a flat array.</summary>
    public RespReply Map(int pairs) => IsResp3 ? RespReply.Map(pairs) : RespReply.Array(pairs * 2);

    /// <summary>The head of a set of so many members; RESP2 has it as an array.</summary>
    public RespReply Set(int members) => IsResp3 ? RespReply.Set(members) : RespReply.Array(members);
}
