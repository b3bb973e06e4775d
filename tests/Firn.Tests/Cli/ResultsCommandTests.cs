using System.Text.Json;
using Firn.Cli;

namespace Firn.Tests.Cli;

public sealed class ResultsCommandTests : IDisposable
{
    private readonly StoreMachine _machine = new();

    [Fact]
    public void A_project_without_results_is_told_of_those_of_others()
    {
        _machine.Write("a/firn.yaml", "name: a\n");
        _machine.Write("b/firn.yaml", "name: b\n");
        _machine.Write("file", "content");
        _machine.Done("results", "add", "S/N", "file", "--project", "a");

        Assert.Contains("S/N", _machine.Done("results", "list", "--project", "a").Output, StringComparison.Ordinal);
        var run = _machine.Run("results", "list", "--project", "b");

        Assert.Equal((ExitCodes.Done, string.Empty), (run.ExitCode, run.Output));
        Assert.Contains("--all-projects", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@file")]
    [InlineData("@")]
    [InlineData("@a b")]
    public void A_name_with_an_at_sign_is_a_name(string name)
    {
        _machine.Write(name, "content");

        Assert.StartsWith("Added 1 file", _machine.Done("results", "add", "S/N", name).Output, StringComparison.Ordinal);
        Assert.Contains(name, _machine.Done("results", "show", "S/N").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("S/N", "nosuch", "`firn results show S/N` lists the files of its last run")]
    [InlineData("S/N@1", "nosuch", "`firn results show S/N@1` lists its files")]
    [InlineData("S/M", null, "`firn results list` lists the analyses")]
    [InlineData("S/M", "file", "`firn results list` lists the analyses")]
    public void What_a_hint_names_works(string run, string? name, string hint)
    {
        _machine.Write("file", "content");
        _machine.Done("results", "add", "S/N", "file");

        var failed = _machine.Run(["results", "fetch", run, .. name is null ? Array.Empty<string>() : [name]]);

        Assert.Equal(ExitCodes.Failed, failed.ExitCode);
        Assert.Contains($"hint: {hint}", failed.Error, StringComparison.Ordinal);
        var command = hint.Split('`')[1].Split(' ')[1..];
        Assert.Contains(name is null || run == "S/M" ? "S/N" : "file", _machine.Done(command).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("firn1:sha256:4470")]
    [InlineData("firn1:sha256:")]
    [InlineData("firn1:sha256:4470f43g")]
    [InlineData("firn1:sha256:447@2")]
    public void An_id_with_too_few_digits_says_how_many_are_needed(string id)
    {
        _machine.Write("file", "content");
        _machine.Done("results", "add", "S/N", "file");

        var failed = _machine.Run("restore", id);

        Assert.Equal(ExitCodes.Failed, failed.ExitCode);
        Assert.Contains("hint: give at least 8 of its 64 digits", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_added_listed_and_fetched()
    {
        _machine.Write("posterior.dat", "hello");

        Assert.Equal("Added 1 file (5 B) as GW150914/Prod0@1\n", _machine.Done("results", "add", "GW150914/Prod0", "posterior.dat").Output);

        using var list = JsonDocument.Parse(_machine.Done("results", "list", "GW150914/Prod0", "--json").Output);
        var run = list.RootElement.GetProperty("analyses")[0].GetProperty("runs")[0];
        var resource = run.GetProperty("resources")[0];
        Assert.Equal("posterior.dat", resource.GetProperty("name").GetString());
        Assert.Equal(5, resource.GetProperty("size").GetInt32());
        Assert.Equal("5d41402abc4b2a76b9719d911017c592", resource.GetProperty("md5").GetString());
        Assert.Equal("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", resource.GetProperty("sha256").GetString());
        Assert.Equal(32, resource.GetProperty("uuid").GetString()!.Length);

        _machine.Done("results", "fetch", "GW150914/Prod0", "posterior.dat", "-o", "copy.dat");
        Assert.Equal("hello", File.ReadAllText(_machine.At("copy.dat")));
        Assert.Equal(
            $"There is a store already at {_machine.Store}:",
            _machine.Done("store", "init").Output.Split('\'')[0].TrimEnd());
    }

    [Fact]
    public void A_folder_keeps_its_paths_and_what_leads_out_is_said()
    {
        _machine.Write("out/a.txt", "a");
        _machine.Write("out/deep/b.txt", "b");
        _machine.Write("secret", "s");
        File.CreateSymbolicLink(_machine.At("out/leak"), _machine.At("secret"));
        File.CreateSymbolicLink(_machine.At("out/inside"), "a.txt");
        File.CreateSymbolicLink(_machine.At("out/loop"), ".");
        File.CreateSymbolicLink(_machine.At("out/nowhere"), "none");

        var run = _machine.Run("results", "add", "S/N", "out/");

        Assert.Equal(ExitCodes.Partial, run.ExitCode);
        Assert.Equal(3, run.Messages.Length);
        Assert.Contains(run.Messages, line => line.Contains("leak: it is a link that leads out", StringComparison.Ordinal));
        _machine.Done("results", "fetch", "S/N", "-o", "got");
        var names = Directory.GetFiles(_machine.At("got"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_machine.At("got"), path)).Order(StringComparer.Ordinal);
        Assert.Equal(["out/a.txt", "out/deep/b.txt", "out/inside"], names);
        Assert.Equal("a", File.ReadAllText(_machine.At("got/out/inside")));
    }

    [Fact]
    public void The_current_folder_gives_names_without_its_own_and_never_the_store()
    {
        _machine.Write("a.txt", "a");
        _machine.Done("store", "init", "inner");

        var run = _machine.Run("results", "add", "S/N", ".", "--store", "inner");

        Assert.Contains("inner: it is the store", Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.Contains("  a.txt  ", _machine.Done("results", "show", "S/N", "--store", "inner").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_is_separated_by_nul()
    {
        _machine.Write("one", "1");
        _machine.Write("two\nlines", "2");
        _machine.Write("list", "one\0two\nlines\0");
        _machine.Write("lines", "one\ntwo\n");

        Assert.StartsWith("Added 2 files", _machine.Done("results", "add", "S/N", "--files-from", "list").Output, StringComparison.Ordinal);
        _machine.Run("results", "add", "S/N", "--files-from", "lines").AssertUsage("has lines and no NUL");
        _machine.Run("results", "add", "S/N", "--files-from", "none").AssertFailed("cannot read the list");
    }

    [Fact]
    public void Fetch_gives_the_last_successful_runs_file_and_at_n_any()
    {
        _machine.Write("r", "first");
        _machine.Write("only", "1");
        _machine.Done("results", "add", "S/N", "r", "only");
        _machine.Write("r", "second");
        _machine.Done("results", "add", "S/N", "r");
        _machine.Write("r", "broken");
        _machine.Write("log", "l");
        _machine.Done("results", "add", "S/N", "r", "log", "--status", "failed");

        Assert.Equal("second", Fetched("S/N", "r"));
        Assert.Equal("1", Fetched("S/N", "only"));
        Assert.Equal("first", Fetched("S/N@1", "r"));
        Assert.Equal("broken", Fetched("S/N@3", "r"));
        _machine.Run("results", "fetch", "S/N", "log").AssertFailed("but a failed one has");
        _machine.Run("results", "fetch", "S/N@2", "only").AssertFailed("has no file 'only'");
        _machine.Run("results", "fetch", "S/N@4", "r").AssertFailed("has no run 4");
        _machine.Run("results", "fetch", "S/M", "r").AssertFailed("no run of S/M");
    }

    [Fact]
    public void Fetch_never_overwrites_without_force()
    {
        _machine.Write("r", "new");
        _machine.Done("results", "add", "S/N", "r");
        _machine.Write("mine", "mine");
        File.CreateSymbolicLink(_machine.At("dangling"), "none");

        _machine.Run("results", "fetch", "S/N", "r", "-o", "mine").AssertFailed("is there already");
        _machine.Run("results", "fetch", "S/N", "r", "-o", "dangling").AssertFailed("is there already");
        Assert.Equal("mine", File.ReadAllText(_machine.At("mine")));
        _machine.Done("results", "fetch", "S/N", "r", "-o", "mine", "--force");
        Assert.Equal("new", File.ReadAllText(_machine.At("mine")));
        Assert.Empty(Directory.GetFiles(_machine.At("."), "*.tmp"));
    }

    [Theory]
    [InlineData("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", ExitCodes.Done)]
    [InlineData("5d41402abc4b2a76b9719d911017c592", ExitCodes.Done)]
    [InlineData("md5:5D41402ABC4B2A76B9719D911017C592", ExitCodes.Done)]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000", ExitCodes.Different)]
    [InlineData("00000000000000000000000000000000", ExitCodes.Different)]
    [InlineData("hello", ExitCodes.Usage)]
    public void Fetch_checks_the_digest_that_is_expected(string hash, int exitCode)
    {
        _machine.Write("r", "hello");
        _machine.Done("results", "add", "S/N", "r");

        Assert.Equal(exitCode, _machine.Run("results", "fetch", "S/N", "r", "-o", "copy", "--hash", hash).ExitCode);
        Assert.Equal(exitCode == ExitCodes.Done, File.Exists(_machine.At("copy")));
    }

    [Fact]
    public void Damage_is_not_handed_out()
    {
        _machine.Write("r", "hello");
        _machine.Done("results", "add", "S/N", "r");
        var path = Path.Join(_machine.Store, "files/sha256/2c/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        File.Delete(path);
        File.WriteAllText(path, "hellO");

        var run = _machine.Run("results", "fetch", "S/N", "r", "-o", "copy/");

        Assert.Equal(ExitCodes.Different, run.ExitCode);
        run.AssertFailed("is damaged");
        Assert.Empty(Directory.GetFiles(_machine.At("copy")));
    }

    [Fact]
    public void Forgetting_takes_a_run_out_and_keeps_the_chain()
    {
        _machine.Write("a", "alone");
        _machine.Write("b", "shared");
        _machine.Done("results", "add", "S/N", "a", "b");
        _machine.Done("results", "add", "S/M", "b");

        Assert.Equal(
            "Forgot S/N@1; `firn store gc` frees 1 file (5 B) that no other run has\n",
            _machine.Done("results", "forget", "S/N@1").Output);
        Assert.StartsWith("Forgotten already: S/N@1", _machine.Done("results", "forget", "S/N@1").Output, StringComparison.Ordinal);
        _machine.Run("results", "fetch", "S/N@1", "a").AssertFailed("is forgotten");
        _machine.Run("results", "fetch", "S/N", "a").AssertFailed("has no run of S/N");
        _machine.Run("results", "forget", "S/N@2").AssertFailed("it forgets run 1");
        _machine.Run("results", "forget", "S/N").AssertUsage("which run of S/N");
        Assert.Equal(2, _machine.Done("results", "list", "S/N").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        _machine.Done("results", "add", "S/N", "a");
        Assert.Equal("alone", Fetched("S/N", "a"));
    }

    [Fact]
    public void Wrong_use_says_what_to_do_and_makes_no_store()
    {
        _machine.Run("results", "add", "S/N").AssertUsage("no file is named");
        _machine.Run("results", "add", "S/N", "none").AssertFailed("not found");
        _machine.Run("results", "add", "SN", "x").AssertUsage("is not an analysis");
        Directory.CreateDirectory(_machine.At("empty"));
        _machine.Run("results", "add", "S/N", "empty").AssertUsage("no file to add");
        _machine.Write("x/r", "1");
        _machine.Write("y/r", "2");
        _machine.Run("results", "add", "S/N", "x/r", "y/r").AssertUsage("would both be 'r'");
        Assert.Equal(ExitCodes.NoStore, _machine.Run("results", "list").ExitCode);
        Assert.Equal(ExitCodes.NoStore, _machine.Run("results", "fetch", "S/N").ExitCode);
        Assert.False(Directory.Exists(_machine.Store));
    }

    [Fact]
    public void Lists_say_what_is_there()
    {
        _machine.Write("a", "1");
        _machine.Done("results", "add", "S/N", "a");
        _machine.Done("results", "add", "S/N", "a", "--status", "failed");
        _machine.Done("results", "add", "T/x y", "a");

        Assert.Equal(["S/N", "T/x"], _machine.Done("results", "list").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
        Assert.Single(_machine.Done("results", "list", "T").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("failed", _machine.Done("results", "list", "S/N").Output.Split('\n')[1], StringComparison.Ordinal);
        _machine.Run("results", "list", "U").AssertFailed("no run of U");
        _machine.Run("results", "list", "S/M").AssertFailed("no run of S/M");
        Assert.Equal(
            File.ReadAllText(Path.Join(_machine.Store, "analyses/S/N/000002.json")), _machine.Done("results", "show", "S/N", "--json").Output);
    }

    public void Dispose() => _machine.Dispose();

    private string Fetched(string run, string name)
    {
        _machine.Done("results", "fetch", run, name, "-o", "fetched", "--force");
        return File.ReadAllText(_machine.At("fetched"));
    }
}
