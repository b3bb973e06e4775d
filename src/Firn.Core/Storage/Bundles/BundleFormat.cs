namespace Firn.Storage.Bundles;

/// <summary>The names that make up the format of bundles.</summary>
internal static class BundleFormat
{
    /// <summary>The schema of an index.</summary>
    public const string Schema = "firn.bundle/1";

    /// <summary>Stands for the prefix where <see cref="BundleMember.PrefixOffsets"/> point.</summary>
    public const string PrefixToken = "/@firn-prefix@";

    /// <summary>The pax record with the offsets, in decimal, one space between them.</summary>
    public const string PrefixKeyword = "FIRN.prefix";

    /// <summary>The pax record with a conda placeholder: <c>text</c> or <c>binary</c>, a space, the placeholder.</summary>
    public const string PlaceholderKeyword = "FIRN.placeholder";
}
