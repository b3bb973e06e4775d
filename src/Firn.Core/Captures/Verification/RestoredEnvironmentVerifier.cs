using Firn.Captures.Archives;
using Firn.Common;
using Firn.Storage.Bundles;

namespace Firn.Captures.Verification;

/// <summary>Verifies what was just restored: one capture of it, and every <c>DT_NEEDED</c> resolved on the way.</summary>
internal static class RestoredEnvironmentVerifier
{
    /// <summary>Verifies.</summary>
    /// <param name="captured">The capture that was restored.</param>
    /// <param name="archive">Its archive.</param>
    /// <param name="prefix">The restored prefix.</param>
    /// <param name="surroundings">Variables, home and the system's files.</param>
    /// <param name="readData">Whether every file is read.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="bundles">The store's bundles; used where data is read.</param>
    public static VerificationResult Verify(
        Capture captured,
        ArchiveDocument? archive,
        string prefix,
        Surroundings surroundings,
        bool readData,
        CancellationToken cancellation,
        BundleObjects? bundles = null) =>
        new EnvironmentVerifier(captured, archive, bundles, surroundings)
            .Verify(new InspectionRequest { Environment = prefix }, readData, cancellation);
}
