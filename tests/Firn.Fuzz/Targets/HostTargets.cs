using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Fuzz.Trees;
using Firn.Host.Binaries;
using Firn.Host.Loading;
using Firn.Host.Machine;
using Firn.Host.SystemPackages;

namespace Firn.Fuzz.Targets;

/// <summary>What the system's own tools write, and shared libraries.</summary>
internal static class HostTargets
{
    private static readonly string[] Keys = ["ID", "VERSION_ID", "PRETTY_NAME", "model name", "flags", "MemTotal", "Model", "Bus Location"];

    private static readonly string[] Packages = ["libc6", "zlib1g", ""];

    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        var elf = new ElfReader();
        var editor = new ElfRunPathEditor();
        RunPathMove[] moves = [new("/opt/x", "/x")];
        yield return new FuzzTarget
        {
            Name = "elf",
            Seeds = SeedFolder.Load("elf"),
            Tokens = Tokens.Elf,
            Run = input =>
            {
                using var stream = new MemoryStream(input, writable: false);
                _ = elf.Read(stream);
                _ = LibcReader.VersionInBanner(input);
            },
        };
        yield return new FuzzTarget
        {
            Name = "elf-file",
            Seeds = SeedFolder.Load("elf"),
            Tokens = Tokens.Elf,
            Run = input => _ = elf.Read(scratch.Write("library.so", input)),
        };
        var symbols = new ExportedSymbols();
        string[] wanted = ["omp_get_max_threads", "omp_get_num_threads"];
        yield return new FuzzTarget
        {
            Name = "exports",
            Seeds = SeedFolder.Load("elf", "native"),
            Tokens = Tokens.Elf,
            Run = input =>
            {
                using var stream = new MemoryStream(input, writable: false);
                _ = symbols.Find(stream, wanted);
            },
        };
        yield return new FuzzTarget
        {
            Name = "elf-run-path",
            Seeds = SeedFolder.Load("elf"),
            Tokens = Tokens.Elf,
            Run = input =>
            {
                using var stream = new MemoryStream(input, writable: false);
                editor.Plan(stream, "lib/python3.11/own.so", moves)?.Apply((byte[])input.Clone());
            },
        };
        yield return new FuzzTarget
        {
            Name = "ld-cache",
            Seeds = SeedFolder.Load("ld-cache"),
            Tokens = Tokens.Elf,
            Run = input => _ = LdSoCache.Parse(input).Find("libmelt.so.1"),
        };
        yield return new FuzzTarget
        {
            Name = "dpkg-status",
            Seeds = SeedFolder.Load("dpkg"),
            Tokens = Tokens.Debian,
            Run = input =>
            {
                DpkgStatus.Find(input, new HashSet<string>(Packages), static (_, _, _) => { });
                _ = DebianPackageNames.Guess(Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(input.Length, 300))));
            },
        };
        yield return new FuzzTarget
        {
            Name = "key-value",
            Seeds = SeedFolder.Load("key-value"),
            Tokens = Tokens.System,
            Run = ReadKeyValues,
        };
        yield return Machine(scratch);
    }

    private static void ReadKeyValues(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        foreach (var key in Keys)
        {
            _ = KeyValueText.Value(text, key, ':');
            _ = KeyValueText.Number(text, key, '=');
        }

        _ = CpuList.Count(text);
        _ = GpuReader.NvidiaDriver(text);
        _ = ControlGroupMount.Read(text);
        foreach (var word in text.Split(' ', 64))
        {
            _ = GlibcVersion.Parse(word);
        }
    }

    /// <summary>A machine with one file mutated: its facts, and the packages that own files.</summary>
    private static FuzzTarget Machine(ScratchFolder scratch)
    {
        var tree = new FileTree(scratch, "machine", FixtureFiles.Machine());
        var systemContext = new SystemContext
        {
            Variables = ImmutableDictionary<string, string>.Empty,
            HomeDirectory = "/home/user",
            CurrentDirectory = "/",
            RootDirectory = tree.Root,
        };
        return tree.Target("machine", Tokens.System.AddRange(Tokens.Debian), cost: 4, () =>
        {
            _ = HostReader.Read(systemContext, []);
            string[] paths = ["/usr/lib/libmelt.so.1", "/usr/lib/x86_64-linux-gnu/libgcc_s.so.1", "/lib/libz.so.1"];
            _ = new DpkgOwners(systemContext).FindOwnersOfLibraries(paths, "amd64");
            _ = new DpkgOwners(systemContext).FindPackagesOf(paths);
            _ = new ApkOwners(systemContext).FindPackagesOf(paths);
            _ = new RpmOwners(systemContext).FindPackagesOf(paths);
        });
    }
}
