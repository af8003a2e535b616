using System.Text.Json;

namespace DeclServer.Lifecycle;

/// <summary>A file of settings: JSON, with comments and trailing commas as the generic host's configuration allows them.</summary>
internal static class SettingsFile
{
    private static readonly JsonDocumentOptions s_options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };

    /// <summary>Reads one of the file's sections; what it has no section for is left as it is.</summary>
    /// <param name="file">The file's path.</param>
    /// <param name="section">The section's name: a property of the whole object, in any case.</param>
    /// <param name="values">The keys and values; the key of a value in an object has the object's key and <c>:</c> before it.</param>
    /// <returns>Null when all is well, otherwise one line that names the file and what is wrong with it.</returns>
    public static string? Read(string file, string section, out List<KeyValuePair<string, string>> values)
    {
        values = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), s_options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return $"{file}: is no JSON object";
            }

            foreach (JsonProperty property in document.RootElement.EnumerateObject().Where(p => p.Name.Equals(section, StringComparison.OrdinalIgnoreCase)))
            {
                if (property.Value.ValueKind != JsonValueKind.Object)
                {
                    return $"{file}: {property.Name}: is no JSON object";
                }

                if (Collect(property.Value, "", values) is { } key)
                {
                    return $"{file}: {property.Name}: {key}: is no string, number, true or false";
                }
            }

            return null;
        }
        catch (JsonException exception)
        {
            // The place of what is there twice is not told.
            return exception.LineNumber is { } line ? $"{file}: line {line + 1}: is no JSON" : $"{file}: has a key twice";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"{file}: cannot be read: {exception.Message}";
        }
    }

    /// <summary>Takes an object's values; the key of one that is no value of a setting, or null.</summary>
    private static string? Collect(JsonElement section, string prefix, List<KeyValuePair<string, string>> values)
    {
        foreach (JsonProperty property in section.EnumerateObject())
        {
            string key = prefix + property.Name;
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object when Collect(property.Value, key + ":", values) is { } wrong:
                    return wrong;
                case JsonValueKind.Object:
                    break;
                case JsonValueKind.String:
                    values.Add(new(key, property.Value.GetString()!));
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    values.Add(new(key, property.Value.GetRawText()));
                    break;
                default:
                    return key;
            }
        }

        return null;
    }
}
