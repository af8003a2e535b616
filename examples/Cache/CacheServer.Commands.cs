using System.Text;
using DeclServer;

namespace Cache;

/// <summary>Redis's commands on its commands.</summary>
internal sealed partial class CacheServer
{
    [Command("COMMAND")]
    private static void AllCommands(ReplyWriter<RespReply> reply, Client client)
    {
        CommandEntry[] commands = [.. CommandTable.All.Where(static c => !c.IsSubcommand)];
        reply.Write(RespReply.Array(commands.Length));
        foreach (CommandEntry command in commands)
        {
            WriteInfo(command, reply, client);
        }
    }

    [Command("COMMAND COUNT")]
    private static RespReply CommandCount() => RespReply.Integer(CommandTable.All.Count(static c => !c.IsSubcommand));

    [Command("COMMAND INFO")]
    private static void CommandInfo(Arguments names, ReplyWriter<RespReply> reply, Client client)
    {
        if (names.Count == 0)
        {
            AllCommands(reply, client);
            return;
        }

        reply.Write(RespReply.Array(names.Count));
        foreach (ReadOnlySpan<byte> name in names)
        {
            if (CommandTable.Find(name) is { } command)
            {
                WriteInfo(command, reply, client);
            }
            else
            {
                reply.Write(client.Null);
            }
        }
    }

    [Command("COMMAND DOCS")]
    private static void CommandDocs(Arguments names, ReplyWriter<RespReply> reply, Client client)
    {
        List<CommandEntry> found = [];
        if (names.Count == 0)
        {
            found.AddRange(CommandTable.All.Where(static c => !c.IsSubcommand));
        }

        foreach (ReadOnlySpan<byte> name in names)
        {
            if (CommandTable.Find(name) is { } command)
            {
                found.Add(command);
            }
        }

        WriteDocs(found, reply, client);
    }

    /// <summary>Ten elements, the last one the subcommands; redis has the same (server.c, addReplyCommandInfo).</summary>
    private static void WriteInfo(CommandEntry command, ReplyWriter<RespReply> reply, Client client)
    {
        reply.Write(RespReply.Array(10));
        WriteText(reply, command.Name);
        reply.Write(RespReply.Integer(command.Arity));
        WriteNames(command.Flags, reply, client);
        reply.Write(RespReply.Integer(command.FirstKey));
        reply.Write(RespReply.Integer(command.LastKey));
        reply.Write(RespReply.Integer(command.KeyStep));
        WriteNames(command.Categories, reply, client);
        string[] tips = Words(command.Tips);
        reply.Write(client.Set(tips.Length));
        foreach (string tip in tips)
        {
            WriteText(reply, tip);
        }

        WriteKeys(command, reply, client);
        CommandEntry[] subcommands = CommandTable.SubcommandsOf(command);

        // Redis tells none as an empty set, and some as an array.
        reply.Write(subcommands.Length == 0 ? client.Set(0) : RespReply.Array(subcommands.Length));
        foreach (CommandEntry subcommand in subcommands)
        {
            WriteInfo(subcommand, reply, client);
        }
    }

    /// <summary>Where the keys are: each range begins at an argument, and ends at one counted from there or from the end.</summary>
    private static void WriteKeys(CommandEntry command, ReplyWriter<RespReply> reply, Client client)
    {
        string[] ranges = command.KeyAccess.Split("; ", StringSplitOptions.RemoveEmptyEntries);
        reply.Write(client.Set(ranges.Length));
        for (int i = 0; i < ranges.Length; i++)
        {
            reply.Write(client.Map(command.KeyNotes.Length > 0 ? 4 : 3));
            if (command.KeyNotes.Length > 0)
            {
                WriteText(reply, "notes");
                WriteText(reply, command.KeyNotes);
            }

            WriteText(reply, "flags");
            WriteNames(ranges[i], reply, client);
            WriteText(reply, "begin_search");
            reply.Write(client.Map(2));
            WriteText(reply, "type");
            WriteText(reply, "index");
            WriteText(reply, "spec");
            reply.Write(client.Map(1));
            WriteText(reply, "index");
            reply.Write(RespReply.Integer(command.FirstKey + i));
            WriteText(reply, "find_keys");
            reply.Write(client.Map(2));
            WriteText(reply, "type");
            WriteText(reply, "range");
            WriteText(reply, "spec");
            reply.Write(client.Map(3));
            WriteText(reply, "lastkey");
            reply.Write(RespReply.Integer(Math.Min(command.LastKey, 0)));
            WriteText(reply, "keystep");
            reply.Write(RespReply.Integer(command.KeyStep));
            WriteText(reply, "limit");
            reply.Write(RespReply.Integer(0));
        }
    }

    private static void WriteDocs(IReadOnlyCollection<CommandEntry> commands, ReplyWriter<RespReply> reply, Client client)
    {
        reply.Write(client.Map(commands.Count));
        foreach (CommandEntry command in commands)
        {
            WriteText(reply, command.Name);
            CommandEntry[] subcommands = CommandTable.SubcommandsOf(command);
            reply.Write(client.Map(subcommands.Length > 0 ? 5 : 4));
            WriteText(reply, "summary");
            WriteText(reply, command.Summary);
            WriteText(reply, "since");
            WriteText(reply, command.Since);
            WriteText(reply, "group");
            WriteText(reply, command.Group);
            WriteText(reply, "complexity");
            WriteText(reply, command.Complexity);
            if (subcommands.Length > 0)
            {
                WriteText(reply, "subcommands");
                WriteDocs(subcommands, reply, client);
            }
        }
    }

    private static void WriteNames(string names, ReplyWriter<RespReply> reply, Client client)
    {
        string[] words = Words(names);
        reply.Write(client.Set(words.Length));
        foreach (string word in words)
        {
            reply.Write(RespReply.Simple(Encoding.ASCII.GetBytes(word)));
        }
    }

    private static void WriteText(ReplyWriter<RespReply> reply, string text) => reply.Write(RespReply.Bulk(Encoding.ASCII.GetBytes(text)));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
