using System.Text;

namespace Firn.Tests.Cli;

/// <summary>Files that a user gives and that are not documents: one line in Firn's words, with the place, and a hint.</summary>
public sealed class MalformedDocumentTests : IDisposable
{
    private readonly CommandMachine _machine = new();

    [Theory]
    [InlineData("x{", "line 1, column 1 is not JSON")]
    [InlineData("", "line 1, column 1 is not JSON")]
    [InlineData("{\"schema\": \"firn.environment/1\",\n \"a\": [1,}", "line 2, column 10 is not JSON")]
    [InlineData("{\"schema\": \"firn.environment/1\"", "line 1, column 32 is not JSON")]
    [InlineData("{}\n{}", "line 2, column 1 is not JSON")]
    [InlineData("{\"schema\": \"\\ud800\"}", "a text in it is not Unicode")]
    public void Captures(string text, string reason)
    {
        var file = Write("capture.json", text);

        foreach (var command in (string[][])[["diff", file, file], ["verify", file, "env"], ["export", file, "--format", "cyclonedx"], ["restore", file, "--to", "r", "--store", Store]])
        {
            _machine.Run(command).AssertFailed($"{file} is not a capture: {reason}");
        }
    }

    [Theory]
    [InlineData("x{", "line 1, column 1 is not JSON")]
    [InlineData("{\n\"id\": }", "line 2, column 7 is not JSON")]
    [InlineData("[1", "line 1, column 3 is not JSON")]
    public void Descriptions_of_stores(string text, string reason)
    {
        File.WriteAllText(Path.Join(Store, "firn-store.json"), text);

        _machine.Run("results", "list", "--store", Store).AssertFailed(reason);
    }

    [Theory]
    [InlineData("pylock.toml", "lock-version = \"1.0\n", "line 1, column 20 is not TOML")]
    [InlineData("pylock.toml", "lock-version = \"1.0\"\n[[packages]\n", "line 2, column 11 is not TOML")]
    [InlineData("pylock.toml", "lock-version = \"1.0\"\n= 3\n", "line 2, column 1 is not TOML")]
    [InlineData("environment.yml", "dependencies: [a\n", "environment.yml:2:1: ")]
    [InlineData("conda-lock.yml", "version: 1\nmetadata:\n  a: b\npackage:\n - {name: a\n", "conda-lock.yml:6:1: ")]
    [InlineData("capture.json", "{\"schema\": \"firn.environment/1\",\n \"a\": [1,}", "line 2, column 10 is not JSON")]
    public void Locks(string name, string text, string reason) =>
        _machine.Run("create", "-f", Write(name, text), "--to", "r", "--store", Store).AssertFailed(reason);

    [Theory]
    [InlineData("a: [1,\n", "firn.yaml:2:1: ")]
    [InlineData("a: b: c\n", "firn.yaml:1:5: ")]
    [InlineData("environment: {from: [x]\n", "firn.yaml:2:1: ")]
    public void Projects(string text, string reason)
    {
        Write("firn.yaml", text);

        _machine.Run("status").AssertFailed(reason);
    }

    public void Dispose() => _machine.Dispose();

    private string Store
    {
        get
        {
            var store = Path.Join(_machine.Current, "store");
            if (!Directory.Exists(store))
            {
                _machine.Run("store", "init", store);
            }

            return store;
        }
    }

    private string Write(string name, string text)
    {
        _machine.Virtual("home/work/project/env");
        var file = Path.Join(_machine.Current, name);
        File.WriteAllText(file, text, new UTF8Encoding(false));
        return file;
    }
}
