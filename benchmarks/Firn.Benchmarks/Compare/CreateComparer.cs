using System.Globalization;
using Firn.Benchmarks.Packages;

namespace Firn.Benchmarks.Compare;

/// <summary>
/// <c>firn create</c> beside <c>python -m venv</c> and <c>pip install</c> of the same wheels from the same server, and
/// the same of conda packages, which have no peer here.
/// </summary>
/// <param name="firn">The published firn.</param>
/// <param name="python">The Python under the virtual environments.</param>
/// <param name="folder">Where the packages, stores and environments are.</param>
/// <param name="runs">How often each is measured.</param>
internal sealed class CreateComparer(string firn, PythonPrefix python, WorkFolder folder, int runs)
{
    /// <summary>How many wheels, and how many conda packages.</summary>
    public const int Packages = 200;

    private const int Environments = 10;
    private const double ColdFactor = 5;
    private const double WarmFactor = 10;

    // The environment is made, then filled, as users do it; what is measured is both.
    private const string PipScript =
        """python=$1 prefix=$2; shift 2; "$python" -m venv "$prefix" && "$prefix/bin/pip" install --quiet "$@" """;

    public CreateMeasurement Measure()
    {
        Console.Error.WriteLine($"making {Packages} wheels and {Packages} conda packages");
        using var site = PackageSite.Create(folder.PathOf("site"), Packages);
        Contestant[] contestants =
        [
            Wheels("wheels, cold: firn create", site, "store-cold"),
            Pip("wheels, cold: venv, pip install", site, "--no-cache-dir"),
            Pip("wheels, cold: the same, --no-compile", site, "--no-cache-dir", "--no-compile"),
            Wheels("wheels, warm: firn create", site, "store"),
            Wheels("wheels, warm: firn create --link", site, "store", "--link"),
            Pip("wheels, warm: venv, pip install", site, CacheOptions) with { After = KeepLast },
            Conda("conda, cold: firn create", site, "store-cold"),
            Conda("conda, warm: firn create", site, "store"),
            Conda("conda, warm: firn create --link", site, "store", "--link"),
            new Contestant("start-up: firn --version", firn, _ => ["--version"]),
        ];
        // Nothing is required of these, and each takes a quarter of a minute: once is enough.
        Contestant[] shown =
        [
            Pip("wheels, warm: the same, --no-compile", site, [.. CacheOptions, "--no-compile"]),
            Wheels("wheels, cold: firn create --compile", site, "store-cold", "--compile"),
        ];
        Console.Error.WriteLine("filling the store, and pip's cache");
        foreach (var contestant in (Contestant[])[contestants[4], contestants[8], shown[0]])
        {
            ProcessTimer.Run(contestant.FileName, contestant.Arguments(0), contestant.Variables);
            contestant.After!(0);
        }

        Console.Error.WriteLine($"measuring {runs} runs of each");
        var rows = ProcessTimer.MeasureWarm(runs, contestants);
        var shownRows = ProcessTimer.MeasureWarm(1, shown);
        return new CreateMeasurement(
            string.Create(
                CultureInfo.InvariantCulture,
                $"environments of {Packages} packages, {site.FileCount:N0} files, {site.Size / 1048576} MiB, {runs} interleaved runs of each"),
            [.. rows, .. shownRows],
            [
                new CreateRequirement("cold beside pip", rows[0], rows[1], ColdFactor),
                new CreateRequirement("cold beside pip --no-compile", rows[0], rows[2], null),
                new CreateRequirement("cold with --compile beside pip", shownRows[1], rows[1], null),
                new CreateRequirement("warm beside pip", rows[3], rows[5], WarmFactor),
                new CreateRequirement("warm with --link beside pip", rows[4], rows[5], WarmFactor),
                new CreateRequirement("warm beside pip --no-compile", rows[3], shownRows[0], null),
                new CreateRequirement("conda, cold, beside pip's wheels", rows[6], rows[1], null),
                new CreateRequirement("conda, warm, beside pip's wheels", rows[7], rows[5], null),
            ],
            MeasureDisk(site));
    }

    /// <summary>What pip keeps it keeps for hosts that it trusts alone.</summary>
    private string[] CacheOptions => ["--trusted-host", "127.0.0.1", "--cache-dir", folder.PathOf("pip-cache")];

    private Dictionary<string, string> Variables => new()
    {
        ["FIRN_CACHE"] = folder.PathOf("cache"),
        ["PIP_CONFIG_FILE"] = "/dev/null",
        ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1",
        ["PIP_NO_INPUT"] = "1",
    };

    private Contestant Wheels(string name, PackageSite site, string store, params string[] options) => Firn(
        name,
        store,
        ["-f", site.Requirements, "--index-url", site.IndexUrl, "--python", python.Executable, .. options]);

    private Contestant Conda(string name, PackageSite site, string store, params string[] options) =>
        Firn(name, store, ["-f", site.ExplicitFile, .. options]);

    private Contestant Firn(string name, string store, string[] arguments) => new(
        name,
        firn,
        run => ["create", "--store", folder.PathOf(store), "--to", folder.PathOf($"created-{run}"), .. arguments])
    {
        Variables = Variables,
        After = run =>
        {
            Remove($"created-{run}");
            Remove("store-cold");
        },
    };

    private Contestant Pip(string name, PackageSite site, params string[] options) => new(
        name,
        "/bin/sh",
        run =>
        [
            "-c", PipScript, "pip", python.Executable, folder.PathOf($"venv-{run}"),
            .. options, "--index-url", site.IndexUrl, "-r", site.Requirements,
        ])
    {
        Variables = Variables,
        After = run => Remove($"venv-{run}"),
    };

    /// <summary>Environments of Firn's share what they have in common; pip writes all of it each time.</summary>
    private DiskUse[] MeasureDisk(PackageSite site)
    {
        Console.Error.WriteLine("making environments to see what they take");
        var own = Wheels("disk", site, "store-disk", "--link");
        var cache = new Dictionary<string, string>(own.Variables) { ["FIRN_CACHE"] = folder.PathOf("cache-disk") };
        var prefixes = new List<string>();
        var uses = new List<DiskUse>();
        for (var number = 1; number <= Environments; number++)
        {
            ProcessTimer.Run(own.FileName, own.Arguments(number), cache);
            prefixes.Add(folder.PathOf($"created-{number}"));
            if (number == 1)
            {
                uses.Add(DiskUse.Of("on disk: store alone", folder.PathOf("store-disk")));
                uses.Add(FirnUse("on disk: store, cache, 1 environment"));
            }
        }

        uses.Add(FirnUse($"on disk: store, cache, {Environments} environments"));
        var venv = DiskUse.Of("on disk: 1 venv of pip", folder.PathOf("kept"));
        uses.Add(venv);
        // No two of them share a block.
        uses.Add(new DiskUse($"on disk: {Environments} venvs of pip", Environments * venv.Bytes));
        return [.. uses];

        DiskUse FirnUse(string name) =>
            DiskUse.Of(name, [folder.PathOf("store-disk"), folder.PathOf("cache-disk"), .. prefixes]);
    }

    /// <summary>The last one is looked at later; another would take half a minute.</summary>
    private void KeepLast(int run)
    {
        if (run == runs)
        {
            Directory.Move(folder.PathOf($"venv-{run}"), folder.PathOf("kept"));
        }

        Remove($"venv-{run}");
    }

    // rm, since .NET's own deletion stumbles over folders that may not be written to.
    private void Remove(string name) => ProcessTimer.Run("rm", ["-rf", folder.PathOf(name)]);
}
