using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary><c>firn capture --archive</c> on real environments, read back with tar, zstd and JSON alone.</summary>
[Collection(MachinePythons.Name)]
public sealed class ArchiveTests(PublishedFirn firn)
{
    [SkippableFact]
    public void Every_file_of_a_prefix_has_exactly_one_place_and_memory_is_bounded()
    {
        var prefix = PrefixOf(RealPython.Of("3.11"));
        using var folder = new TemporaryFolder();
        var before = State(prefix);

        var (result, peak, _) = Measured.Run(
            Runner(folder), firn.Executable, "capture", prefix, "--archive", "--store", folder.PathOf("store"), "--json");

        var archive = new StoredArchive(
            folder.PathOf("store"), JsonDocument.Parse(result.MustReturn(0).StandardOutput).RootElement);
        Assert.InRange(peak, 1, 300);
        Assert.Equal(before, State(prefix));
        var places = Places(archive).ToList();
        Assert.Equal(places.Count, places.Distinct().Count());
        var unplaced = Directory.EnumerateFiles(prefix, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(prefix, file))
            // Headers of packages have their place in a virtual environment.
            .Except(places.Select(path => path.Replace("include/site/python3.11/", "include/python3.11/", StringComparison.Ordinal)))
            .ToList();
        // Bytecode that is stale, or that no source is left of, is made again.
        Assert.DoesNotContain(unplaced, file => !file.EndsWith(".pyc", StringComparison.Ordinal));
        Assert.True(unplaced.Count < places.Count / 100, $"{unplaced.Count} of {places.Count}");
    }

