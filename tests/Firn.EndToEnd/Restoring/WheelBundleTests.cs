using System.Text.Json;
using Firn.EndToEnd.Support;
using Firn.Python.Wheels;
using Firn.Storage;
using Firn.Storage.Bundles;

namespace Firn.EndToEnd.Restoring;

/// <summary>
/// A wheel becomes, without any installer, the bundle that an archive makes of what pip installs from it.
/// </summary>
[Collection(MachinePythons.Name)]
public sealed class WheelBundleTests(PublishedFirn firn)
{
    [SkippableFact]
    public void Every_wheel_is_the_bundle_of_its_installation()
    {
        using var folder = new TemporaryFolder();
        var python = RealPython.Of("3.11");
        var wheels = RebuiltWheels.Of(python, folder.PathOf("wheels"), int.MaxValue)
            .Append(WheelFile.WithEverything("demo", "1.0").WriteTo(folder.PathOf("made")))
            .Append(StrangeWheel.WriteTo(folder.PathOf("made"))).ToList();
        var archive = Archive(folder, Install(folder, python, "3.11", wheels));
        var installed = archive.Packages.Where(package => package.GetProperty("kind").GetString() == "distribution")
            .ToDictionary(package => package.GetProperty("name").GetString()!);
        var store = Store.OpenOrCreate(folder.PathOf("made-store"), TimeProvider.System);

        Assert.True(wheels.Count > 90, $"{wheels.Count} wheels");
        foreach (var path in wheels)
        {
            using var wheel = Open(path, "python3.11");
            var stored = store.Bundles.Add(wheel.Members, BundleAddOptions.Default, CancellationToken.None);

            Assert.True(installed.Remove(wheel.CanonicalName, out var package), wheel.CanonicalName);
            Assert.True(
                package.GetProperty("bundle").GetString() == stored.Digest.ToString(),
                $"{Path.GetFileName(path)}: {Difference(folder.PathOf("store"), archive, package, store, stored)}");
            Assert.Equal(package.GetProperty("size").GetInt64(), wheel.Size);
            Assert.Equal(package.GetProperty("version").GetString(), wheel.Version);
            var distribution = package.GetProperty("distribution");
            Assert.Equal(distribution.GetProperty("metadata").GetString(), wheel.MetadataFolder);
            Assert.Equal(
                distribution.GetProperty("launchers").EnumerateArray().Select(launcher => launcher.GetProperty("path").GetString()),
                wheel.Launchers.Select(launcher => launcher.Path));
        }

        Assert.Empty(installed.Keys);
    }

    [SkippableTheory]
    [InlineData("3.8")]
    [InlineData("3.13")]
    public void Launchers_and_bundles_are_those_of_other_Pythons(string version)
    {
        using var folder = new TemporaryFolder();
        var python = RealPython.Of(version);
        var pip = BundledPip(version);
        string[] wheels =
        [
            pip, WheelFile.WithEverything("demo", "1.0").WriteTo(folder.PathOf("made")), StrangeWheel.WriteTo(folder.PathOf("made")),
        ];
        var archive = Archive(folder, Install(folder, python, version, wheels));
        var store = Store.OpenOrCreate(folder.PathOf("made-store"), TimeProvider.System);
        foreach (var path in wheels)
        {
            using var wheel = Open(path, "python" + version);
            var stored = store.Bundles.Add(wheel.Members, BundleAddOptions.Default, CancellationToken.None);

            var package = archive.Packages.Single(package => package.GetProperty("name").GetString() == wheel.CanonicalName);
            Assert.True(
                package.GetProperty("bundle").GetString() == stored.Digest.ToString(),
                $"{Path.GetFileName(path)}: {Difference(folder.PathOf("store"), archive, package, store, stored)}");
            var launchers = package.GetProperty("distribution").GetProperty("launchers").EnumerateArray().ToList();
            Assert.Equal(launchers.Select(launcher => launcher.GetProperty("path").GetString()), wheel.Launchers.Select(launcher => launcher.Path));
            if (version == "3.8")
            {
                // pip 23 writes what the newest pip for this Python does; later ones have another template.
                Assert.Equal(launchers.Select(launcher => launcher.GetProperty("body").GetString()), wheel.Launchers.Select(launcher => launcher.Body));
                Assert.Equal(launchers.Select(launcher => launcher.GetProperty("interpreter").GetString()), wheel.Launchers.Select(launcher => launcher.Interpreter));
            }
        }
    }

