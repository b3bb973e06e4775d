using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Host.CondaConfiguration;
using Firn.Python;
using Firn.Python.Environments;
using Firn.Python.Interpreters;
using Firn.Python.Pip;

namespace Firn.Fuzz.Targets;

/// <summary>What makes a folder an environment, and what users configure around it.</summary>
internal static class EnvironmentTargets
{
    private static readonly SystemContext Nowhere = new()
    {
        Variables = new Dictionary<string, string> { ["HOME"] = "/home/user", ["X"] = "y" },
        HomeDirectory = "/home/user",
        CurrentDirectory = "/",
    };

    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        yield return new FuzzTarget
        {
            Name = "pyvenv",
            Seeds = SeedFolder.Load("pyvenv"),
            Tokens = Tokens.Settings,
            Run = ReadConfiguration,
        };
        yield return new FuzzTarget
        {
            Name = "pth",
            Seeds = SeedFolder.Load("pth"),
            Tokens = Tokens.Settings,
            Run = ReadPth,
        };
        yield return new FuzzTarget
        {
            Name = "windows-pth",
            Seeds = SeedFolder.Load("windows-pth"),
            Tokens = Tokens.Settings,
            Run = input => _ = WindowsPathFile.Parse(Encoding.UTF8.GetString(input), "/opt/python"),
        };
        yield return new FuzzTarget
        {
            Name = "condarc",
            Seeds = SeedFolder.Load("conda-settings"),
            Tokens = Tokens.CondaText.AddRange(Tokens.Settings),
            Run = input =>
            {
                var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["CONDARC"] = scratch.Write("condarc", input) };
                _ = Condarc.Read(null, [], Nowhere with { Variables = variables }, []).Joined("envs_dirs", "envs_path");
            },
        };
        yield return new FuzzTarget
        {
            Name = "pixi",
            Seeds = SeedFolder.Load("pixi"),
            Tokens = [.. Tokens.Json, [.. "\"pixi_version\""u8]],
            Run = input =>
            {
                scratch.Write("pixi/conda-meta/pixi", input);
                _ = CondaPrefixMarkers.Creator(scratch["pixi"]);
            },
        };
        yield return new FuzzTarget
        {
            Name = "binary-version",
            Seeds = [.. SeedFolder.Load("elf"), new FuzzSeed("version", [.. "x3.11.7\0 13.11.7\0 3.11.\0 3.11.70b1+\0"u8])],
            Tokens = [[.. "3.11.7\0"u8], [.. "3.11."u8], [.. "\0"u8]],
            Run = input =>
            {
                _ = BinaryVersion.Find(input, "3.11."u8);
                _ = DebianVersion.Find(input, "python3.11-minimal");
            },
        };
        yield return new FuzzTarget
        {
            Name = "requirements",
            Seeds = SeedFolder.Load("requirements"),
            Tokens = Tokens.Requirements,
            Run = input => MergeRequirements(scratch.Write("requirements.txt", input)),
        };
        yield return new FuzzTarget
        {
            Name = "pip-conf",
            Seeds = SeedFolder.Load("ini"),
            Tokens = Tokens.Settings,
            Run = input => _ = IniFile.Read(scratch.Write("pip.conf", input))?.Value("freeze", "find-links"),
        };
    }

    private static void ReadConfiguration(byte[] input)
    {
        var configuration = PyvenvConfiguration.Parse(Encoding.UTF8.GetString(input));
        if (configuration.Version is { } version && PythonTag.TryFromVersion(version, out var tag))
        {
            _ = PythonRelease.Parse(version, tag);
            _ = PythonTag.TryParse(version, out _);
        }
    }

    private static void ReadPth(byte[] input)
    {
        foreach (var release in (ReadOnlySpan<PythonRelease>)[new(2, 7, 18), new(3, 11, 7), new(3, 13, 0)])
        {
            foreach (var line in PthFile.Parse(input, release, out _))
            {
                _ = line.IsStatement ? PthFile.FirstModule(line.Text) : PythonPaths.Absolute("/site", line.Text);
            }
        }
    }

    private static void MergeRequirements(string path)
    {
        foreach (var pip in new[] { "19.3", "24.0" })
        {
            var problems = new List<Problem>();
            var entries = new Dictionary<string, FrozenRequirement>(StringComparer.Ordinal);
            foreach (var name in new[] { "numpy", "snow-depth", "Snow.Depth", "melt", "six" })
            {
                entries[name] = new FrozenRequirement(name, name + "==1", false, []);
            }

            var lines = ImmutableArray.CreateBuilder<string>();
            var options = new PipFreezeOptions
            {
                SearchPath = [],
                RequirementFiles = [path],
                SystemContext = SystemContext.OfThisProcess(),
            };
            new RequirementFileMerger(PipRules.For(pip, 3, 11), options, problems).Merge(entries, lines);
        }
    }
}