    [SkippableFact]
    public void Bundles_are_tars_with_the_digest_that_names_them()
    {
        var zstd = Part.Program("zstd");
        using var folder = new TemporaryFolder();
        var python = new PythonRunner(RealPython.Of("3.11")).MakeEnvironment(folder.PathOf("env"));
        python.Install(WheelFile.WithEverything("demo", "1.0").WriteTo(folder.PathOf("wheels")));

        var archive = Archive(folder, folder.PathOf("env"));

        foreach (var package in archive.Packages)
        {
            var file = archive.PathOf(package, null, ".tar.zst");
            var digest = new ProcessRunner().Run("/bin/sh", "-c", $"{zstd} -dcq '{file}' | sha256sum | cut -d' ' -f1");
            Assert.Equal(package.GetProperty("bundle").GetString(), "sha256:" + digest.MustReturn(0).StandardOutput.Trim());
            var listed = new ProcessRunner().Run("/bin/sh", "-c", $"{zstd} -dcq '{file}' | tar -t").MustReturn(0);
            Assert.Equal(archive.Members(package), listed.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(string.Empty, listed.StandardError);
        }
    }

    [SkippableFact]
    public void Three_installations_share_every_bundle()
    {
        using var folder = new TemporaryFolder();
        var python = RealPython.Of("3.11");
        // The six packages with more modules (sympy, moto and their like) have nothing in them that others have not, and
        // are two thirds of the time, which pip takes to compile them three times.
        var wheels = RebuiltWheels.Of(python, folder.PathOf("wheels"), TestScale.Of(300, int.MaxValue));
        Assert.NotEmpty(wheels);
        var installations = new[]
        {
            Install(folder, python, "plain", "3.11", "022", wheels, isRelocatable: true),
            Install(folder, python, string.Concat(Enumerable.Repeat("long", 30)) + "/env", "3.8", "077", wheels),
            Install(folder, python, "with spaces", "3.13", "002", wheels),
        };

        var archives = installations.Select(prefix => Archive(folder, prefix)).ToList();

        var expected = archives[0].Bundles();
        Assert.True(expected.Count > wheels.Count);
        foreach (var archive in archives)
        {
            Assert.Empty(archive.Report.GetProperty("edited").EnumerateArray());
            Assert.Equal(expected, archive.Bundles());
        }

        var first = archives[0].Report.GetProperty("bytes").GetProperty("stored").GetInt64();
        Assert.All(
            archives.Skip(1),
            archive => Assert.True(archive.Report.GetProperty("bytes").GetProperty("stored").GetInt64() < first / 100));
    }

    [SkippableFact]
    public void Killed_at_any_moment_the_next_one_works()
    {
        using var folder = new TemporaryFolder();
        var prefix = PrefixOf(RealPython.Of("3.12"));
        var watch = Stopwatch.StartNew();
        var whole = Archive(folder, prefix, store: "whole").Bundles();
        var time = watch.Elapsed;
        var random = new Random(3);
        for (var i = 0; i < TestScale.Of(6, 100); i++)
        {
            using var process = Start(folder, prefix, "store");
            Thread.Sleep(time * random.NextDouble());
            process.Kill();
            process.WaitForExit();
        }

        Assert.Equal(whole, Archive(folder, prefix).Bundles());
    }

    [SkippableFact]
    public void Interrupted_it_returns_130_and_leaves_no_record()
    {
        using var folder = new TemporaryFolder();
        var prefix = PrefixOf(RealPython.Of("3.12"));
        using var process = Start(folder, prefix, "store");
        while (!Directory.Exists(folder.PathOf("store", "bundles")) && !process.HasExited)
        {
            Thread.Sleep(5);
        }

        Assert.Equal(0, Kill(process.Id, 2));
        process.WaitForExit();

        Assert.Equal(130, process.ExitCode);
        Assert.False(Directory.Exists(folder.PathOf("store", "environments")));
    }

    private StoredArchive Archive(TemporaryFolder folder, string prefix, string store = "store")
    {
        var result = Runner(folder).Run(
            firn.Executable, "capture", prefix, "--archive", "--yes", "--store", folder.PathOf(store), "--json");
        return new StoredArchive(folder.PathOf(store), JsonDocument.Parse(result.MustReturn(0).StandardOutput).RootElement);
    }

    private Process Start(TemporaryFolder folder, string prefix, string store)
    {
        var start = new ProcessStartInfo(
            firn.Executable, ["capture", prefix, "--archive", "--store", folder.PathOf(store)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FIRN_CACHE"] = folder.PathOf("cache");
        return Process.Start(start)!;
    }

    private static ProcessRunner Runner(TemporaryFolder folder) => new()
    {
        Timeout = TimeSpan.FromMinutes(5),
        Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["FIRN_CACHE"] = folder.PathOf("cache") },
    };

    /// <summary>A virtual environment with the wheels, by the pip that another Python brings and with a umask.</summary>
    private static string Install(
        TemporaryFolder folder, string python, string name, string pipOf, string umask, IReadOnlyList<string> wheels,
        bool isRelocatable = false)
    {
        var prefix = folder.PathOf(name.Split('/'));
        var bundled = Directory.GetFiles(
            Path.Join(PrefixOf(RealPython.Of(pipOf)), "lib", "python" + pipOf, "ensurepip", "_bundled"), "pip-*.whl");
        new ProcessRunner { Timeout = TimeSpan.FromMinutes(10), Variables = PythonRunner.Clean() }.Run(
            "/bin/sh",
            ["-c",
            "umask $1; mkdir -p \"$(dirname \"$2\")\"; \"$3\" -m venv --without-pip \"$2\"; shift 3; p=$1; shift; "
            + "\"$0/bin/python\" \"$p/pip\" install -q --no-index --no-deps --no-warn-script-location \"$@\"",
            prefix, umask, prefix, python, bundled.Order(StringComparer.Ordinal).First(), .. wheels]).MustReturn(0);
        if (isRelocatable)
        {
            new PythonRunner(python).Run("-c", Relocate, prefix).MustReturn(0);
        }

        return prefix;
    }

    /// <summary>Writes all scripts of an environment in the form of <c>uv venv --relocatable</c>, RECORD with them.</summary>
    private const string Relocate = """
        import base64, csv, glob, hashlib, os, sys
        prefix = sys.argv[1]
        line = f'#!{prefix}/bin/python'.encode()
        form = b'#!/bin/sh\n\'\'\'exec\' "$(dirname -- "$(realpath -- "$0")")"/\'python\' "$0" "$@"\n\' \'\'\'\n'
        for record in glob.glob(prefix + '/lib/python*/site-packages/*.dist-info/RECORD'):
            site, rows = os.path.dirname(os.path.dirname(record)), list(csv.reader(open(record)))
            for row in rows:
                if row[0].startswith('../../../bin/') and not row[0].endswith('.pyc'):
                    file = os.path.normpath(os.path.join(site, row[0]))
                    data = open(file, 'rb').read()
                    if data.startswith(line):
                        data = form + data[data.index(b'\n') + 1:]
                        open(file, 'wb').write(data)
                        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')
                        row[1:] = ['sha256=' + digest, str(len(data))]
            csv.writer(open(record, 'w'), lineterminator='\n').writerows(rows)
        """;

    private static IEnumerable<string> Places(StoredArchive archive)
    {
        var site = archive.Tree.GetProperty("site_packages").GetString();
        var tag = archive.Tree.GetProperty("cache_tag").GetString();
        foreach (var package in archive.Packages)
        {
            var paths = archive.Members(package);
            if (package.TryGetProperty("bytecode", out _))
            {
                paths = paths.Concat(archive.Members(package, tag));
            }

            if (package.TryGetProperty("distribution", out var distribution))
            {
                paths = paths
                    .Concat(distribution.GetProperty("launchers").EnumerateArray().Select(PathOf))
                    .Concat(distribution.GetProperty("installer_files").EnumerateObject().Select(
                        file => $"{site}/{distribution.GetProperty("metadata")}/{file.Name}"));
            }

            foreach (var path in paths)
            {
                yield return path;
            }
        }

        foreach (var text in archive.Tree.GetProperty("texts").EnumerateArray()
            .Concat(archive.Tree.GetProperty("links").EnumerateArray()))
        {
            yield return PathOf(text);
        }

        var prefix = archive.Tree.GetProperty("prefix").GetString()!;
        foreach (var file in archive.Document.GetProperty("left_out").EnumerateArray())
        {
            yield return Path.GetRelativePath(prefix, PathOf(file));
        }
    }

    private static string PathOf(JsonElement element) => element.GetProperty("path").GetString()!;

    private static string PrefixOf(string python) => Path.GetDirectoryName(Path.GetDirectoryName(python))!;

    // Names, kinds, modes, owners, sizes, times of contents and of the inode; no access times.
    private static string State(string folder) => new ProcessRunner { Encoding = System.Text.Encoding.Latin1 }.Run(
        "/bin/sh", "-c", $"find {folder} -printf '%P %y %m %U %s %T@ %C@ %l\\n' | sort | sha256sum").MustReturn(0).StandardOutput;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