    private static WheelPackage Open(string path, string pythonFolder) => WheelPackage.Open(
        path, new WheelTarget(pythonFolder, ExpectedName: null, ExpectedVersion: null, Path.GetFileName(path)), CancellationToken.None);

    /// <summary>The members that differ, for the message of a test that fails.</summary>
    private static string Difference(string archiveStore, StoredArchive archive, JsonElement package, Store store, StoredBundle stored)
    {
        var expected = Files(archive.PathOf(package, null, ".json"));
        var found = Files(Path.Join(store.Path, "bundles", "sha256", stored.Digest.Hex[..2], stored.Digest.Hex + ".json"));
        var rows = Rows(archiveStore, package.GetProperty("bundle").GetString()!);
        var madeRows = Rows(store.Path, stored.Digest.ToString());
        return $"archived {string.Join('\n', expected.Except(found))}\nmade {string.Join('\n', found.Except(expected))}\n"
            + $"rows archived {string.Join('\n', rows.Except(madeRows))}\nrows made {string.Join('\n', madeRows.Except(rows))}";
    }

    private static string[] Rows(string store, string digest)
    {
        using var reader = Store.Open(store).Bundles.Open(Firn.Common.Sha256Digest.Parse(digest));
        while (reader.MoveNext())
        {
            if (reader.Current.Path.EndsWith(".dist-info/RECORD", StringComparison.Ordinal))
            {
                var text = new byte[reader.Current.Size];
                var length = 0;
                while (reader.Read(text.AsSpan(length)) is > 0 and var count)
                {
                    length += count;
                }

                return System.Text.Encoding.UTF8.GetString(text).Split('\n');
            }
        }

        return [];
    }

    private static List<string> Files(string index) =>
        [.. JsonDocument.Parse(File.ReadAllBytes(index)).RootElement.GetProperty("files").EnumerateArray().Select(file => file.ToString())];

    private StoredArchive Archive(TemporaryFolder folder, string prefix)
    {
        var runner = new ProcessRunner
        {
            Timeout = TimeSpan.FromMinutes(5),
            Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["FIRN_CACHE"] = folder.PathOf("cache") },
        };
        var result = runner.Run(
            firn.Executable, "capture", prefix, "--archive", "--yes", "--store", folder.PathOf("store"), "--json");
        return new StoredArchive(folder.PathOf("store"), JsonDocument.Parse(result.MustReturn(0).StandardOutput).RootElement);
    }

    /// <summary>The newest: before 22.1 pip leaves the rows of scripts as they were, though it rewrites the scripts.</summary>
    private static string BundledPip(string version) => Directory.GetFiles(
        Path.Join(Path.GetDirectoryName(Path.GetDirectoryName(RealPython.Of(version))), "lib", "python" + version, "ensurepip", "_bundled"),
        "pip-*.whl").Order(StringComparer.Ordinal).Last();

    /// <summary>A virtual environment that the pip of a Python has put the wheels into, its own among them.</summary>
    private static string Install(TemporaryFolder folder, string python, string version, IReadOnlyList<string> wheels)
    {
        var prefix = folder.PathOf("env");
        new PythonRunner(python).Run("-m", "venv", "--without-pip", prefix).MustReturn(0);
        new ProcessRunner { Timeout = TimeSpan.FromMinutes(10), Variables = PythonRunner.Clean() }.Run(
            Path.Join(prefix, "bin", "python"),
            [Path.Join(BundledPip(version), "pip"), "install", "-q", "--no-index", "--no-deps", "--no-compile",
             "--no-warn-script-location", .. wheels]).MustReturn(0);
        return prefix;
    }
}
