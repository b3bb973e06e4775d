using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>What can be wrong with files, wheels, indexes, disks and people: firn says which it is, and nothing is left.</summary>
public sealed class CreateTroubleTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableFact]
    public void Create_of_another_file_than_the_lock_says_names_both_digests()
    {
        using var folder = new CreateFolder(firn);
        var wheel = folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        using var index = new LoopbackIndex(IndexPages.Html, wheel);
        var wrong = new string('7', 64);

        var made = folder.Create(folder.Write("lock.txt", $"alpha==1.0 --hash=sha256:{wrong}"), folder.PathOf("env"), "--index-url", index.Url);

        CleanFailure.Check(made, 3);
        Assert.All([Path.GetFileName(wheel), wrong, LoopbackIndex.DigestOf(wheel)], text => Assert.Contains(text, made.StandardError));
        MustBeAbsent(folder);
    }

    [SkippableFact]
    public void Create_of_half_a_file_fails_and_the_whole_one_succeeds_later()
    {
        using var folder = new CreateFolder(firn);
        var wheel = folder.Add(CreateFolder.Speaking("alpha", "1.0") with { Module = new string('#', 100_000) });
        using var index = new LoopbackIndex(IndexPages.HtmlWithDigests, wheel);
        var requirements = folder.Write("lock.txt", "alpha==1.0");

        index.SendHalf(Path.GetFileName(wheel));
        MustFail(folder, folder.Create(requirements, folder.PathOf("env"), "--index-url", index.Url), "alpha-1.0");
        index.Instead.Clear();

        folder.Create(requirements, folder.PathOf("env"), "--index-url", index.Url).MustReturn(0);
    }

    [SkippableFact]
    public void Create_of_a_file_without_end_stops_at_the_size_that_the_index_says()
    {
        using var folder = new CreateFolder(firn);
        var wheel = folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        using var index = new LoopbackIndex(IndexPages.Json, wheel);
        index.SendWithoutEnd(Path.GetFileName(wheel));

        var made = folder.Create(folder.Write("lock.txt", "alpha==1.0"), folder.PathOf("env"), "--index-url", index.Url);

        CleanFailure.Check(made, 3);
        Assert.Contains("alpha-1.0-py2.py3-none-any.whl is another file than the lock says", made.StandardError);
        MustBeAbsent(folder);
    }

    [SkippableTheory]
    [InlineData("beta", "1.0", "alpha", "1.0")]
    [InlineData("alpha", "2.0", "alpha", "1.0")]
    public void Create_of_a_wheel_that_is_another_inside_is_refused(string name, string version, string claimedName, string claimedVersion)
    {
        using var folder = new CreateFolder(firn);
        var real = CreateFolder.Speaking(name, version).WriteTo(folder.PathOf("real"));
        Directory.CreateDirectory(folder.Wheels);
        File.Move(real, Path.Join(folder.Wheels, $"{claimedName}-{claimedVersion}-py3-none-any.whl"));

        var made = folder.CreateFromWheels(folder.Write("lock.txt", $"{claimedName}=={claimedVersion}"), folder.PathOf("env"));

        MustFail(folder, made, $"{claimedName}-{claimedVersion}-py3-none-any.whl");
    }

    [SkippableFact]
    public void Create_names_all_that_is_missing_at_once_and_why()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        folder.Add(CreateFolder.Speaking("elsewhere", "1.0") with { Tag = "py3-none-macosx_11_0_arm64" });
        folder.Add(CreateFolder.Speaking("older", "1.0"));

        var made = folder.CreateFromWheels(
            folder.Write("lock.txt", "alpha==1.0", "absent==1.0", "elsewhere==1.0", "older==2.0", "never==3"), folder.PathOf("env"));

        MustFail(folder, made, "4 packages cannot be had", "absent 1.0 (", "elsewhere 1.0 (", "older 2.0 (", "never 3 (", "lock.txt:3", "no wheel for cp3");
        Assert.DoesNotContain("alpha", made.StandardError);
    }

    [SkippableFact]
    public void Create_from_indexes_that_are_not_there_says_so()
    {
        using var folder = new CreateFolder(firn);
        var requirements = folder.Write("lock.txt", "alpha==1.0");
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var dead = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();

        MustFail(folder, folder.Create(requirements, folder.PathOf("env"), "--index-url", $"http://{dead}/simple"), dead, "refused");
        MustFail(folder, folder.CreateFromWheels(requirements, folder.PathOf("env")), folder.Wheels, "cannot be read");
        MustFail(folder, folder.Create(requirements, folder.PathOf("env"), "--index-url", "nowhere"), folder.PathOf("nowhere"));
    }

    [SkippableTheory]
    [InlineData("../../outside.py")]
    [InlineData("/tmp/outside.py")]
    [InlineData("{data}/scripts/../../../outside.py")]
    [InlineData("{data}/data/bin/../../outside.py")]
    [InlineData("a\\..\\..\\outside.py")]
    public void Create_of_a_hostile_wheel_is_refused_and_writes_nowhere(string path)
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0") with { Files = new Dictionary<string, string> { [path] = "evil\n" } });

        MustFail(folder, folder.CreateFromWheels(folder.Write("lock.txt", "alpha==1.0"), folder.PathOf("deep", "env")), "alpha-1.0");

        Assert.Empty(Directory.GetFiles(folder.Root, "*outside*", SearchOption.AllDirectories));
        Assert.False(Path.Exists(folder.PathOf("deep")));
    }

    [SkippableFact]
    public void Create_of_a_wheel_that_was_changed_after_it_was_made_is_refused()
    {
        using var folder = new CreateFolder(firn);
        var wheel = folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        using (var archive = ZipFile.Open(wheel, ZipArchiveMode.Update))
        {
            archive.GetEntry("alpha.py")!.Delete();
            using var stream = archive.CreateEntry("alpha.py").Open();
            stream.Write("def main(): print('evil')\n"u8);
        }

        MustFail(folder, folder.CreateFromWheels(folder.Write("lock.txt", "alpha==1.0"), folder.PathOf("env")), "alpha-1.0", "alpha.py", "RECORD");
    }

    [SkippableFact]
    public void Create_from_files_that_contradict_or_are_none_says_which()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var (env, one) = (folder.PathOf("env"), folder.Write("one.txt", "alpha==1.0"));
        Directory.CreateDirectory(folder.PathOf("folder"));
        File.WriteAllBytes(folder.PathOf("binary.txt"), [0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3]);

        MustFail(folder, folder.CreateFromWheels(one, env, "-f", folder.Write("two.txt", "alpha==2.0")), "one.txt:1", "two.txt:1", "alpha");
        MustFail(folder, folder.CreateFromWheels(folder.PathOf("absent.txt"), env), "absent.txt", "not found");
        MustFail(folder, folder.CreateFromWheels(folder.PathOf("folder"), env), "folder");
        MustFail(folder, folder.CreateFromWheels(folder.PathOf("binary.txt"), env), "binary.txt");
        MustFail(folder, folder.CreateFromWheels(folder.Write("nested.txt", "-r not-there.txt"), env), "not-there.txt");
        MustFail(folder, folder.CreateFromWheels(folder.Write("odd.txt", "alpha==1.0", "=="), env), "odd.txt:2");
        MustFail(folder, folder.CreateFromWheels(folder.Write("pylock.toml", "lock-version = '9.0'"), env), "pylock.toml");
        MustFail(folder, folder.Run("create", "-f", one, "--to", env, "--store", folder.Store, "--python", "2.1"), "Python 2.1");
        CleanFailure.Check(folder.Run("create", "--to", env), 2);
        CleanFailure.Check(folder.Run("create", "-f", one), 2);
    }

    [SkippableFact]
    public void Create_at_a_prefix_that_is_taken_leaves_it_as_it_is()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var requirements = folder.Write("lock.txt", "alpha==1.0");
        var full = Directory.CreateDirectory(folder.PathOf("full")).FullName;
        File.WriteAllText(Path.Join(full, "mine"), "mine");
        File.CreateSymbolicLink(folder.PathOf("link"), full);

        foreach (var place in (string[])["full", "link", "lock.txt", "with\"quote", "wi:th"])
        {
            var made = folder.CreateFromWheels(requirements, folder.PathOf(place));
            CleanFailure.Check(made, 1);
            Assert.Contains("nothing was written there", made.StandardError);
        }

        Assert.Equal(["mine"], Directory.GetFileSystemEntries(full).Select(Path.GetFileName));
        Assert.Equal("alpha==1.0\n", File.ReadAllText(requirements));
        CreateFolder.MustHaveNoLeftovers(full);
        Directory.CreateDirectory(folder.PathOf("empty"));
        folder.CreateFromWheels(requirements, folder.PathOf("empty")).MustReturn(0);
    }

    [SkippableFact]
    public void Create_on_a_disk_that_is_full_or_read_only_says_so()
    {
        using var folder = new CreateFolder(firn);
        var random = new byte[1_500_000];
        new Random(3).NextBytes(random);
        folder.Add(CreateFolder.Speaking("alpha", "1.0") with { Module = $"text = '{Convert.ToBase64String(random)}'\n" });
        var requirements = folder.Write("lock.txt", "alpha==1.0");
        using var disk = new SmallDisk("1m");

        var store = folder.Run(
            "create", "-f", requirements, "--to", folder.PathOf("env"), "--store", disk.Root + "/store", "--python", CreateFolder.Python,
            "--without-pip", "--no-index", "--find-links", folder.Wheels);
        CleanFailure.Check(store, 1);
        Assert.Contains("no space left", store.StandardError, StringComparison.OrdinalIgnoreCase);
        CreateFolder.MustBeAbsent(folder.PathOf("env"));

        var prefix = folder.CreateFromWheels(requirements, disk.Root + "/env");
        CleanFailure.Check(prefix, 1);
        Assert.Contains("bytes left", prefix.StandardError);
        CreateFolder.MustBeAbsent(disk.Root + "/env");

        disk.MakeReadOnly();
        var closed = folder.CreateFromWheels(requirements, disk.Root + "/env");
        CleanFailure.Check(closed, 1);
        CreateFolder.MustBeAbsent(disk.Root + "/env");
    }

    [SkippableFact]
    public void Create_of_another_user_without_rights_says_what_may_not_be_read_or_written()
    {
        using var user = new OtherUser(firn);
        using var folder = new CreateFolder(firn);
        var wheel = folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        Directory.CreateDirectory(user.PathOf("wheels"));
        File.Copy(wheel, user.PathOf("wheels/" + Path.GetFileName(wheel)));
        var requirements = user.Write("lock.txt", "alpha==1.0\n");
        var secret = user.Write("secret.txt", "alpha==1.0\n");
        new ProcessRunner().Run(Part.Program("chmod"), "600", secret).MustReturn(0);
        string[] create = ["create", "--python", CreateFolder.Python, "--without-pip", "--no-index", "--find-links", user.PathOf("wheels")];
        string[] store = ["--store", user.PathOf("own/store")];

        var unread = user.Run([.. create, .. store, "-f", secret, "--to", user.PathOf("own/env")]);
        var unwritten = user.Run([.. create, .. store, "-f", requirements, "--to", user.PathOf("env")]);
        var noStore = user.Run([.. create, "--store", user.PathOf("store"), "-f", requirements, "--to", user.PathOf("own/env")]);

        CleanFailure.Check(unread, 1);
        Assert.Contains("secret.txt", unread.StandardError);
        CleanFailure.Check(unwritten, 1);
        Assert.Contains(user.PathOf(""), unwritten.StandardError);
        CleanFailure.Check(noStore, 1);
        Assert.Contains(user.PathOf("store"), noStore.StandardError);
        user.Run([.. create, .. store, "-f", requirements, "--to", user.PathOf("own/env")]).MustReturn(0);
    }

    private static void MustFail(CreateFolder folder, ProcessResult result, params string[] says)
    {
        CleanFailure.Check(result, 1);
        Assert.All(says, text => Assert.Contains(text, result.StandardError));
        MustBeAbsent(folder);
    }

    private static void MustBeAbsent(CreateFolder folder)
    {
        CreateFolder.MustBeAbsent(folder.PathOf("env"));
        Assert.True(
            !Directory.Exists(Path.Join(folder.Store, "tmp")) || Directory.GetFileSystemEntries(Path.Join(folder.Store, "tmp")).Length == 0,
            "something is left in the store's tmp");
    }
}
