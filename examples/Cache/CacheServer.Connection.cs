using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using DeclServer;

namespace Cache;

/// <summary>Redis's commands on the connection and the server.</summary>
internal sealed partial class CacheServer
{
    private const string Version = "7.0.15";

    [Command("PING")]
    private static RespReply Ping([MaxLength(1)] Arguments message) => message.Count == 0 ? RespReply.Simple("PONG"u8) : RespReply.Bulk(message[0]);

    [Command("ECHO")]
    private static RespReply Echo(ReadOnlySpan<byte> message) => RespReply.Bulk(message);

    [Command("QUIT")]
    private static RespReply Quit(Connection connection)
    {
        connection.Close();
        return RespReply.Ok;
    }

    [Command("RESET")]
    private static RespReply Reset(Client client)
    {
        client.IsResp3 = false;
        client.Name = [];
        return RespReply.Simple("RESET"u8);
    }

    [Command("SELECT")]
    private static RespReply Select(int database) => database == 0 ? RespReply.Ok : RespReply.Error("ERR DB index is out of range"u8);

    [Command("HELLO")]
    private static void Hello(Arguments arguments, ReplyWriter<RespReply> reply, Client client, Connection connection)
    {
        bool resp3 = client.IsResp3;
        if (arguments.Count > 0)
        {
            if (DeclServer.Messages.Grammar.WholeNumber(arguments[0], false, long.MinValue, long.MaxValue, out long version) != ErrorCode.None)
            {
                reply.Write(RespReply.Error("ERR Protocol version is not an integer or out of range"u8));
                return;
            }

            if (version is not (2 or 3))
            {
                reply.Write(RespReply.Error("NOPROTO unsupported protocol version"u8));
                return;
            }

            resp3 = version == 3;
        }

        byte[]? name = null;
        for (int i = 1; i < arguments.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(arguments[i], "SETNAME"u8) && i + 1 < arguments.Count)
            {
                name = arguments[++i].ToArray();
                if (!IsName(name))
                {
                    reply.Write(BadName);
                    return;
                }
            }
            else if (Ascii.EqualsIgnoreCase(arguments[i], "AUTH"u8) && i + 2 < arguments.Count)
            {
                reply.Write(RespReply.Error("WRONGPASS invalid username-password pair or user is disabled."u8));
                return;
            }
            else
            {
                reply.Write(RespReply.Error(Encoding.Latin1.GetBytes($"ERR Syntax error in HELLO option '{Printable(arguments[i])}'")));
                return;
            }
        }

