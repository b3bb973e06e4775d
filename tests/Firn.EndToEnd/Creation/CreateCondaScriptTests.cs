using System.Runtime.Versioning;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Creation;

/// <summary>Link scripts of conda packages: not run unless the user says so, and never passed over in silence.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CreateCondaScriptTests(PublishedFirn firn) : IDisposable, IClassFixture<PublishedFirn>
{
    private const string Post =
        "#!/bin/bash\n[ -x \"$PREFIX/bin/python\" ] || exit 7\n"
        + "echo \"$PKG_NAME $PKG_VERSION $PKG_BUILDNUM\" > \"$PREFIX/made.txt\"\necho 'read the licence' >> \"$PREFIX/.messages.txt\"\n";

    private readonly CondaCreateFolder _folder = new(firn);

    [SkippableFact]
    public void A_script_is_named_and_the_exit_code_tells_of_it()
    {
        var result = Create(Post).MustReturn(4);

        Assert.Equal(
            "warning: wants 1.0 wants bin/.wants-post-link.sh run, which was not done (--link-scripts run runs them, --link-scripts skip accepts it)\n",
            result.StandardError);
        Assert.False(File.Exists(Path.Join(_folder.Prefix, "made.txt")));
        Assert.True(File.Exists(Path.Join(_folder.Prefix, "bin", ".wants-post-link.sh")));
    }

    [SkippableFact]
    public void A_script_that_is_skipped_is_named()
    {
        var result = Create(Post, "--link-scripts", "skip").MustReturn(0);

        Assert.Equal("warning: wants 1.0 wants bin/.wants-post-link.sh run, which was not done\n", result.StandardError);
        Assert.False(File.Exists(Path.Join(_folder.Prefix, "made.txt")));
    }

    [SkippableFact]
    public void A_script_runs_with_the_variables_of_conda_and_what_it_makes_is_kept()
    {
        var result = Create(Post, "--link-scripts", "run").MustReturn(0);

        Assert.Equal("wants 1.0 3\n", File.ReadAllText(Path.Join(_folder.Prefix, "made.txt")));
        Assert.Equal("warning: the link scripts say: read the licence\n", result.StandardError);
        Assert.False(File.Exists(Path.Join(_folder.Prefix, ".messages.txt")));
        _folder.VerifyMustPass(result, _folder.Prefix);
        var restored = _folder.PathOf("restored");
        _folder.Firn("restore", CondaCreateFolder.IdOf(result), "--store", _folder.Store, "--to", restored).MustReturn(0);
        Assert.Equal("wants 1.0 3\n", File.ReadAllText(Path.Join(restored, "made.txt")));
    }

    [SkippableFact]
    public void A_script_that_fails_leaves_nothing()
    {
        Create("#!/bin/bash\necho 'cannot reach the licence server' >&2\nexit 3\n", out var lockFile);

        var refused = _folder.CreateMustFail(1, "-f", lockFile, "--link-scripts", "run");

        Assert.Contains("the post-link script of wants failed: cannot reach the licence server", refused.StandardError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Scripts_for_taking_a_package_away_are_not_wanted()
    {
        Create("#!/bin/bash\n", out var lockFile, "pre-unlink");

        Assert.Equal(string.Empty, _folder.Create("-f", lockFile).MustReturn(0).StandardError);
    }

    public void Dispose() => _folder.Dispose();

    private ProcessResult Create(string script, params IEnumerable<string> options)
    {
        Create(script, out var lockFile);
        return _folder.Create(["-f", lockFile, .. options]);
    }

    private void Create(string script, out string lockFile, string action = "post-link")
    {
        var shared = CondaPackages.Shared;
        var package = new CondaPackageFile("wants", "1.0", "h0_3")
        {
            Depends = ["python"],
            Members = [CondaMember.Program($"bin/.wants-{action}.sh", script)],
        };
        var channel = new CondaChannel(_folder.PathOf("channel")).Add(package);
        lockFile = _folder.Write(
            "lock.txt", channel.Explicit(channel.FileUrl, package) + shared.Channel.Line(shared.Python, shared.Channel.FileUrl));
    }
}
