using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Firn.EndToEnd.Support;

/// <summary>Reads a store's chain by the format's page alone, without firn's own code.</summary>
internal static class StoreChain
{
    /// <summary>
    /// Checks that the records of an analysis are numbered from 1 on without a gap, that each names the digest of the one
    /// before, and that every file they name is there with its digest.
    /// </summary>
    /// <returns>The names of the files of each run, by its number.</returns>
    public static Dictionary<int, List<string>> Check(string store, string subject, string name)
    {
        var folder = Path.Join(store, "analyses", subject, name);
        var runs = new Dictionary<int, List<string>>();
        if (!Directory.Exists(folder))
        {
            return runs;
        }

        var count = Directory.GetFiles(folder, "*.json").Length;
        string? previous = null;
        for (var number = 1; number <= count; number++)
        {
            var bytes = File.ReadAllBytes(Path.Join(folder, number.ToString("D6", CultureInfo.InvariantCulture) + ".json"));
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            Assert.Equal(number, root.GetProperty("number").GetInt32());
            Assert.Equal(previous, root.TryGetProperty("previous", out var before) ? before.GetString() : null);
            previous = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
            runs[number] = [];
            foreach (var resource in root.GetProperty("resources").EnumerateArray())
            {
                CheckFile(store, resource);
                runs[number].Add(resource.GetProperty("name").GetString()!);
            }
        }

        return runs;
    }

    private static void CheckFile(string store, JsonElement resource)
    {
        var hex = resource.GetProperty("sha256").GetString()!;
        var content = File.ReadAllBytes(Path.Join(store, "files", "sha256", hex[..2], hex));
        Assert.Equal(resource.GetProperty("size").GetInt64(), content.Length);
        Assert.Equal(hex, Convert.ToHexStringLower(SHA256.HashData(content)));
    }
}