        client.IsResp3 = resp3;
        client.Name = name ?? client.Name;
        reply.Write(client.Map(7));
        Pair(reply, "server"u8, "redis"u8);
        Pair(reply, "version"u8, "7.0.15"u8);
        reply.Write(RespReply.Bulk("proto"u8));
        reply.Write(RespReply.Integer(resp3 ? 3 : 2));
        reply.Write(RespReply.Bulk("id"u8));
        reply.Write(RespReply.Integer(connection.Id));
        Pair(reply, "mode"u8, "standalone"u8);
        Pair(reply, "role"u8, "master"u8);
        reply.Write(RespReply.Bulk("modules"u8));
        reply.Write(RespReply.Array(0));
    }

    [Command("CLIENT ID")]
    private static RespReply ClientId(Connection connection) => RespReply.Integer(connection.Id);

    [Command("CLIENT GETNAME")]
    private static RespReply ClientGetName(Client client) => client.Name.Length == 0 ? client.Null : RespReply.Bulk(client.Name);

    [Command("CLIENT SETNAME")]
    private static RespReply ClientSetName(ReadOnlySpan<byte> name, Client client)
    {
        if (!IsName(name))
        {
            return BadName;
        }

        client.Name = name.ToArray();
        return RespReply.Ok;
    }

    [Command("CLIENT SETINFO")]
    private static RespReply ClientSetInfo([AllowedValues("LIB-NAME", "LIB-VER")] ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value) =>
        IsName(value) ? RespReply.Ok : RespReply.Error("ERR lib-name and lib-ver cannot contain spaces, newlines or special characters."u8);

    [Command("CLIENT LIST")]
    private RespReply ClientList(Connection connection, Client asking)
    {
        StringBuilder list = new();
        foreach ((Client client, Connection other) in _clients.Values)
        {
            list.Append(CultureInfo.InvariantCulture, $"id={other.Id} addr={other.RemoteEndPoint} laddr={other.LocalEndPoint} name={Encoding.Latin1.GetString(client.Name)} ");
            list.Append(CultureInfo.InvariantCulture, $"age={(_now - client.ConnectedAt) / 1_000} db=0 resp={(client.IsResp3 ? 3 : 2)} cmd={(other == connection ? "client|list" : "NULL")}\n");
        }

        byte[] text = Encoding.Latin1.GetBytes(list.ToString());
        return asking.IsResp3 ? new RespReply { Verbatim = (byte[])[.. "txt:"u8, .. text] } : RespReply.Bulk(text);
    }

    [Command("CONFIG GET")]
    private void ConfigGet([MinLength(1)] Arguments patterns, ReplyWriter<RespReply> reply, Client client)
    {
        (string Name, string Value)[] all =
        [
            ("maxmemory", _store.MaxMemory.ToString(CultureInfo.InvariantCulture)),
            ("maxmemory-policy", new PolicyName(_store.EvictionPolicy).ToString()),
            ("save", ""),
            ("appendonly", "no"),
            ("databases", "1"),
            ("timeout", ServerSettings.DefaultIdleTimeoutSeconds.ToString(CultureInfo.InvariantCulture)),
        ];
        List<(string Name, string Value)> found = [];
        foreach ((string Name, string Value) one in all)
        {
            foreach (ReadOnlySpan<byte> pattern in patterns)
            {
                // A name without wildcards is given back as it was asked for.
                if (Ascii.EqualsIgnoreCase(pattern, one.Name))
                {
                    found.Add((Encoding.Latin1.GetString(pattern), one.Value));
                    break;
                }

                if (Glob.Matches(Encoding.ASCII.GetBytes(Encoding.Latin1.GetString(pattern).ToLowerInvariant()), Encoding.ASCII.GetBytes(one.Name)))
                {
                    found.Add(one);
                    break;
                }
            }
        }

        reply.Write(client.Map(found.Count));
        foreach ((string name, string value) in found)
        {
            Pair(reply, Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(value));
        }
    }

    [Command("CONFIG SET")]
    private RespReply ConfigSet([MinLength(2)] Arguments pairs)
    {
        if (pairs.Count % 2 != 0)
        {
            return SyntaxError;
        }

        long? maxMemory = null;
        EvictionPolicy? policy = null;
        for (int i = 0; i < pairs.Count; i += 2)
        {
            string name = Printable(pairs[i]);
            bool isMemory = Ascii.EqualsIgnoreCase(pairs[i], "maxmemory"u8);
            if (!isMemory && !Ascii.EqualsIgnoreCase(pairs[i], "maxmemory-policy"u8))
            {
                return Error($"ERR Unknown option or number of arguments for CONFIG SET - '{name}'");
            }

            if (isMemory ? maxMemory is not null : policy is not null)
            {
                return Error($"ERR CONFIG SET failed (possibly related to argument '{name}') - duplicate parameter");
            }

            if (isMemory)
            {
                // Redis takes no digits for 0.
                if (pairs[i + 1].IsEmpty)
                {
                    maxMemory = 0;
                    continue;
                }

                if (!ByteSize.TryParse(Encoding.Latin1.GetString(pairs[i + 1]), null, out ByteSize size))
                {
                    return Error($"ERR CONFIG SET failed (possibly related to argument '{name}') - argument must be a memory value");
                }

                maxMemory = size.Bytes;
            }
            else if (PolicyName.TryParse(pairs[i + 1], out PolicyName parsed))
            {
                policy = parsed.Policy;
            }
            else
            {
                return Error(
                    $"ERR CONFIG SET failed (possibly related to argument '{name}') - argument(s) must be one of the following: "
                    + "volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction");
            }
        }

        _store.EvictionPolicy = policy ?? _store.EvictionPolicy;
        _store.MaxMemory = maxMemory ?? _store.MaxMemory;
        return RespReply.Ok;
    }

    [Command("INFO")]
    private RespReply Info(Arguments sections, Client client)
    {
        StringBuilder info = new();
        Section(info, sections, "Server", $"redis_version:{Version}", "redis_mode:standalone", $"process_id:{Environment.ProcessId}", $"uptime_in_seconds:{(_now - _startedAt) / 1_000}", $"tcp_port:{_running?.Port() ?? 0}");
        Section(info, sections, "Clients", $"connected_clients:{_clients.Count}");
        Section(info, sections, "Memory", $"used_memory:{_store.UsedMemory}", $"maxmemory:{_store.MaxMemory}", $"maxmemory_policy:{new PolicyName(_store.EvictionPolicy)}", $"used_memory_rss:{Environment.WorkingSet}");
        Section(
            info, sections, "Stats", $"total_connections_received:{_connectionsReceived}", $"total_commands_processed:{_running?.Signals.Sum(static c => c.Requests.Sum()) ?? 0}", $"keyspace_hits:{_hits}",
            $"keyspace_misses:{_misses}", $"expired_keys:{_store.ExpiredKeys}", $"evicted_keys:{_store.EvictedKeys}");
        Section(info, sections, "Replication", "role:master", "connected_slaves:0");
        string[] keyspace = _store.Count > 0 ? [$"db0:keys={_store.Count},expires={_store.ExpiringCount},avg_ttl=0"] : [];
        Section(info, sections, "Keyspace", keyspace);
        byte[] text = Encoding.ASCII.GetBytes(info.ToString());
        return client.IsResp3 ? new RespReply { Verbatim = (byte[])[.. "txt:"u8, .. text] } : RespReply.Bulk(text);
    }

    private static void Section(StringBuilder info, Arguments asked, string name, params string[] lines)
    {
        bool wanted = asked.Count == 0;
        foreach (ReadOnlySpan<byte> section in asked)
        {
            wanted |= Ascii.EqualsIgnoreCase(section, name) || Ascii.EqualsIgnoreCase(section, "all"u8)
                || Ascii.EqualsIgnoreCase(section, "everything"u8) || Ascii.EqualsIgnoreCase(section, "default"u8);
        }

        if (wanted)
        {
            info.Append(info.Length > 0 ? "\r\n" : "").Append("# ").Append(name).Append("\r\n");
            foreach (string line in lines)
            {
                info.Append(line).Append("\r\n");
            }
        }
    }

    private static void Pair(ReplyWriter<RespReply> reply, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        reply.Write(RespReply.Bulk(name));
        reply.Write(RespReply.Bulk(value));
    }

    private static RespReply Error(string text) => RespReply.Error(Encoding.Latin1.GetBytes(text));

    private static RespReply BadName => RespReply.Error("ERR Client names cannot contain spaces, newlines or special characters."u8);

    private static bool IsName(ReadOnlySpan<byte> name) => !name.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    /// <summary>
    /// A client's word as an error repeats it: up to a NUL, as C prints it, and no more of it than of an unknown command. Redis repeats the
    /// whole word here, which would let the reply grow with the request.
    /// </summary>
    private static string Printable(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> head = text[..Math.Min(text.Length, Resp.MaxEcho)];
        int end = head.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? head : head[..end]).Replace('\r', ' ').Replace('\n', ' ');
    }
}
