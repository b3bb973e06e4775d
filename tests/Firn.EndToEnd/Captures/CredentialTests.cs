using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Captures;

/// <summary>Secrets of all the places where they lie about: none leaves the machine with a capture.</summary>
public sealed class CredentialTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Secret = "hunter2";

    private static readonly Dictionary<string, string?> Variables = new()
    {
        ["PIP_INDEX_URL"] = $"https://user:{Secret}1@index.example.org/simple",
        ["PIP_EXTRA_INDEX_URL"] = $"https://{Secret}2@index.example.org/simple",
        ["PIP_FIND_LINKS"] = $"https://user:{Secret}3@links.example.org/wheels/",
        ["AWS_SECRET_ACCESS_KEY"] = $"{Secret}4",
        ["HTTPS_PROXY"] = $"http://user:{Secret}5@proxy.example.org:3128",
        ["GITHUB_TOKEN"] = $"{Secret}6",
        ["LD_PRELOAD_TOKEN"] = $"{Secret}7",
    };

    [SkippableFact]
    public void Nothing_that_Firn_writes_holds_a_credential()
    {
        using var environment = new PlainEnvironment();
        Fill(environment);
        var runner = new ProcessRunner { Variables = Variables };
        var said = new List<ProcessResult>
        {
            firn.Run(runner, "capture", environment.Prefix, "--output", environment.Output).MustReturn(0),
            firn.Run(runner, "capture", environment.Prefix, "--json").MustReturn(0),
            firn.Run(runner, "diff", environment.Output, "/usr/bin/python3").MustReturn(3),
            firn.Run(runner, "diff", environment.Output, "/usr/bin/python3", "--json").MustReturn(3),
        };
        foreach (var source in (string[])[environment.Prefix, environment.Output])
        {
            foreach (var format in (string[])["pip", "requirements", "json", "cyclonedx", "conda", "explicit", "environment.yml"])
            {
                said.Add(firn.Run(runner, "export", source, "--format", format).MustReturn(0));
            }
        }

        Assert.All(said, result => Assert.DoesNotContain(Secret, result.StandardOutput + result.StandardError));
        Assert.All(Directory.GetFiles(environment.Output), file => Assert.DoesNotContain(Secret, File.ReadAllText(file)));
        // The packages themselves are there: nothing was hidden by leaving it out.
        var document = File.ReadAllText(environment.Output + "/environment.json");
        Assert.All((string[])["direct", "vcs", "edited", "channelled"], name => Assert.Contains($"\"{name}\"", document));
    }

    [SkippableFact]
    public void Export_as_pip_keeps_them_and_warns()
    {
        using var environment = new PlainEnvironment();
        Fill(environment);

        var result = firn.Run("export", environment.Prefix, "--format", "pip", "--as-pip", "24.0").MustReturn(0);

        Assert.Contains($"https://user:{Secret}a@files.example.org", result.StandardOutput);
        Assert.Contains("credentials", result.StandardError);
        Assert.DoesNotContain(Secret, result.StandardError);
    }

    private static void Fill(PlainEnvironment environment)
    {
        File.WriteAllText(
            environment.AddDistribution("direct") + "/direct_url.json",
            $$$"""{"url":"https://user:{{{Secret}}}a@files.example.org/direct-1.0.whl?token={{{Secret}}}b","archive_info":{}}""");
        File.WriteAllText(
            environment.AddDistribution("vcs") + "/direct_url.json",
            $$$"""{"url":"https://{{{Secret}}}c@git.example.org/vcs.git","vcs_info":{"vcs":"git","commit_id":"0123456789012345678901234567890123456789","requested_revision":"main"}}""");
        File.WriteAllText(
            environment.AddDistribution("broken") + "/direct_url.json",
            $$"""{"url":"https://user:{{Secret}}d@files.example.org/x.whl","archive_info": 7""");
        var project = SourceProject.Modern(
            environment.Root + "/project", "edited", $"https://user:{Secret}e@git.example.org/edited.git");
        environment.AddEditable("edited", "file://" + project, project);
        var meta = environment.Prefix + "/conda-meta";
        Directory.CreateDirectory(meta);
        File.WriteAllText(meta + "/history", $"==> 2024-01-01 00:00:00 <==\n# cmd: conda install -c https://conda.example.org/t/{Secret}f/ch channelled\n# conda version: 24.1.0\n+https://conda.example.org/t/{Secret}f/ch/linux-64::channelled-1.0-0\n# update specs: ['channelled']\n");
        File.WriteAllText(
            meta + "/channelled-1.0-0.json",
            $$"""
            {"name": "channelled", "version": "1.0", "build": "0", "build_number": 0, "subdir": "linux-64", "depends": [],
             "channel": "https://user:{{Secret}}g@conda.example.org/t/{{Secret}}h/ch/linux-64", "fn": "channelled-1.0-0.conda",
             "url": "https://user:{{Secret}}g@conda.example.org/t/{{Secret}}h/ch/linux-64/channelled-1.0-0.conda",
             "md5": "00000000000000000000000000000000", "files": [], "requested_spec": "https://conda.example.org/t/{{Secret}}h/ch::channelled"}
            """);
        File.WriteAllText(meta + "/state", $$$"""{"version": 1, "env_vars": {"TOKEN": "{{{Secret}}}i"}}""");
        Directory.CreateDirectory(environment.Prefix + "/etc/conda/env_vars.d");
        File.WriteAllText(environment.Prefix + "/etc/conda/env_vars.d/x.json", $$"""{"KEY": "{{Secret}}j"}""");
        File.WriteAllText(environment.Prefix + "/.condarc", $"channels:\n  - https://conda.example.org/t/{Secret}k/ch\n");
        File.WriteAllText(environment.Prefix + "/pip.conf", $"[global]\nindex-url = https://u:{Secret}l@index.example.org/\nfind-links = https://u:{Secret}m@links.example.org/\n");
    }
}
