using System.Globalization;
using Firn.Common;

namespace Firn.Storage;

/// <summary>Where everything lies in a store (docs/formats/store.md).</summary>
internal static class StoreLayout
{
    public const string Description = "firn-store.json";
    public const string Files = "files";
    public const string Bundles = "bundles";
    public const string Analyses = "analyses";
    public const string Environments = "environments";
    public const string Sources = "sources";
    public const string Quarantine = "quarantine";
    public const string Temporary = "tmp";

    /// <summary>The hint in a chain's folder: which number was the last.</summary>
    public const string Hint = ".last";

    private const string RecordExtension = ".json";

    /// <summary>All that a store's folder holds.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Description, Files, Bundles, Analyses, Environments, Sources, Quarantine, Temporary];

    /// <summary>The folder of objects, below which those of one start of digests lie together.</summary>
    public static string ObjectFolder(string store, string kind) => Path.Join(store, kind, "sha256");

    /// <summary>The path of an object of <c>files</c>.</summary>
    public static string FileOf(string store, Sha256Digest digest) =>
        Path.Join(ObjectFolder(store, Files), digest.Hex.AsSpan(0, 2), digest.Hex);

    /// <summary>The file name of a record: its number with six digits or more.</summary>
    public static string RecordName(int number) => number.ToString("D6", CultureInfo.InvariantCulture) + RecordExtension;

    /// <summary>The number of a record's file name; 0 for any other name.</summary>
    public static int RecordNumber(string fileName) =>
        fileName.EndsWith(RecordExtension, StringComparison.Ordinal)
        && int.TryParse(fileName.AsSpan(0, fileName.Length - RecordExtension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0 && RecordName(number) == fileName
            ? number
            : 0;
}
