using Firn.Archives.Planning;
using Firn.Archives.Plans;
using Firn.Archives.Scanning;
using Firn.Captures;
using Firn.Common;

namespace Firn.Tests.Archives.Planning;

public sealed class BackgroundScanTests : IDisposable
{
    private readonly ArchiveMachine _machine = new();

    public BackgroundScanTests() => Skip.If(OperatingSystem.IsWindows(), "environments are archived on POSIX");

    public void Dispose() => _machine.Dispose();

    [SkippableFact]
    public void An_archive_is_planned_from_it_as_from_a_scan_of_its_own()
    {
        var prefix = _machine.Environment("env");
        _machine.Write("env/beside.txt", "not of the environment");
        _machine.Write($"env/{ArchiveMachine.Site}/inner/pyvenv.cfg", "home = /usr/bin\n");
        var systemContext = _machine.Machine.SystemContext;
        BackgroundScan? ahead = null;

        var capture = new EnvironmentInspector(systemContext).Inspect(
            new InspectionRequest { Environment = prefix }, found => ahead = BackgroundScan.Start(found, systemContext, default)).Capture;

        Assert.NotNull(ahead);
        var options = new ArchiveOptions();
        var own = new EnvironmentPlanner(capture, systemContext, options, null, default).Scan;
        var taken = new EnvironmentPlanner(capture, systemContext, options, ahead, default).Scan;
        Assert.Equal(own.Fingerprint(capture, options, systemContext), taken.Fingerprint(capture, options, systemContext));
        Assert.Equal(ahead.Began, taken.Began);
        Assert.True(ahead.Began < own.Began);
    }

    [SkippableFact]
    public void Another_source_is_not_taken_for_it()
    {
        var prefix = _machine.Environment("env");
        var systemContext = _machine.Machine.SystemContext;
        BackgroundScan? ahead = null;
        new EnvironmentInspector(systemContext).Inspect(
            new InspectionRequest { Environment = prefix }, found => ahead = BackgroundScan.Start(found, systemContext, default));

        Assert.Null(ahead!.Take(new TreeSource(prefix, [string.Empty], static _ => false)));
    }

    [SkippableTheory]
    [InlineData("packages of the base that the environment does not see", ArchiveMachine.Site + "/unused/module.py", false, false)]
    [InlineData("packages of the base that it sees", ArchiveMachine.Site + "/used/module.py", true, true)]
    [InlineData("the standard library", "lib/python3.11/json/decoder.py", false, true)]
    [InlineData("a folder of that name elsewhere in the base", "lib/python3.11/test/site-packages/module.py", false, true)]
    public void Of_the_base_only_what_the_environment_uses_is_looked_at(string what, string path, bool seesBase, bool counts)
    {
        var prefix = _machine.Environment("env");
        File.AppendAllText(Path.Join(prefix, "pyvenv.cfg"), $"include-system-site-packages = {(seesBase ? "true" : "false")}\n");
        Directory.CreateDirectory(_machine.At($"opt/python/{ArchiveMachine.Site}"));
        var before = Fingerprint(prefix);
        _machine.Write($"opt/python/{path}", "x = 1\n");

        Assert.True(counts != before.Equals(Fingerprint(prefix)), what);
    }

    private Sha256Digest Fingerprint(string prefix)
    {
        var systemContext = _machine.Machine.SystemContext;
        var capture = new EnvironmentInspector(systemContext).Inspect(new InspectionRequest { Environment = prefix }).Capture;
        var options = new ArchiveOptions();
        return new EnvironmentPlanner(capture, systemContext, options, null, default).Scan.Fingerprint(capture, options, systemContext).Digest;
    }
}
