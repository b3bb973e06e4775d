using System.Runtime.Versioning;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>Credentials of a project and of a command line reach neither a store nor a crate, and what is left out is named.</summary>
[SupportedOSPlatform("linux")]
public sealed class RunSecretTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Mark = "s3cr3t-";

    [SkippableFact]
    public void Secret_files_are_no_code_in_a_repository()
    {
        using var folder = new RunFolder(firn);
        folder.Write("train.py", "print(1)\n");
        folder.Write(".pgpass", Mark + "tracked\n");
        folder.Git("init", "--quiet");
        folder.Git("add", ".");
        folder.Git("commit", "--quiet", "-m", "1");
        folder.Write("train.py", "print(2)\n");
        folder.Write(".pgpass", Mark + "changed\n");
        string[] names = [".env.local", ".npmrc", "keys/id_rsa", "x.kdbx", "server.pem", "lab-login.txt"];
        foreach (var name in names)
        {
            folder.Write(name, name == "server.pem" ? $"-----BEGIN PRIVATE KEY-----\n{Mark}\n" : Mark + name);
        }

        folder.Write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
        folder.Write("firn.yaml", "secrets: lab-login.txt\nanalyses: {s/a: {command: python train.py}}\n");

        var run = folder.Firn("run", "--no-archive").MustReturn(0);

        Assert.All([.. names, ".pgpass"], name => Assert.Contains(name, run.StandardError));
        var code = folder.Execution("s/a@1").GetProperty("code");
        Assert.Equal<string>([.. names.Append(".pgpass").Order(StringComparer.Ordinal)], Texts(code.GetProperty("secret")));
        Assert.Contains("ca.pem", Texts(code.GetProperty("untracked")));
        Assert.Contains("print(2)", System.Text.Encoding.UTF8.GetString(folder.Fetch("s/a@1", "code.patch")));
        Assert.Empty(With(folder.PathOf("store"), Mark));
        folder.Write(".env.local", Mark + "other");
        Assert.Contains("done", folder.Firn("status").MustReturn(0).StandardOutput);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Source_file_with_a_private_key_is_no_code(bool isChanged)
    {
        const string body = "MIIEpAIBAAKCAQEA7yn3bRHQ5jXvmQ2rCw1sPq8Zk0dHf3LxT9uVYbNaEoGi6JhK";
        const string key = $"KEY = \"\"\"-----BEGIN RSA PRIVATE KEY-----\n{body}\n\"\"\"\n";
        using var folder = new RunFolder(firn);
        folder.Write("tracked.py", isChanged ? "KEY = None\n" : key);
        folder.Write("parser.py", "BEGIN = '-----BEGIN RSA PRIVATE KEY-----'\n");
        folder.Git("init", "--quiet");
        folder.Git("add", "tracked.py", "parser.py");
        folder.Git("commit", "--quiet", "-m", "1");
        folder.Write("tracked.py", key);
        folder.Write("untracked.ipynb", $"{{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n{body}\\n\"}}");
        folder.Write("firn.yaml", "analyses: {s/a: {command: 'cat tracked.py > /dev/null'}}\n");

        var run = folder.Firn("run", "--no-archive").MustReturn(0);

        Assert.Contains("tracked.py", run.StandardError);
        Assert.Contains("untracked.ipynb", run.StandardError);
        Assert.DoesNotContain("parser.py", run.StandardError);
        Assert.Empty(With(folder.PathOf("store"), body));
        Assert.NotEmpty(With(folder.PathOf("store"), "BEGIN RSA PRIVATE KEY-----'"));
    }

    [SkippableFact]
    public void Secret_files_are_no_code_without_a_repository()
    {
        using var folder = new RunFolder(firn);
        folder.Write("firn.yaml", "analyses: {s/a: {command: echo 1}}\n");
        folder.Write(".env", Mark);
        folder.Write("credentials", Mark);
        folder.Write("conf/secrets.toml", Mark);

        var run = folder.Firn("run", "--no-archive").MustReturn(0);

        Assert.Contains("not kept as code, since they may hold passwords or tokens: .env, conf/secrets.toml, credentials", run.StandardError);
        Assert.Empty(With(folder.PathOf("store"), Mark));
    }

    [SkippableFact]
    public void File_that_a_command_names_is_no_code_where_it_is_a_secret()
    {
        using var folder = new RunFolder(firn);
        folder.Write("id_ed25519", Mark);

        folder.Firn("run", "--no-archive", "--", "cat", "id_ed25519").MustReturn(0);

        // What a command prints is its log.
        Assert.Single(With(folder.PathOf("store"), Mark));
    }

    [SkippableFact]
    public void Output_that_is_a_secret_is_kept_only_where_it_is_named_and_never_published()
    {
        using var folder = new RunFolder(firn);
        folder.Write(
            "firn.yaml",
            $"analyses: {{s/a: {{command: 'mkdir out; echo {Mark}1 > out/.env; echo {Mark}2 > token.key; echo 1 > out/r', outputs: [out/, token.key]}}}}\n");

        var run = folder.Firn("run", "--no-archive").MustReturn(0);

        Assert.Contains("out/.env", run.StandardError);
        Assert.Contains("token.key", run.StandardError);
        Assert.Equal<string>(["out/r", "token.key"], Texts(folder.Execution("s/a@1").GetProperty("outputs"), "path"));
        var crate = folder.PathOf("crate");
        Assert.Contains("left out token.key", folder.Firn("export", "s/a", "--format", "ro-crate", "-o", crate).MustReturn(0).StandardError);
        Assert.False(File.Exists(Path.Join(crate, "token.key")));
        Assert.True(File.Exists(Path.Join(crate, "out", "r")));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Crate_has_the_code_of_the_run_in_source_and_neither_inputs_nor_secrets(bool hasGit)
    {
        using var folder = new RunFolder(firn);
        folder.Write("lib/a b.py", "print(1)\n");
        folder.Write("data.csv", "patients\n");
        folder.Write(".env", Mark);
        folder.Write("firn.yaml", "analyses: {s/a: {command: 'python \"lib/a b.py\" > out', inputs: data.csv, outputs: out}}\n");
        if (hasGit)
        {
            folder.Write(".gitignore", ".firn/\n.venv/\n");
            folder.Git("init", "--quiet");
            folder.Git("add", ".");
            folder.Git("commit", "--quiet", "-m", "1");
        }

        folder.Firn("run", "--no-archive").MustReturn(0);
        folder.Write("lib/a b.py", "print(2)\n");
        var crate = folder.PathOf("crate");
        folder.Firn("export", "s/a", "--format", "ro-crate", "-o", crate).MustReturn(0);

        Assert.Equal("print(1)\n", File.ReadAllText(Path.Join(crate, "source", "lib", "a b.py")));
        Assert.False(File.Exists(Path.Join(crate, "source", "data.csv")));
        Assert.Empty(With(crate, Mark));
        Assert.Contains("\"source/lib/a%20b.py\"", File.ReadAllText(Path.Join(crate, "ro-crate-metadata.json")));
    }

    [SkippableFact]
    public void Secret_in_a_command_is_in_no_record_and_a_rerun_asks_for_it()
    {
        using var folder = new RunFolder(firn);
        folder.Write("t.py", "import sys\nopen('o', 'w').write(str(len(sys.argv[1])))\n");
        string[] command = ["python", "t.py", $"--api-key={Mark}x"];

        var run = folder.Firn(["run", "--as", "s/a", "-o", "o", "--", .. command]).MustReturn(0);

        Assert.Contains("the record has *** for --api-key; a rerun takes FIRN_SECRET_API_KEY for it", run.StandardError);
        Assert.Empty(With(folder.PathOf("store"), Mark));
        Assert.Equal<string>(["--api-key"], Texts(folder.Execution("s/a@1").GetProperty("masked_arguments")));
        var refused = folder.Firn("rerun", "s/a@1");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("FIRN_SECRET_API_KEY", refused.StandardError);
        var again = folder.Program("/usr/bin/env", $"FIRN_SECRET_API_KEY={Mark}x", firn.Executable, "rerun", "s/a@1").MustReturn(0);
        Assert.Contains("is reproduced: 1 output equal", again.StandardOutput);
        Assert.Empty(With(folder.PathOf("store"), Mark));
    }

    [SkippableFact]
    public void Private_output_stays_private_in_the_store()
    {
        Skip.If(OperatingSystem.IsWindows());
        using var folder = new RunFolder(firn);
        folder.Firn("run", "--no-archive", "-o", "o", "-o", "p", "--", "sh", "-c", "umask 022; echo 1 > p; umask 077; echo 2 > o").MustReturn(0);

        using var record = JsonDocument.Parse(folder.Firn("results", "show", "adhoc/sh", "--json").MustReturn(0).StandardOutput);
        foreach (var resource in record.RootElement.GetProperty("resources").EnumerateArray())
        {
            var digest = resource.GetProperty("sha256").GetString()!;
            var mode = File.GetUnixFileMode(Directory.GetFiles(folder.PathOf("store"), digest, SearchOption.AllDirectories).Single());
            Assert.Equal(resource.GetProperty("name").GetString() != "o", mode.HasFlag(UnixFileMode.OtherRead));
        }
    }

    private static string[] Texts(JsonElement array, string? member = null) =>
        [.. array.EnumerateArray().Select(item => (member is null ? item : item.GetProperty(member)).GetString()!)];

    private static List<string> With(string folder, string text) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal))];
}
