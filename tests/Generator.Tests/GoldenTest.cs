namespace Generator.Tests;

/// <summary>What is emitted for one small server and one message, byte for byte. <c>UPDATE_GOLDEN=1</c> writes the files anew, and fails.</summary>
public sealed class GoldenTest
{
    [Fact]
    public void Emitted()
    {
        string directory = Path.Combine(Generation.Root, "tests", "Generator.Tests", "Golden");
        Generated generated = Generation.Run(Generation.Usings + "namespace Sample;\n" + CompileTests.Message + "\n" + CompileTests.Server);
        generated.AssertClean();
        Dictionary<string, string> emitted = generated.Result.GeneratedSources.ToDictionary(static s => s.HintName + ".txt", static s => s.SourceText.ToString());
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(directory);
            foreach (string old in Directory.GetFiles(directory, "*.txt"))
            {
                File.Delete(old);
            }

            foreach ((string name, string text) in emitted)
            {
                File.WriteAllText(Path.Combine(directory, name), text);
            }

            Assert.Fail("The golden files are written: look at them, then run without UPDATE_GOLDEN.");
        }

        Assert.Equal(emitted.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(directory, "*.txt").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.All(emitted, e => Assert.Equal(File.ReadAllText(Path.Combine(directory, e.Key)).ReplaceLineEndings("\n"), e.Value));
    }
}
