using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>
/// Environments that <c>firn create</c> makes of wheels, held against those that <c>python -m venv</c> and
/// <c>pip install</c> make of the same wheels.
/// </summary>
[Collection(MachinePythons.Name)]
public sealed class CreateWheelTests(PublishedFirn firn)
{
    // Each file of each distribution, as importlib.metadata reads RECORD, which must be true.
    private const string Recorded = """
        import base64, hashlib, importlib.metadata, os, sys
        lines = []
        for distribution in importlib.metadata.distributions():
            name = distribution.metadata['Name']
            for file in distribution.files:
                if str(file).endswith('.pyc') or os.path.basename(str(file)) in ('INSTALLER', 'RECORD'):
                    continue
                data = file.locate().read_bytes()
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
                if file.hash is None or (file.hash.mode, file.hash.value, file.size) != ('sha256', digest, len(data)):
                    print('wrong:', name, file, file.hash, file.size)
                where = os.path.normpath(str(file.locate()))
                if not where.startswith(sys.prefix + '/bin/'):
                    where += ' ' + digest
                lines.append(' '.join([name, distribution.version, where.replace(sys.prefix, 'PREFIX')]))
        print('\n'.join(sorted(lines)))
        """;

    [SkippableTheory]
    [InlineData("3.8", "with a space/env")]
    [InlineData("3.11", "env")]
    [InlineData("3.12", "long")]
    [InlineData("3.13", "env")]
    [InlineData("system", "env")]
    public void Create_from_pip_freeze_makes_what_venv_and_pip_made(string name, string place)
    {
        using var folder = new CreateFolder(firn);
        var real = MakeReal(folder, name);
        folder.Run("capture", folder.PathOf("real"), "-o", folder.PathOf("capture")).MustReturn(0);
        // The kernel reads no more than 127 bytes of a first line, so launchers need another one there.
        var prefix = folder.PathOf(place == "long" ? new string('n', 130) : place);

        var created = folder.Run(
            "create", "-f", folder.PathOf("capture", "environment-pip.txt"), "--to", prefix, "--store", folder.Store,
            "--python", RealPython.Of(name), "--no-index", "--find-links", folder.Wheels, "--json");

        var document = JsonDocument.Parse(File.ReadAllText(folder.PathOf("capture", "environment.json"))).RootElement;
        Assert.Equal(document.GetProperty("environment_id").GetString(), CreateFolder.IdOf(created));
        CleanFailure.MustBeClean(created);
        folder.Run("verify", folder.PathOf("capture"), prefix, "--read-data").MustReturn(0);
        folder.Run("store", "check", "--read-data", "--store", folder.Store).MustReturn(0);
        MustBeAlike(real, prefix);
    }

