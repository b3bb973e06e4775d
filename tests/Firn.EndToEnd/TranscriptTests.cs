using System.Runtime.InteropServices;
using Firn.EndToEnd.Support;
using Firn.Tests.Transcripts;

namespace Firn.EndToEnd;

/// <summary>Sessions with real commands: runs, reruns, what is shown and exported of them.</summary>
public sealed class TranscriptTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private static readonly string Sessions = Repository.PathOf("tests", "Firn.EndToEnd", "Transcripts");

    [SkippableTheory]
    [InlineData("runs")]
    public void A_session_is_what_it_was(string name)
    {
        Skip.IfNot(RuntimeInformation.RuntimeIdentifier == "linux-x64", "the transcripts are of Linux on x86-64");
        // Always as long: the sizes of documents hang on it.
        var root = Directory.CreateDirectory($"/tmp/firn-session-{Guid.NewGuid():N}"[..24]).FullName;
        var runner = new ProcessRunner { WorkingDirectory = Directory.CreateDirectory(Path.Join(root, "project")).FullName };
        try
        {
            var places = new Dictionary<string, string>(StringComparer.Ordinal) { ["{root}"] = root, ["{firn}"] = Path.GetDirectoryName(firn.Executable)! };
            new Transcript(places, line => Run(line).MustReturn(0), line =>
            {
                var result = Run(line);
                return (result.StandardOutput, result.StandardError, result.ExitCode);
            }).Check(Path.Join(Sessions, name + ".txt"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        // Nothing of this machine: a home, a PATH and a store of its own.
        ProcessResult Run(string line) => runner.Run(
            "/usr/bin/env",
            ["-i", $"HOME={root}/home", $"FIRN_STORE={root}/store", $"PATH={Path.GetDirectoryName(firn.Executable)}:/usr/bin:/bin", "LC_ALL=C", "/bin/sh", "-c", line]);
    }
}
