using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>A record of <c>conda-meta</c> with all that linking needs of it.</summary>
internal sealed record CondaLinkRecord
{
    /// <summary>What the record says of the package.</summary>
    public required CondaPackage Package { get; init; }

    /// <summary>The record's bytes, with whatever credentials they hold.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The paths in the record's order, each once.</summary>
    public required ImmutableArray<CondaPathEntry> Entries { get; init; }

    /// <summary>Paths that would leave the prefix, go into <c>conda-meta</c>, or stand there twice: they are in no entry.</summary>
    public ImmutableArray<string> RefusedPaths { get; init; } = [];

    /// <summary><c>link.source</c>: the folder the package was unpacked to; <see langword="null"/> where it is not recorded.</summary>
    public string? LinkSource { get; init; }

    /// <summary>
    /// The text of the link that the package ships at a path that is a link; <see langword="null"/> where it ships a file:
    /// with <c>allow_softlinks</c> conda links to the folder that it unpacked the package to, and records every file as a link.
    /// </summary>
    /// <param name="entry">The path.</param>
    /// <param name="linkText">What the link there holds.</param>
    public string? PublishedLink(CondaPathEntry entry, string linkText) =>
        IsUnpacked(linkText) ? RealPath.LinkTarget(linkText) : entry.Kind == CondaPathKind.Link ? linkText : null;

    private bool IsUnpacked(string linkText) =>
        LinkSource?.TrimEnd('/') is { Length: > 1 } source && Path.IsPathRooted(linkText)
        && CondaPackageFiles.IsInside(linkText.TrimStart('/')) && RealPath.IsWithin(linkText, source);

    /// <summary>The name of the record's file: <c>NAME-VERSION-BUILD.json</c>.</summary>
    public string FileName => $"{Package.Name}-{Package.Version}-{Package.Build}.json";

    /// <summary>
    /// The layout by which the paths of Python code that fits any Python were made; <see langword="null"/> for other
    /// packages, whose paths do not depend on the Python in the prefix.
    /// </summary>
    public CondaPythonLayout? FindPythonLayout() =>
        Package.Noarch == "python" ? CondaPythonLayout.Seen(Entries.Select(static entry => entry.Path)) : null;
}
