using Firn.Restore.Planning;
using Firn.Restore.Writing;

namespace Firn.Restore.Unpacking;

/// <summary>Makes the writer of each package.</summary>
/// <param name="isReadOnly">Whether files are written read-only.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed class PackageWriters(bool isReadOnly, UnpackOutput output)
{
    public bool IsReadOnly { get; } = isReadOnly;

    public PackageWriter Create(PackageJob job, TreeWriter writer) => new(job, new MemberPaths(job), writer, output);

    /// <summary>A writer of some of the package's files only.</summary>
    /// <param name="job">The package.</param>
    /// <param name="writer">The thread's own.</param>
    /// <param name="only">The places of the files, relative to the restored prefix.</param>
    public PackageWriter CreateFor(PackageJob job, TreeWriter writer, IReadOnlySet<string> only) =>
        new(job, new MemberPaths(job) { Only = only }, writer, output);
}
