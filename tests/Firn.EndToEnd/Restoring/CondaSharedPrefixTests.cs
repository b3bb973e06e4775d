using System.Runtime.Versioning;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Restoring;

/// <summary>A conda environment as the prefix that all analyses share: proven before it is used, as any other.</summary>
[SupportedOSPlatform("linux")]
public sealed class CondaSharedPrefixTests(PublishedFirn firn) : IClassFixture<PublishedFirn>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("bin/tool")]
    [InlineData("share/data.txt")]
    [InlineData("etc/tools.conf")]
    [InlineData("conda-meta/tools-1.0-0.json")]
    public void A_changed_conda_prefix_is_made_again_before_it_is_used(string path)
    {
        Part.MustBePresent(!OperatingSystem.IsWindows(), "an environment of POSIX");
        var original = new LinkedCondaPrefix(_folder.PathOf("env")).Add("tools", "1.0", new Dictionary<string, string>
        {
            ["bin/tool"] = "#!/bin/sh\necho tool\n",
            ["share/data.txt"] = "data\n",
            ["etc/tools.conf"] = "{prefix}\n",
        });
        Firn("capture", original.Prefix, "--archive", "--yes", "-o", _folder.PathOf("capture")).MustReturn(0);
        var first = Firn("restore", _folder.PathOf("capture")).MustReturn(0).StandardOutput;
        var prefix = Firn("restore", _folder.PathOf("capture")).MustReturn(0).StandardOutput.Trim();
        Assert.Contains(prefix, first, StringComparison.Ordinal);
        var file = Path.Join(prefix, path);
        var (text, time) = (File.ReadAllText(file), File.GetLastWriteTimeUtc(file));
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.UserWrite);
        File.WriteAllText(file, text.Replace("t", "T", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(file, time);

        var again = Firn("restore", _folder.PathOf("capture")).MustReturn(0);

        Assert.Contains("the shared prefix is made again", again.StandardError, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
        var last = Firn("restore", _folder.PathOf("capture")).MustReturn(0);
        Assert.Equal(prefix, last.StandardOutput.Trim());
        Assert.DoesNotContain("made again", last.StandardError, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private ProcessResult Firn(params string[] arguments) => firn.Run(
        new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean())
            {
                ["FIRN_STORE"] = _folder.PathOf("store"),
                ["FIRN_CACHE"] = _folder.PathOf("cache"),
                ["FIRN_ENVIRONMENTS"] = _folder.PathOf("environments"),
            },
            WorkingDirectory = "/",
        },
        arguments);
}
