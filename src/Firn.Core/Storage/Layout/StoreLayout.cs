using System.Globalization;
using Firn.Common;

namespace Firn.Storage.Layout;

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

/// <summary>Environment ids as texts: <c>firn1:sha256:</c> and 64 lower-case hexadecimal digits.</summary>
internal static class EnvironmentIdText
{
    public const string Start = "firn1:sha256:";

    /// <summary>The digits, which name the environment's folder.</summary>
    /// <exception cref="FirnException">It is not an environment id.</exception>
    public static string Hex(string environmentId) => IsValid(environmentId)
        ? environmentId[Start.Length..]
        : throw new FirnException(
            $"'{environmentId}' is not an environment id", $"an environment id is {Start} and 64 digits, as in environment.json");

    public static bool IsValid(string? text) =>
        text is not null
        && text.StartsWith(Start, StringComparison.Ordinal)
        && Sha256Digest.TryParse(text[Start.Length..], out var digest)
        && text.EndsWith(digest.Hex, StringComparison.Ordinal);
}
