using System.Text.Json;
using Firn.Archives;
using Firn.Archives.Documents;
using Firn.Cli;
using Firn.Common;
using Firn.Tests.Archives.Planning;
using Firn.Tests.Cli;

namespace Firn.Tests.Archives;

public sealed class EnvironmentArchiverTests : IDisposable
{
    private const string Site = ArchiveMachine.Site;
    private readonly ArchiveMachine _machine = new();

    public EnvironmentArchiverTests() => Skip.If(OperatingSystem.IsWindows(), "environments are archived on POSIX");

    public void Dispose() => _machine.Dispose();

    [SkippableFact]
    public void Every_file_has_exactly_one_place()
    {
        var prefix = _machine.Environment("env");
        _machine.Write("env/share/own.txt", "mine");
        _machine.Write($"env/{Site}/local.pth", $"{prefix}/share\n");
        _machine.Write("env/nested/ignored.txt", "outside of the folders of a virtual environment");
        _machine.Write($"env/{Site}/inner/pyvenv.cfg", "home = /usr/bin\n");
        _machine.Write($"env/{Site}/inner/bin/x", "x");
        _machine.Write($"env/{Site}/.git/HEAD", "ref: refs/heads/main\n");
        _machine.Write("env/etc/pip.conf", "[global]\npassword = secret\n");

        var document = _machine.Document(_machine.Archive(prefix));

        var tree = document.Environment;
        var places = tree.Packages.SelectMany(_machine.Members)
            .Concat(tree.Texts.Select(text => text.Path))
            .Concat(tree.Links.Select(link => link.Path))
            .Concat(tree.Packages.SelectMany(package => package.Distribution?.Launchers ?? []).Select(launcher => launcher.Path))
            .Concat(tree.Packages.Where(package => package.Distribution is not null).SelectMany(package =>
                package.Distribution!.InstallerFiles.Keys.Select(name => $"{Site}/{package.Distribution.Metadata}/{name}")))
            .Concat(document.LeftOut.Select(file => Path.GetRelativePath(prefix, file.Path)))
            .ToList();
        var onDisk = Directory.EnumerateFiles(prefix, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(prefix, file))
            .Select(file => file.Contains("/inner/", StringComparison.Ordinal) ? $"{Site}/inner"
                : file.Contains("/.git/", StringComparison.Ordinal) ? $"{Site}/.git"
                : file.StartsWith("nested/", StringComparison.Ordinal) ? "nested" : file)
            .Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(onDisk, places.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void Nothing_of_the_environment_is_changed_and_nothing_of_the_user_is_left_in_a_bundle()
    {
        var prefix = _machine.Environment("env");
        _machine.Write("env/etc/pip.conf", "[global]\npassword = secret\n");
        _machine.Write($"env/{Site}/.env", "TOKEN=secret\n");
        // What lies beside the folders of the environment: the user's, and a marker that means nothing.
        _machine.Write("env/pip.conf", "[global]\npassword = secret\n");
        _machine.Write("env/patients/table.csv", "name\n");
        _machine.Write("env/.gitignore", "*\n");
        var before = Stamps(prefix);

        var report = _machine.Archive(prefix);

        Assert.Equal(before, Stamps(prefix));
        Assert.Equal(
            [
                Path.Join(prefix, "etc/pip.conf"), Path.Join(prefix, $"{Site}/.env"), Path.Join(prefix, "patients"),
                Path.Join(prefix, "pip.conf"),
            ],
            report.GetProperty("left_out").EnumerateArray().Select(file => file.GetProperty("path").GetString()!)
                .Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [InlineData("#!{0}/bin/python3\n")]
    [InlineData("#!/bin/sh\n'''exec' {0}/bin/python \"$0\" \"$@\"\n' '''\n")]
    [InlineData("#!/bin/sh\n'''exec' '{0}/bin/python3' \"$0\" \"$@\"\n' '''\n")]
    [InlineData("#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n' '''\n")]
    public void Another_prefix_mode_and_form_give_the_same_bundle(string firstLines)
    {
        var first = _machine.Document(_machine.Archive(_machine.Environment("env")));
        var prefix = _machine.Environment("other place", firstLines);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                Path.Join(prefix, Site, "demo/__init__.py"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var report = _machine.Archive(prefix);

        var package = ArchiveMachine.Package(_machine.Document(report), "demo");
        Assert.Equal(ArchiveMachine.Package(first, "demo").Bundle, package.Bundle);
        Assert.Empty(package.Edited);
        Assert.Equal("#!python\nprint('tool')\n", _machine.Content(package, "bin/tool.py"));
        Assert.Equal(
            ("bin/demo", "import demo\n"),
            (package.Distribution!.Launchers.Single().Path, package.Distribution.Launchers.Single().Body));
    }

    [SkippableFact]
    public void A_path_file_of_a_package_holds_the_placeholder()
    {
        var prefix = _machine.Environment("env");
        _machine.Write($"env/{Site}/zz.pth", $"{prefix}/share/demo\n");
        _machine.Machine.Install("env", "zz", "1.0", record: "zz.pth,,\n");

        var package = ArchiveMachine.Package(_machine.Document(_machine.Archive(prefix)), "zz");

        Assert.Equal("/@firn-prefix@/share/demo\n", _machine.Content(package, $"{Site}/zz.pth"));
    }

    [SkippableFact]
    public void The_project_of_an_editable_install_has_a_bundle_of_its_own()
    {
        var prefix = _machine.Environment("env");
        var project = Path.GetDirectoryName(_machine.Write("work/demo2/pyproject.toml", "[project]\nname = \"demo2\"\n"))!;
        _machine.Write("work/demo2/demo2.py", "x = 1\n");
        _machine.Write($"env/{Site}/__editable__.demo2-1.0.pth", project + "\n");
        _machine.Machine.Install(
            "env", "demo2", "1.0", "{\"url\": \"file://" + project + "\", \"dir_info\": {\"editable\": true}}",
            "__editable__.demo2-1.0.pth,,\n");

        var tree = _machine.Document(_machine.Archive(prefix)).Environment;

        var package = tree.Packages.Single(package => package is { Kind: ArchivedPackageKind.Project });
        Assert.Equal(("demo2", "src/demo2"), (package.Name, package.Root));
        Assert.Equal(["demo2.py", "pyproject.toml"], _machine.Members(package));
        Assert.Equal(
            "/@firn-project:demo2@\n",
            tree.Texts.Single(text => text.Path == $"{Site}/__editable__.demo2-1.0.pth").Text);
        var distribution = tree.Packages.Single(
            package => package is { Name: "demo2", Kind: ArchivedPackageKind.Distribution }).Distribution!;
        Assert.Equal("__editable__.demo2-1.0.pth", Assert.Single(distribution.LinkFiles));
        Assert.Contains("file:///@firn-project:demo2@", distribution.InstallerFiles["direct_url.json"], StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("opt/python/lib/python311.zip")]
    [InlineData("env/lib/python3.11/site-packages/added.pth")]
    [InlineData("env/bin/added")]
    [InlineData("opt/python/lib/python3.11/added.py")]
    public void What_was_added_where_code_is_found_is_no_equal_environment(string path)
    {
        var prefix = _machine.Environment("env");
        _machine.Machine.Run(["capture", prefix, "-o", "capture", "--archive", "--store", _machine.Store]).AssertDone();
        Assert.Equal(0, Verify().ExitCode);
        _machine.Write(path, "x = 1\n");

        var run = Verify();

        Assert.Equal(ExitCodes.Different, run.ExitCode);
        Assert.Contains(path.Split('/')[^1], run.Output, StringComparison.Ordinal);

        CommandRun Verify() => _machine.Machine.Run(["verify", "capture", prefix, "--read-data", "--store", _machine.Store]);
    }

    [SkippableFact]
    public void Texts_hold_tokens_for_the_folders_of_this_machine()
    {
        var prefix = _machine.Environment("env");

        var tree = _machine.Document(_machine.Archive(prefix)).Environment;

        Assert.Equal("VIRTUAL_ENV=\"/@firn-prefix@\"\n", tree.Texts.Single(text => text.Path == "bin/activate").Text);
        Assert.Contains("home = /@firn-base@/bin\n", tree.Texts.Single(text => text.Path == "pyvenv.cfg").Text, StringComparison.Ordinal);
        Assert.Contains(new ArchivedLink("bin/python", "/@firn-base@/bin/python3.11"), tree.Links);
        Assert.Contains(new ArchivedLink("bin/python3", "python"), tree.Links);
    }

    [SkippableFact]
    public void Edited_and_missing_files_are_named_with_both_digests()
    {
        var prefix = _machine.Environment("env");
        File.AppendAllText(Path.Join(prefix, Site, "demo/__init__.py"), "# edited\n");
        File.Delete(Path.Join(prefix, Site, "demo/data.txt"));

        var package = ArchiveMachine.Package(_machine.Document(_machine.Archive(prefix)), "demo");

        Assert.Equal(2, package.Edited.Length);
        Assert.Equal($"{Site}/demo/__init__.py", package.Edited[0].Path);
        Assert.Equal(Sha256Digest.Of("import os\n# edited\n"u8), package.Edited[0].Observed);
        Assert.StartsWith("sha256=", package.Edited[0].Recorded, StringComparison.Ordinal);
        Assert.Equal(($"{Site}/demo/data.txt", null), (package.Edited[1].Path, package.Edited[1].Observed));
        // The record is the distribution's own, and so keeps the row of what is missing.
        Assert.Contains("demo/data.txt,sha256=", _machine.Content(package, $"{Site}/demo-1.0.dist-info/RECORD"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_file_that_two_packages_list_is_archived_once_and_named()
    {
        var prefix = _machine.Environment("env");
        _machine.Machine.Install("env", "zz", "1.0", record: "demo/__init__.py,,\n");

        var run = _machine.Run(prefix);

        Assert.Contains("zz and demo both list this file", run.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_has_not_changed_is_not_read_again()
    {
        var prefix = _machine.Environment("env");
        // A file that changed about when it was looked at is never trusted.
        Thread.Sleep(2100);
        var first = _machine.Archive(prefix);
        var second = _machine.Archive(prefix);

        Assert.True(first.GetProperty("new_record").GetBoolean());
        Assert.False(second.GetProperty("new_record").GetBoolean());
        Assert.Equal(first.GetProperty("archive").GetString(), second.GetProperty("archive").GetString());
        Assert.Equal(0, Read(second));

        var file = Path.Join(prefix, Site, "demo/data.txt");
        var time = File.GetLastWriteTimeUtc(file);
        File.WriteAllText(file, "atad\n");
        File.SetLastWriteTimeUtc(file, time);
        var third = _machine.Archive(prefix);
        Assert.True(Read(third) > 0, "same size and time, but another change time");
        Assert.Equal(1, third.GetProperty("bundles").GetProperty("changed").GetInt32());
        Assert.Single(third.GetProperty("edited").EnumerateArray());
        Assert.Equal(2, third.GetProperty("number").GetInt32());

        Assert.True(Read(_machine.Archive(prefix)) > 0, "changed a moment ago");
        Assert.True(Read(_machine.Archive(prefix, "--read-data")) > 0);
    }

    [SkippableFact]
    public void A_bundle_that_the_store_lost_is_made_again()
    {
        var prefix = _machine.Environment("env");
        Thread.Sleep(2100);
        var document = _machine.Document(_machine.Archive(prefix));
        var bundle = ArchiveMachine.Package(document, "demo").Bundle;
        foreach (var file in Directory.EnumerateFiles(_machine.Store, $"{bundle.Hex}.tar*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        Assert.True(Read(_machine.Archive(prefix)) > 0);
        Assert.NotEmpty(_machine.Members(ArchiveMachine.Package(document, "demo")));
    }

    [SkippableFact]
    public void A_damaged_index_is_no_index()
    {
        var prefix = _machine.Environment("env");
        Thread.Sleep(2100);
        _machine.Archive(prefix);
        foreach (var index in Directory.EnumerateFiles(_machine.At("home/.cache/firn/archives")))
        {
            var bytes = File.ReadAllBytes(index);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(index, bytes);
        }

        Assert.True(Read(_machine.Archive(prefix)) > 0);
    }

    [SkippableFact]
    public void Too_much_is_refused_until_it_is_confirmed()
    {
        var prefix = _machine.Environment("env");
        _machine.Machine.Variables["FIRN_ARCHIVE_LIMIT"] = "10B";

        var refused = _machine.Run(prefix);

        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains("--yes", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Join(_machine.Store, "environments")));
        Assert.Equal(ExitCodes.Done, _machine.Run(prefix, "--yes").ExitCode);
    }

    [SkippableFact]
    public void A_dry_run_makes_no_store()
    {
        var prefix = _machine.Environment("env");

        var run = _machine.Run(prefix, "--dry-run");

        Assert.Equal(ExitCodes.Done, run.ExitCode);
        Assert.Contains("Would archive", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_machine.Store));
        Assert.False(Directory.Exists(_machine.At("home/.cache")));
    }

    [SkippableTheory]
    [InlineData("500", 500L)]
    [InlineData("2 GB", 2_000_000_000L)]
    [InlineData("1.5KiB", 1536L)]
    [InlineData("many", null)]
    [InlineData("-1", null)]
    [InlineData("99999999999TB", null)]
    public void Limits_have_units(string text, long? bytes) => Assert.Equal(bytes, ArchiveLimit.Parse(text));

    private static long Read(JsonElement report) => report.GetProperty("bytes").GetProperty("read").GetInt64();

    private static List<string> Stamps(string prefix) =>
        [.. Directory.EnumerateFileSystemEntries(prefix, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => Firn.Common.Files.FileStatReader.TryRead(path, out var stat) ? $"{path} {stat}" : path)];
}
