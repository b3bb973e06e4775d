using Firn.Analyses.Building;
using Firn.Captures;
using Firn.Captures.Archives;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>The files of an environment as they are before a run.</summary>
/// <param name="Capture">The environment.</param>
/// <param name="Kept">What became of their bytes.</param>
/// <param name="Code">What the file system says of the code that the archive does not hold: <see cref="EnvironmentState"/>.</param>
internal sealed record EnvironmentFiles(Capture Capture, KeptEnvironment Kept, Sha256Digest Code)
{
    /// <summary>The same as a build notes it.</summary>
    public BuiltFiles Built() => new(Code, Kept.Document is { } document ? ArchiveWriter.Write(document) : default(ReadOnlyMemory<byte>?));
}
