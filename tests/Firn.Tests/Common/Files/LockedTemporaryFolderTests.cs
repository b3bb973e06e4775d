using Firn.Common.Files;

namespace Firn.Tests.Common.Files;

public sealed class LockedTemporaryFolderTests : IDisposable
{
    private static readonly DateTimeOffset InTwoDays = DateTimeOffset.UtcNow.AddDays(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void What_a_killed_process_left_is_removed_a_day_later()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var left = _folder["firn-run-left"];
        LockedTemporaryFolder.Make(left).Leave();
        Directory.CreateDirectory(Path.Join(left, "code"));
        File.WriteAllText(Path.Join(left, "code", "run.log"), "x");

        Sweep(DateTimeOffset.UtcNow);
        Assert.True(Directory.Exists(left));
        Sweep(InTwoDays);
        Assert.False(Directory.Exists(left));
    }

    [SkippableFact]
    public void What_a_living_process_holds_stays_however_old()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        using var held = LockedTemporaryFolder.Make(_folder["firn-run-held"]);

        Sweep(DateTimeOffset.UtcNow.AddDays(400));

        Assert.True(Directory.Exists(held.Path));
    }

    [SkippableFact]
    public void Links_are_removed_and_never_followed()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var outside = Directory.CreateDirectory(_folder["outside"]).FullName;
        File.WriteAllText(Path.Join(outside, "data"), "x");
        Directory.CreateSymbolicLink(_folder["firn-run-link"], outside);
        var left = _folder["firn-run-left"];
        LockedTemporaryFolder.Make(left).Leave();
        Directory.CreateSymbolicLink(Path.Join(left, "to"), outside);

        Sweep(InTwoDays);

        Assert.False(Directory.Exists(left));
        Assert.True(File.Exists(Path.Join(outside, "data")));
        Assert.True(Path.Exists(_folder["firn-run-link"]));
    }

    [SkippableFact]
    public void Folders_without_a_lock_stay_a_week_and_other_names_for_ever()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        Directory.CreateDirectory(_folder["firn-run-old"]);
        Directory.CreateDirectory(_folder["mine"]);

        Sweep(InTwoDays);
        Assert.True(Directory.Exists(_folder["firn-run-old"]));
        Sweep(DateTimeOffset.UtcNow.AddDays(8));
        Assert.False(Directory.Exists(_folder["firn-run-old"]));
        Assert.True(Directory.Exists(_folder["mine"]));
    }

    private void Sweep(DateTimeOffset now) => LockedTemporaryFolder.Sweep(
        _folder.Path, name => name.StartsWith("firn-run-", StringComparison.Ordinal), now);
}
