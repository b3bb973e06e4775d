using System.Text.Json;
using Firn.Common;

namespace Firn.Captures.Verification;

/// <summary>What a restored prefix says of itself in <c>.firn/restore.json</c>: files that restore had to change.</summary>
internal sealed class RelocatedFiles
{
    /// <summary>The note, relative to the prefix.</summary>
    public const string FileName = ".firn/restore.json";

    private const int Limit = 64 * 1024 * 1024;
    private const string Schema = "firn.restore/1";
    private readonly Dictionary<string, Sha256Digest> _digests = new(StringComparer.Ordinal);

    /// <summary>Whether the prefix was restored.</summary>
    public bool IsRestored { get; private init; }

    /// <summary>The digest that the file has since it was relocated; by its absolute path.</summary>
    public Sha256Digest? DigestOf(string path) => _digests.TryGetValue(path, out var digest) ? digest : null;

    /// <summary>Reads the note of a prefix; one that is no note counts as absent.</summary>
    public static RelocatedFiles Of(string prefix)
    {
        var content = BoundedFile.Read(Path.Join(prefix, FileName), Limit);
        if (!content.IsComplete)
        {
            return new RelocatedFiles();
        }

        try
        {
            using var document = JsonDocument.Parse(content.Memory);
            if (document.RootElement.Text("schema") != Schema)
            {
                return new RelocatedFiles();
            }

            var files = new RelocatedFiles { IsRestored = true };
            files.Add(document.RootElement, prefix);
            return files;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Text that is no UTF-8, or half of a surrogate pair, is only found when it is taken.
            return new RelocatedFiles();
        }
    }

    private void Add(JsonElement root, string prefix)
    {
        if (root.Object("relocated") is not { } relocated)
        {
            return;
        }

        foreach (var file in relocated.EnumerateObject())
        {
            if (RelativePath.IsSafe(file.Name) && Sha256Digest.TryParse(file.Value.Text("sha256"), out var digest))
            {
                _digests[Path.Join(prefix, file.Name)] = digest;
            }
        }
    }
}
