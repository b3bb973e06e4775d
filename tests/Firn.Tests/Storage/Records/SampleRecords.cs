using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Tests.Storage.Records;

/// <summary>Records with every member.</summary>
internal static class SampleRecords
{
    public static RunRecord Run { get; } = new()
    {
        Subject = "GW150914",
        Name = "Prod0",
        Number = 2,
        Previous = Sha256Digest.Of("first"u8),
        Created = new DateTimeOffset(2026, 11, 21, 4, 0, 0, TimeSpan.Zero),
        Status = RunStatus.Failed,
        Resources =
        [
            new RunResource("plots/é \"1\".png", Sha256Digest.Of("hello"u8), "5d41402abc4b2a76b9719d911017c592", 5, "2685830961a74453980449eee6b5c69a"),
            new RunResource("posterior.hdf5", Sha256Digest.Of(""u8), "d41d8cd98f00b204e9800998ecf8427e", 0, "1685830961a74453980449eee6b5c69a"),
        ],
        Environments =
        [
            new RunEnvironment(RunEnvironment.AtBuild, EnvironmentId, Sha256Digest.Of("capture"u8), Sha256Digest.Of("archive"u8)),
            new RunEnvironment(RunEnvironment.AtRun, EnvironmentId, null, null),
        ],
    };

    public static RunRecord Tombstone { get; } = new()
    {
        Subject = "GW150914",
        Name = "Prod0",
        Number = 3,
        Previous = Sha256Digest.Of("second"u8),
        Created = new DateTimeOffset(2026, 11, 21, 5, 0, 0, TimeSpan.Zero),
        Kind = RunKinds.Tombstone,
        Forgets = 1,
    };

    public static ArchivedRecord Archived { get; } = new()
    {
        EnvironmentId = EnvironmentId,
        Number = 2,
        Previous = Sha256Digest.Of("first"u8),
        Created = new DateTimeOffset(2026, 11, 21, 4, 0, 0, TimeSpan.Zero),
        Archive = Sha256Digest.Of("archive"u8),
        Capture = Sha256Digest.Of("capture"u8),
        Prefix = "/home/x/.venv",
    };

    public static ArchivedRecord ArchivedTombstone { get; } = new()
    {
        EnvironmentId = EnvironmentId,
        Number = 3,
        Previous = Sha256Digest.Of("second"u8),
        Created = new DateTimeOffset(2026, 11, 21, 5, 0, 0, TimeSpan.Zero),
        Forgets = 2,
    };

    private static string EnvironmentId => "firn1:sha256:6bcb2d97845d776b1c6906938f1b99b82367ebaaa4d100a893a40448b1cfee1f";
}