    // What real projects put into wheels, which no test would think of.
    [SkippableFact]
    public void Create_of_real_packages_makes_what_pip_makes_of_them()
    {
        using var folder = new CreateFolder(firn);
        var python = RealPython.Of("3.11");
        var wheels = RebuiltWheels.Of(python, folder.Wheels, TestScale.Of(12, 100_000));
        Assert.InRange(wheels.Count, 15, int.MaxValue);
        // Those of that version come from the Python that carries them, and this machine's pip was edited.
        wheels = [.. wheels.Where(wheel => Path.GetFileName(wheel).Split('-')[0] is not ("pip" or "setuptools"))];
        var real = new PythonRunner(python).MakeEnvironment(folder.PathOf("real"), "--without-pip");
        new PythonRunner(python).Pip(
            ["--python", real.Python, "install", "--quiet", "--no-index", "--no-deps", "--no-compile", .. wheels.Select(NameOf), "--find-links", folder.Wheels]);
        folder.Run("capture", folder.PathOf("real"), "-o", folder.PathOf("capture")).MustReturn(0);

        var created = folder.Run(
            "create", "-f", folder.PathOf("capture", "environment.json"), "--to", folder.PathOf("env"), "--store", folder.Store,
            "--python", python, "--no-index", "--find-links", folder.Wheels);

        // Of a part of the packages others are missing: that is said, and stops nothing.
        Assert.True(created.ExitCode is 0 or 4, created.StandardError);
        folder.Run("verify", folder.PathOf("capture"), folder.PathOf("env"), "--read-data").MustReturn(0);
        Assert.Equal(
            real.Run("-c", Recorded).MustReturn(0).StandardOutput,
            new PythonRunner(folder.PathOf("env", "bin", "python")).Run("-c", Recorded).MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Create_without_pip_has_what_venv_without_pip_has()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var python = RealPython.Of("3.12");
        new PythonRunner(python).MakeEnvironment(folder.PathOf("real"), "--without-pip");

        folder.Run(
            "create", "-f", folder.Write("lock.txt", "alpha==1.0"), "--to", folder.PathOf("env"), "--store", folder.Store,
            "--python", python, "--without-pip", "--no-index", "--find-links", folder.Wheels).MustReturn(0);

        var expected = Names(folder.PathOf("real", "bin")).Append("alpha-say").Order(StringComparer.Ordinal);
        Assert.Equal(expected, Names(folder.PathOf("env", "bin")));
        Assert.Equal("3.12", new PythonRunner(folder.PathOf("env", "bin", "python3.12"))
            .Run("-c", "import sys; print('%d.%d' % sys.version_info[:2])").MustReturn(0).StandardOutput.Trim());
        Assert.NotEqual(0, new PythonRunner(folder.PathOf("env", "bin", "python")).Run("-m", "pip", "--version").ExitCode);
    }

    private static PythonRunner MakeReal(CreateFolder folder, string name)
    {
        folder.Add(WheelFile.WithEverything("everything", "1.0") with
        {
            Module = "def main():\n    print('everything runs')\n",
            Metadata = "Requires-Dist: name.space-one>=1\n",
        });
        folder.Add(new WheelFile("name.space-one", "1.0") { Files = Part("one") });
        folder.Add(new WheelFile("name.space-two", "1!2.0.post1") { Files = Part("two") });
        folder.Add(new WheelFile("Firn.Dotted", "1.0+local.2"));
        var real = new PythonRunner(RealPython.Of(name)).MakeEnvironment(folder.PathOf("real"));
        real.Install(
            "--find-links", folder.Wheels, "everything", "name.space-one", "name.space-two", "Firn.Dotted==1.0+local.2");
        return real;

        static Dictionary<string, string> Part(string part) => new() { [$"space/{part}/__init__.py"] = $"where = '{part}'\n" };
    }

    private static void MustBeAlike(PythonRunner real, string prefix)
    {
        var made = new PythonRunner(Path.Join(prefix, "bin", "python"));
        Assert.Equal(real.Run("-c", Recorded).MustReturn(0).StandardOutput, made.Run("-c", Recorded).MustReturn(0).StandardOutput);
        Assert.Equal(real.Pip("freeze", "--all").StandardOutput, made.Pip("freeze", "--all").StandardOutput);
        Assert.Contains("No broken requirements", made.Pip("check").StandardOutput);
        Assert.Equal(
            "one two 1\n",
            made.Run("-c", "import space.one, space.two, everything_extra as e; print(space.one.where, space.two.where, e.extra)").MustReturn(0).StandardOutput);
        Assert.Equal(Names(Path.Join(Path.GetDirectoryName(real.Python)!)), Names(Path.Join(prefix, "bin")));
        foreach (var script in (string[])["everything-run", "everything-gui"])
        {
            Assert.Equal("everything runs\n", new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(prefix, "bin", script)).MustReturn(0).StandardOutput);
        }

        // The wheel has this one without the right to be executed, and pip leaves it so.
        var tool = Path.Join(prefix, "bin", "everything-tool");
        Assert.Equal("tool\n", new ProcessRunner { WorkingDirectory = "/" }.Run("/bin/sh", "-c", $"cp '{tool}' '{tool}+' && chmod 755 '{tool}+' && '{tool}+'; rm '{tool}+'").MustReturn(0).StandardOutput);
        Assert.Equal(ModeOf(Path.Join(Path.GetDirectoryName(real.Python), "everything-tool")), ModeOf(tool));
        Assert.StartsWith("pip ", new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(prefix, "bin", "pip"), "--version").MustReturn(0).StandardOutput);
        Assert.True(File.Exists(Path.Join(prefix, "share", "everything", "table.csv")));

        // It is one that pip goes on with: it knows what it may remove.
        made.Pip("uninstall", "--yes", "--quiet", "everything");
        Assert.False(Path.Exists(Path.Join(prefix, "bin", "everything-tool")));
        Assert.False(Path.Exists(Path.Join(prefix, "share", "everything", "table.csv")));
    }

    private static string ModeOf(string file) => new ProcessRunner().Run(Part.Program("stat"), "-c", "%a", file).MustReturn(0).StandardOutput;

    private static string NameOf(string wheel) => string.Join("==", Path.GetFileName(wheel).Split('-')[..2]);

    /// <summary>What lies in a folder; firn writes nothing for PowerShell.</summary>
    private static List<string> Names(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Where(name => name != "Activate.ps1").Order(StringComparer.Ordinal)];
}
