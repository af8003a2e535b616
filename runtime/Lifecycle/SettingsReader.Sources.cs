using System.Globalization;
using System.Text;

namespace DeclServer.Lifecycle;

/// <summary>Where values come from, and which of them hold.</summary>
public sealed partial class SettingsReader
{
    /// <summary>The file that is read when no other is named.</summary>
    internal const string DefaultFile = "appsettings.json";

    private const string ConfigArgument = "--config";
    private const string PrintArgument = "--print-config";

    /// <summary>Whether the command line asks for the settings and not for a server.</summary>
    internal bool IsPrintAsked { get; private set; }

    /// <summary>Reads all settings.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Gives the value of an environment variable, or null.</param>
    /// <param name="sections">The file's sections that are read, each over the one before it.</param>
    /// <param name="file">The file that is read where it exists, unless <c>--config</c> names another, which then must exist; null for none.</param>
    /// <returns>Null when all is well, otherwise one line that names the setting and what is wrong with it.</returns>
    public string? Read(IReadOnlyList<string> arguments, Func<string, string?> environment, IReadOnlyList<string>? sections = null, string? file = null)
    {
        if (ReadArguments(arguments, out List<(Setting Setting, string Key, string Text)> given, out string? named) is { } unreadable)
        {
            return unreadable;
        }

        string? chosen = named ?? (File.Exists(file) ? file : null);
        if (chosen is not null && ReadFile(chosen, sections ?? []) is { } inFile)
        {
            return inFile;
        }

        foreach (Setting setting in _settings)
        {
            string variable = EnvironmentPrefix + setting.Key.Replace('-', '_').ToUpperInvariant();
            if (environment(variable) is { } text && setting.Set(text, "environment " + variable) is { } wrong)
            {
                return $"{variable}: {wrong}";
            }
        }

        foreach ((Setting setting, string key, string text) in given)
        {
            if (setting.Set(text, "command line") is { } wrong)
            {
                return $"{key}: {wrong}";
            }
        }

        return null;
    }

    /// <summary>Reads values whose keys are written as those of the command line, or in Pascal case; <c>:</c> may be between an endpoint's name and its setting.</summary>
    /// <param name="values">The keys and values.</param>
    /// <param name="source">Where they come from, as it is told.</param>
    /// <returns>Null when all is well, otherwise one line that names the source, the setting and what is wrong with it.</returns>
    public string? Read(IEnumerable<KeyValuePair<string, string>> values, string source)
    {
        foreach ((string key, string text) in values)
        {
            string plain = Plain(key);
            if (_settings.Find(s => Plain(s.Key).Equals(plain, StringComparison.OrdinalIgnoreCase)) is not { } setting)
            {
                return $"{source}: {key}: no such setting; --help lists them";
            }

            if (setting.Set(text, source) is { } wrong)
            {
                return $"{source}: {key}: {wrong}";
            }
        }

        return null;

        static string Plain(string key) => key.Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal);
    }

    /// <summary>What <c>--print-config</c> prints: a line for each setting, <c>key = value (source)</c>.</summary>
    /// <remarks>An endpoint's limit that nobody has set is the server's, and has no line.</remarks>
    public string Print()
    {
        StringBuilder lines = new();
        foreach (Setting setting in _settings.Where(static s => s.IsListed || s.Source is not null))
        {
            lines.AppendLine(CultureInfo.InvariantCulture, $"{setting.Key} = {setting.Value} ({setting.Source ?? "declared"})");
        }

        return lines.ToString();
    }

    private string? ReadFile(string file, IReadOnlyList<string> sections)
    {
        foreach (string section in sections)
        {
            if (SettingsFile.Read(file, section, out List<KeyValuePair<string, string>> values) is { } unreadable)
            {
                return unreadable;
            }

            if (Read(values, $"{file}: {section}") is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    /// <summary>Tells the command line's settings apart; their values are looked at when those below them have been read.</summary>
    private string? ReadArguments(IReadOnlyList<string> arguments, out List<(Setting Setting, string Key, string Text)> given, out string? file)
    {
        given = [];
        file = null;
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == PrintArgument)
            {
                IsPrintAsked = true;
                continue;
            }

            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? argument : argument[..equals];
            Setting? setting = key.StartsWith("--", StringComparison.Ordinal) ? _settings.Find(s => s.Key == key[2..]) : null;
            if (setting is null && key != ConfigArgument)
            {
                return $"{key}: no such setting; --help lists them";
            }

            if (equals < 0 && i + 1 == arguments.Count)
            {
                return $"{key}: the value is missing";
            }

            string text = equals < 0 ? arguments[++i] : argument[(equals + 1)..];
            if (setting is null)
            {
                file = text;
            }
            else
            {
                given.Add((setting, key, text));
            }
        }

        return null;
    }
}
