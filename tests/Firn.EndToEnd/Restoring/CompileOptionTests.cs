using System.Runtime.Versioning;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Restoring;

/// <summary><c>--compile</c> makes bytecode with the environment's own Python, and says where that cannot.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CompileOptionTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableFact]
    public void Python_runs_the_bytecode_and_a_source_that_does_not_compile_stops_nothing()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0") with
        {
            Files = new Dictionary<string, string> { ["alpha_old.py"] = "print 'of another Python'\n" },
        });
        var env = folder.PathOf("env");

        var made = folder.CreateFromWheels(folder.Write("lock.txt", "alpha==1.0"), env, "--compile").MustReturn(0);

        Assert.Equal(string.Empty, made.StandardError);
        MustRunBytecode(env);
        Assert.Empty(Directory.EnumerateFiles(env, "alpha_old*.pyc", SearchOption.AllDirectories));
        // The archive was made before: a restore compiles again, and is equal.
        var id = CondaCreateFolder.IdOf(made);
        folder.Run("restore", id, "--store", folder.Store, "--to", folder.PathOf("plain")).MustReturn(0);
        Assert.Empty(Directory.EnumerateFiles(folder.PathOf("plain"), "*.pyc", SearchOption.AllDirectories));
        folder.Run("restore", id, "--store", folder.Store, "--to", folder.PathOf("again"), "--compile").MustReturn(0);
        MustRunBytecode(folder.PathOf("again"));
    }

    [SkippableFact]
    public void A_python_that_cannot_compile_is_named()
    {
        using var folder = new CondaCreateFolder(firn);
        var channel = CondaPackages.Shared.Channel;
        var lockFile = folder.Write("lock.txt", channel.Explicit(channel.FileUrl, CondaPackages.Shared.Python));

        // Its library lacks argparse, which compileall needs.
        var result = folder.Create("-f", lockFile, "--compile").MustReturn(0);

        Assert.Contains("warning: ", result.StandardError, StringComparison.Ordinal);
        Assert.Contains("cannot compile: ModuleNotFoundError: No module named 'argparse'", result.StandardError, StringComparison.Ordinal);
        folder.VerifyMustPass(result, folder.Prefix);
    }

    private static void MustRunBytecode(string env)
    {
        var run = new PythonRunner(Path.Join(env, "bin", "python")).Run("-v", "-c", "import alpha").MustReturn(0);
        var module = Directory.EnumerateFiles(Path.Join(env, "lib"), "alpha.*.pyc", SearchOption.AllDirectories).Single();
        Assert.Contains($"# code object from '{module}'", run.StandardError, StringComparison.Ordinal);
    }
}
