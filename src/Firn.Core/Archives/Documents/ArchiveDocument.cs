using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Archives.Documents;

/// <summary>
/// What brings an environment back: the bundles of its packages, and what an installation adds to them (docs/formats/
/// archive.md). It holds no time and no host, so that an unchanged environment gives the same document.
/// </summary>
internal sealed record ArchiveDocument
{
    public const string Schema = "firn.archive/1";

    /// <summary>The environment id of the capture that it belongs to.</summary>
    public required string EnvironmentId { get; init; }

    /// <summary>Operating system and machine of the interpreter, for example <c>linux-x86_64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The environment's own prefix.</summary>
    public required ArchivedTree Environment { get; init; }

    /// <summary>The prefix of the interpreter under a virtual environment, where that was archived too.</summary>
    public ArchivedTree? Base { get; init; }

    /// <summary>What was not archived, sorted by path: secrets, files too large, names that are not text.</summary>
    public ImmutableArray<SkippedFile> LeftOut { get; init; } = [];

    /// <summary>The trees, the environment first.</summary>
    public IEnumerable<ArchivedTree> Trees => Base is null ? [Environment] : [Environment, Base];

    /// <summary>Every bundle that it needs, sorted, each once.</summary>
    public ImmutableArray<Sha256Digest> Bundles => Sorted(Trees.SelectMany(
        tree => tree.Packages.Select(package => package.Bundle)));

    /// <summary>Every other object that it needs, sorted, each once: conda's records.</summary>
    public ImmutableArray<Sha256Digest> Objects => Sorted(Trees.SelectMany(
        tree => tree.Packages.Where(package => package.Conda is not null).Select(package => package.Conda!.Record)));

    /// <summary>What an environment reads, and its archive lacks: that archive is not whole.</summary>
    /// <param name="leftOut">What was not archived.</param>
    /// <param name="told">Problems that name some of it already.</param>
    public static IReadOnlyList<Problem> Missed(IEnumerable<SkippedFile> leftOut, IEnumerable<Problem> told) =>
        [.. leftOut.Where(file => file.IsMissed && !told.Any(problem => problem.Path == file.Path && problem.Message == file.Reason))
            .Select(static file => new Problem("archive-incomplete", file.Path, $"not archived: {file.Reason}"))];

    private static ImmutableArray<Sha256Digest> Sorted(IEnumerable<Sha256Digest> digests)
    {
        var sorted = new List<Sha256Digest>(digests.Distinct());
        sorted.Sort(static (left, right) => string.CompareOrdinal(left.Hex, right.Hex));
        return [.. sorted];
    }
}

/// <summary>A file that was not archived.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsMissed">Whether the environment reads it there, so that what a restore makes lacks something.</param>
public sealed record SkippedFile(string Path, string Reason, bool IsMissed = false);

/// <summary>What stands for folders of one installation in the texts of an archive, always at a path boundary.</summary>
internal static class ArchiveTokens
{
    /// <summary>The environment's prefix; also the placeholder in bundles.</summary>
    public const string Prefix = "/@firn-prefix@";

    /// <summary>The prefix of the interpreter under a virtual environment.</summary>
    public const string Base = "/@firn-base@";

    /// <summary>The folder of an editable install's project.</summary>
    public static string Project(string canonicalName) => $"/@firn-project:{canonicalName}@";
}
