using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Captures.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Binaries;
using Firn.Host.Machine;
using Firn.Python.Environments;
using Firn.Storage;

namespace Firn.Restore.Planning;

/// <summary>Whether an environment can be put at a path.</summary>
internal static class PrefixChecks
{
    // A colon ends an entry of PATH; the others end or change a text in activation scripts, .pth files and launchers.
    private const string Forbidden = ":\"'`$\\";

    public static void AddObstacles(string prefix, bool replaces, ArchiveDocument document, List<MessageText> obstacles)
    {
        AddObstacles(prefix, replaces, obstacles);
        foreach (var tree in document.Trees)
        {
            if (prefix != tree.Prefix && tree.Prefix.Length > 0 && RealPath.IsWithin(prefix, tree.Prefix) && Directory.Exists(tree.Prefix))
            {
                obstacles.Add($"{prefix} lies in {tree.Prefix}, which was archived");
            }
        }
    }

    /// <summary>What stands in the way whatever the environment holds.</summary>
    public static void AddObstacles(string prefix, bool replaces, List<MessageText> obstacles)
    {
        foreach (var c in prefix)
        {
            if (char.IsControl(c) || Forbidden.Contains(c, StringComparison.Ordinal))
            {
                obstacles.Add($"the prefix holds {(char.IsControl(c) ? "a control character" : $"`{c}`")}, which scripts cannot name");
                break;
            }
        }

        AddIfTaken(prefix, replaces, obstacles);
    }

    /// <summary>Adds the obstacle that the disk has no room; where it cannot tell, writing will.</summary>
    public static void AddMissingSpace(string prefix, long needed, List<MessageText> obstacles)
    {
        var folder = Path.GetDirectoryName(prefix);
        while (folder is not null && !Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        if (folder is null)
        {
            return;
        }

        try
        {
            var free = new DriveInfo(folder).AvailableFreeSpace;
            if (free < needed)
            {
                obstacles.Add($"the disk of {folder} has {free} bytes left, the environment needs {needed}");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The file system does not say.
        }
    }

    private static void AddIfTaken(string prefix, bool replaces, List<MessageText> obstacles)
    {
        if (Path.GetDirectoryName(prefix) is null)
        {
            obstacles.Add($"{prefix} is the root of the file system");
        }
        else if (!FileStatReader.TryRead(prefix, out var stat))
        {
            return;
        }
        else if (stat.IsLink)
        {
            obstacles.Add($"{prefix} is a link; name the folder it leads to");
        }
        else if (!stat.IsDirectory)
        {
            obstacles.Add($"{prefix} is a file");
        }
        else if (DirectoryReader.List(prefix, out var status).Count > 0 || status != FileReadStatus.Read)
        {
            if (!replaces)
            {
                obstacles.Add($"{prefix} exists and is not empty");
            }
            else if (!IsEnvironment(prefix))
            {
                obstacles.Add($"{prefix} is not an environment: it has neither pyvenv.cfg nor conda-meta/history");
            }
        }
    }

    /// <summary>What is replaced is removed: a folder that only happens to have the name must not be.</summary>
    private static bool IsEnvironment(string prefix) =>
        File.Exists(Path.Join(prefix, "pyvenv.cfg")) || File.Exists(Path.Join(prefix, "conda-meta", "history"))
        || File.Exists(Path.Join(prefix, RestoreNote.FileName));
}

/// <summary>Whether an environment can run on this machine.</summary>
internal static class HostChecks
{
    public static void AddObstacles(
        ArchiveDocument document, Capture? capture, SystemContext systemContext, List<MessageText> obstacles)
    {
        var here = PlatformName.OfThisMachine();
        if (document.Platform != here)
        {
            obstacles.Add($"the environment is for {document.Platform}, this machine is {here}");
            return;
        }

        if (capture?.NativeLibraries.RequiredGlibc is not { } required || !OperatingSystem.IsLinux())
        {
            return;
        }

        var libc = LibcReader.Read(systemContext, MachineOf(here));
        if (libc is null)
        {
            return;
        }

        if (libc.Name != "glibc")
        {
            obstacles.Add($"the environment needs glibc {required}, this machine has {libc.Name}");
        }
        else if (libc.Version is { } version && GlibcVersion.Parse(version) is { } present && present < required)
        {
            obstacles.Add($"the environment needs glibc {required}, this machine has {present}");
        }
    }

    private static string MachineOf(string platform) => platform[(platform.IndexOf('-') + 1)..];
}

/// <summary>Whether a store has all that a restore reads.</summary>
internal static class StoreChecks
{
    public static void AddObstacles(Store store, ImmutableArray<PackageRestore> jobs, List<MessageText> obstacles)
    {
        foreach (var job in jobs)
        {
            if (!store.Bundles.Contains(job.Package.Bundle))
            {
                obstacles.Add($"the bundle of {job.Name} is not in the store ({job.Package.Bundle})");
            }

            if (job.Package.Conda is { } conda && !store.Files.Contains(conda.Record))
            {
                obstacles.Add($"the record of {job.Name} is not in the store ({conda.Record})");
            }
        }
    }
}
