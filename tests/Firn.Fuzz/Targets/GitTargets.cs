using System.Text;
using Firn.Common;
using Firn.Fuzz.Trees;
using Firn.Git;
using Firn.Git.Configuration;
using Firn.Git.Objects;

namespace Firn.Fuzz.Targets;

/// <summary>What git writes.</summary>
internal static class GitTargets
{
    private const string Commit = "9fecb91e841ccaed9fc97bef1b6e29b3b1c6ba38";

    private static readonly string[] Paths = ["a/f1.txt", "link", "a/b/deep.txt", ".gitattributes", "src/x.png"];

    private static readonly string[] PackIndexes = ["offset.idx", "reference.idx"];

    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        yield return new FuzzTarget
        {
            Name = "git-index",
            Seeds = SeedFolder.Load("git-index"),
            Tokens = Tokens.Git,
            Run = ReadIndex,
        };
        yield return new FuzzTarget
        {
            Name = "git-config",
            Seeds = SeedFolder.Load("git-config"),
            Tokens = Tokens.Git,
            Run = input => ReadConfig(scratch.Write("config", input), scratch.Path),
        };
        yield return new FuzzTarget
        {
            Name = "git-references",
            Seeds = SeedFolder.Load("git-refs"),
            Tokens = Tokens.Git,
            Run = input =>
            {
                _ = GitReferences.FindPacked(input, "refs/heads/main");
                _ = GitReferences.ObjectId(Encoding.UTF8.GetString(input));
            },
        };
        yield return new FuzzTarget
        {
            Name = "git-attributes",
            Seeds = SeedFolder.Load("git-attributes"),
            Tokens = Tokens.Git,
            Run = ReadAttributes,
        };
        yield return new FuzzTarget
        {
            Name = "git-object",
            Seeds = SeedFolder.Load("git-object"),
            Tokens = Tokens.Git,
            Run = input => _ = GitCommitReader.Inflate(input, 128),
        };
        yield return new FuzzTarget
        {
            Name = "git-delta",
            Seeds = [new FuzzSeed("copy", [64, 40, 0x90, 32, 3, 1, 2, 3, 0x91, 59, 5]), new FuzzSeed("whole", [64, 128, 1, 0x90, 64, 0x90, 64])],
            Run = input => _ = GitDelta.Apply(new byte[64], input, 1 << 20),
        };
        yield return Pack(scratch);
        yield return Repository(scratch);
    }

    private static void ReadIndex(byte[] input)
    {
        foreach (var length in (ReadOnlySpan<int>)[20, 32])
        {
            using var hasher = new GitHasher(length);
            var tree = new GitTreeBuilder(hasher);
            var reader = new GitIndexReader(input, length);
            while (reader.Read())
            {
                var entry = reader.Current;
                _ = GitWorkTree.IsSafe(entry.Path);
                _ = GitWorkTree.Text(entry.Path);
                tree.Add(entry);
            }

            _ = reader.ForeignExtension();
            _ = tree.Finish();
        }
    }

    private static void ReadConfig(string path, string home)
    {
        var systemContext = new SystemContext
        {
            Variables = new Dictionary<string, string> { ["GIT_CONFIG_GLOBAL"] = path, ["GIT_CONFIG_NOSYSTEM"] = "1" },
            HomeDirectory = home,
            CurrentDirectory = home,
        };
        var config = new GitConfigReader(systemContext, null, []).Read();
        _ = config.GetBoolean("core.bare", whenUnset: false);
        _ = config.Get("remote.origin.url");
    }

    private static void ReadAttributes(byte[] input)
    {
        var macros = new Dictionary<string, Dictionary<string, string?>>(StringComparer.Ordinal);
        var file = new GitAttributeFile(Encoding.UTF8.GetString(input), string.Empty, macros);
        foreach (var path in Paths)
        {
            file.Apply(path, ignoreCase: true, []);
        }
    }

    /// <summary>A pack or its index mutated; commits that are deltas are looked up.</summary>
    private static FuzzTarget Pack(ScratchFolder scratch)
    {
        var tree = new FileTree(scratch, "pack", FixtureFiles.Packs());
        string[] ids = [Commit, "219e6aa372f83a305ef9d48549fb9965799a5ba6", "6f9372c03bf4583d056d8e50ea6fa5e3322d1917"];
        return tree.Target("git-pack", Tokens.Git, cost: 2, () =>
        {
            foreach (var name in PackIndexes)
            {
                using var pack = GitPack.Open(Path.Join(tree.Root, name), 20);
                foreach (var id in ids)
                {
                    _ = pack?.Read(Convert.FromHexString(id), 128);
                }
            }
        });
    }

    /// <summary>A repository with one of its files mutated, read as a capture reads it.</summary>
    private static FuzzTarget Repository(ScratchFolder scratch)
    {
        var tree = new FileTree(scratch, "repository", FixtureFiles.Repository(string.Empty));
        var systemContext = FixtureFiles.SystemContext(tree.Root);
        return tree.Target("git-repository", Tokens.Git, cost: 4, () =>
        {
            if (GitRepository.At(tree.Root, systemContext) is { } repository)
            {
                _ = repository.Read(CancellationToken.None);
                _ = repository.RemoteUrlLines();
            }
        });
    }
}
