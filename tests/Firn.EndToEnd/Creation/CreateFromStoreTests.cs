using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>What the store has, and has not, of what a lock names; and locks of folders of wheels.</summary>
[Collection(MachinePythons.Name)]
public sealed class CreateFromStoreTests(PublishedFirn firn)
{
    [SkippableFact]
    public void Create_offline_says_what_the_store_has_instead()
    {
        using var folder = new CreateFolder(firn);
        var alpha = folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        Create(folder, "3.11", "first", "alpha==1.0", "--no-index", "--find-links", folder.Wheels).MustReturn(0);
        var digest = LoopbackIndex.DigestOf(alpha);

        foreach (var (python, line, reason) in ((string, string, string)[])
        [
            ("3.12", "alpha==1.0", $"the store has it for another Python only, {Path.GetFileName(alpha)} for python3.11"),
            ("3.12", $"alpha==1.0 --hash=sha256:{digest}", $"the store has it for another Python only, {Path.GetFileName(alpha)} for python3.11"),
            ("3.11", $"alpha==1.0 --hash=sha256:{new string('0', 64)}", $"the store has {Path.GetFileName(alpha)} with another digest, sha256:{digest}"),
            ("3.11", "alpha==2.0", "the store does not have it"),
            ("3.11", "beta==1.0", "the store does not have it"),
        ])
        {
            var missing = Create(folder, python, "second", line, "--offline");

            CleanFailure.Check(missing, 1);
            Assert.Contains($"(second.txt:1): {reason}\n", missing.StandardError);
        }
    }

    [SkippableTheory]
    [InlineData("a", "b")]
    [InlineData(".venv", "study env")]
    [InlineData("env", "prompt")]
    public void Environments_of_one_lock_are_equal_whatever_their_folders_are_called(string first, string second)
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        string[] options = ["--no-index", "--find-links", folder.Wheels];
        Create(folder, "3.11", first, "alpha==1.0", options).MustReturn(0);
        Create(folder, "3.11", second, "alpha==1.0", options).MustReturn(0);
        folder.Run("capture", folder.PathOf(first), "-o", "capture", "--archive", "--store", folder.Store).MustReturn(0);

        folder.Run("verify", "capture", second, "--read-data", "--store", folder.Store).MustReturn(0);

        foreach (var (name, edit) in ((string, string)[])[("activate", "\nPS1=evil\n"), ("activate.fish", "\nset -gx PATH /tmp\n"), ("activate.csh", " ")])
        {
            var script = folder.PathOf(second, "bin", name);
            var text = File.ReadAllText(script);
            File.WriteAllText(script, text + edit);
            Assert.Contains($"{second}/bin/{name}\n", folder.Run("verify", "capture", second, "--read-data", "--store", folder.Store).MustReturn(3).StandardOutput);
            File.WriteAllText(script, text);
        }
    }

    [SkippableFact]
    public void Lock_of_a_pinned_file_in_a_folder_of_wheels_has_its_digest()
    {
        using var folder = new CreateFolder(firn);
        var digest = LoopbackIndex.DigestOf(folder.Add(CreateFolder.Speaking("alpha", "1.0")));
        folder.Write("spec.txt", "alpha==1.0");

        foreach (var links in (string[])["wheels", folder.Wheels, "file://" + folder.Wheels])
        {
            var locked = folder.Run("lock", "-f", "spec.txt", "--no-index", "--find-links", links, "--python", CreateFolder.Python).MustReturn(0);

            Assert.Contains($"alpha==1.0 \\\n    --hash=sha256:{digest}\n", locked.StandardOutput);
        }
    }

    [SkippableTheory]
    [InlineData("3.11")]
    [InlineData("system")]
    public void Create_says_that_the_python_below_is_not_archived(string python)
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));

        var made = Create(folder, python, "env", "alpha==1.0", "--no-index", "--find-links", folder.Wheels).MustReturn(0);

        Assert.Contains("\n                without the Python below it\n", made.StandardOutput);
    }

    private static ProcessResult Create(CreateFolder folder, string python, string name, string line, params IEnumerable<string> more)
    {
        folder.Write(name + ".txt", line);
        return folder.Run(
            ["create", "-f", name + ".txt", "--to", folder.PathOf(name), "--store", folder.Store, "--python", RealPython.Of(python), "--without-pip", .. more]);
    }
}
