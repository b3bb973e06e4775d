using Firn.Captures;
using Firn.Captures.Archives;
using Firn.Captures.Archives.Planning;

namespace Firn.Tests.Captures.Archives;

public sealed class ScanAheadTests : IDisposable
{
    private readonly ArchiveMachine _machine = new();

    public ScanAheadTests() => Skip.If(OperatingSystem.IsWindows(), "environments are archived on POSIX");

    public void Dispose() => _machine.Dispose();

    [SkippableFact]
    public void An_archive_is_planned_from_it_as_from_a_scan_of_its_own()
    {
        var prefix = _machine.Environment("env");
        _machine.Write("env/beside.txt", "not of the environment");
        _machine.Write($"env/{ArchiveMachine.Site}/inner/pyvenv.cfg", "home = /usr/bin\n");
        var surroundings = _machine.Machine.Surroundings;
        ScanAhead? ahead = null;

        var capture = new EnvironmentInspector(surroundings).Inspect(
            new InspectionRequest { Environment = prefix }, found => ahead = ScanAhead.Start(found, surroundings, default)).Capture;

        Assert.NotNull(ahead);
        var options = new ArchiveOptions();
        var own = new EnvironmentPlanner(capture, surroundings, options, null, default).Scan;
        var taken = new EnvironmentPlanner(capture, surroundings, options, ahead, default).Scan;
        Assert.Equal(own.Fingerprint(capture, options, surroundings), taken.Fingerprint(capture, options, surroundings));
        Assert.Equal(ahead.Began, taken.Began);
        Assert.True(ahead.Began < own.Began);
    }

    [SkippableFact]
    public void Another_source_is_not_taken_for_it()
    {
        var prefix = _machine.Environment("env");
        var surroundings = _machine.Machine.Surroundings;
        ScanAhead? ahead = null;
        new EnvironmentInspector(surroundings).Inspect(
            new InspectionRequest { Environment = prefix }, found => ahead = ScanAhead.Start(found, surroundings, default));

        Assert.Null(ahead!.Take(new TreeSource(prefix, [string.Empty], static _ => false)));
    }
}
