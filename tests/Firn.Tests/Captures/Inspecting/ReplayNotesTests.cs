using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Captures.Inspecting;
using Firn.Conda.Listings;
using Firn.Python.Distributions;
using Firn.Tests.Captures.Exports;

namespace Firn.Tests.Captures.Inspecting;

public sealed class ReplayNotesTests
{
    [Theory]
    [InlineData("plain==1.0")]
    [InlineData("plain @ https://example.org/plain-1.0.tar.gz")]
    [InlineData("plain @ git+https://example.org/plain.git@1df58b891a2437b4ca6455603578574b422eec26")]
    [InlineData("-e git+https://example.org/plain.git@1df58b891a2437b4ca6455603578574b422eec26#egg=plain")]
    public void Line_that_installs_anywhere_has_no_note(string entry) => Assert.Empty(Of(entry));

    [Theory]
    [InlineData("-e /home/ana/plain", "an editable install")]
    [InlineData("plain @ file:///croot/plain/work", "built from a path")]
    [InlineData("plain===2004d-final", "PEP 440")]
    [InlineData("torch==2.1.2+cu118", "local version")]
    public void Line_that_does_not_has_its_reason(string entry, string reason)
    {
        var note = Assert.Single(Of(entry));

        Assert.Equal(CaptureFileNames.Pip, note.File);
        Assert.Equal(entry, note.Line);
        Assert.Contains(reason, note.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Comment_above_an_editable_line_is_not_part_of_it()
    {
        var note = Assert.Single(Of("# Editable install with no version control (plain==1.0)\n-e /home/ana/plain"));

        Assert.Equal("-e /home/ana/plain", note.Line);
    }

    [Theory]
    [InlineData("python3-plain=1.0-1", "python3-plain=1.0-1")]
    [InlineData(null, "manager")]
    public void Distribution_of_the_system_names_its_package(string? package, string named)
    {
        var distribution = RequirementsExportTests.Plain("plain-pkg", "1.0") with
        {
            Owner = DistributionOwner.System,
            SystemPackage = package,
        };

        var note = Assert.Single(ReplayNotes.Of([distribution], new FreezeFacts(null, ["Plain.Pkg==1.0"]), []));

        Assert.Contains($"installed by the system's package {named}", note.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Conda_lines_follow_those_of_pip()
    {
        var notes = ReplayNotes.Of(
            [], new FreezeFacts(null, ["-e /home/ana/plain"]),
            [new CondaUnreplayableLine(CaptureFileNames.Conda, "plain=1.0=pypi_0", "from pip")]);

        Assert.Equal([CaptureFileNames.Pip, CaptureFileNames.Conda], notes.Select(note => note.File));
        Assert.Equal(new ReplayNote(CaptureFileNames.Conda, "plain=1.0=pypi_0", "from pip"), notes[1]);
    }

    private static ImmutableArray<ReplayNote> Of(string entry) =>
        ReplayNotes.Of([RequirementsExportTests.Plain("plain", "1.0")], new FreezeFacts(null, [entry]), []);
}
