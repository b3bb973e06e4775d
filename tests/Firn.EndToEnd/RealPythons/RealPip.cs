using System.Text.Json;
using Firn.Common;
using Firn.Python.Pip;
using Firn.Tests;

namespace Firn.EndToEnd.RealPythons;

/// <summary>A real Python: what it says of itself, and what its own pip prints.</summary>
internal sealed class RealPip
{
    private const string Script = """
        import sys, json, site, sysconfig
        p = getattr(sys, "real_prefix", None) or getattr(sys, "base_prefix", sys.prefix)
        u = site.getusersitepackages() if site.ENABLE_USER_SITE else None
        print(json.dumps([[x for x in sys.path if x], sys.prefix, p, u, sysconfig.get_paths()["purelib"], sys.version_info[0], sys.version_info[1]]))
        """;

    private readonly Dictionary<string, string> _variables;
    private readonly JsonElement _facts;

    public RealPip(string executable, Dictionary<string, string>? variables = null)
    {
        Part.Require(executable);
        Executable = executable;
        _variables = variables ?? [];
        _facts = JsonDocument.Parse(Part.Run(executable, _variables, "-c", Script)).RootElement;
        SearchPath = _facts[0].EnumerateArray().Select(item => item.GetString()!).ToArray();
    }

    public string Executable { get; }

    public string[] SearchPath { get; }

    /// <summary>What this Python's own pip prints.</summary>
    public string Freeze(params string[] arguments) => Part.Run(Executable, _variables, ["-m", "pip", "freeze", .. arguments]);

    /// <summary>The options that follow this Python and its pip.</summary>
    public PipFreezeOptions Options()
    {
        var pip = PipInstallation.Find(SearchPath)!;
        var variables = new Dictionary<string, string>(SystemContext.OfThisProcess().Variables) { ["GIT_CONFIG_NOSYSTEM"] = "1" };
        return new PipFreezeOptions
        {
            SearchPath = SearchPath,
            PipVersion = pip.Version,
            IsDebianPip = pip.IsDebian,
            Prefix = _facts[1].GetString()!,
            BasePrefix = _facts[2].GetString()!,
            UserSite = _facts[3].GetString(),
            SitePackages = _facts[4].GetString(),
            Major = _facts[5].GetInt32(),
            Minor = _facts[6].GetInt32(),
            SystemContext = SystemContext.OfThisProcess() with { Variables = variables },
        };
    }

    /// <summary>Compares for the usual options.</summary>
    public void AssertSame()
    {
        var options = Options();
        Assert.Equal(Freeze(), PipFreeze.Run(options, []).Text);
        Assert.Equal(Freeze("--all"), PipFreeze.Run(options with { All = true }, []).Text);
        Assert.Equal(Freeze("--all", "--local"), PipFreeze.Run(options with { All = true, Local = true }, []).Text);
        Assert.Equal(Freeze("--all", "--user"), PipFreeze.Run(options with { All = true, User = true }, []).Text);
    }
}
