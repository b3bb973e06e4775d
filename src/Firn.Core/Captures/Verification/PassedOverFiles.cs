using Firn.Captures.Archives;
using Firn.Captures.Archives.Planning;
using Firn.Common;

namespace Firn.Captures.Verification;

/// <summary>What an environment has and no archive would take.</summary>
/// <param name="Added">Pipes, sockets and devices in the place of code.</param>
/// <param name="Missed">What the archive lacks, and what may not be read or has no name.</param>
internal sealed record PassedOverFiles(IReadOnlyList<FileDifference> Added, IReadOnlyList<UncomparedPart> Missed)
{
    /// <summary>Finds it in the plan of the environment.</summary>
    public static PassedOverFiles Of(PlannedTree own, string prefix, ArchiveDocument archive)
    {
        var passed = own.Sources.SelectMany(static source => source.LeftOut)
            .Where(file => file.Path.Length > prefix.Length + 1 && RealPath.IsWithin(file.Path, prefix)).ToList();
        var missed = archive.LeftOut.Concat(passed).Where(static file => file.IsMissed).DistinctBy(static file => file.Path).ToList();
        return new PassedOverFiles(
            [.. passed.Where(file => file.Reason == TreeLoader.IsNoFile
                    && ObservedMember.IsWhereCodeIsFound(file.Path[(prefix.Length + 1)..], own.PythonFolder))
                .Select(static file => new FileDifference(file.Path, "files", FileState.Added, null, null))],
            missed.Count == 0 ? [] : [ToPart(missed)]);
    }

    private static UncomparedPart ToPart(List<LeftOutFile> files)
    {
        var first = files.MinBy(static file => file.Path, StringComparer.Ordinal)!;
        return new UncomparedPart(
            UncomparedPart.Missed,
            files.Count,
            $"{files.Count} files or folders that the archive lacks: {first.Path}: {first.Reason}{(files.Count > 1 ? ", ..." : string.Empty)}",
            "make them readable, and archive the environment again")
        {
            Files = [.. files.Select(static file => file.Path)],
        };
    }
}
