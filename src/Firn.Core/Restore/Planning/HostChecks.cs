using Firn.Captures;
using Firn.Captures.Archives;
using Firn.Common;
using Firn.Host;

namespace Firn.Restore.Planning;

/// <summary>Whether an environment can run on this machine.</summary>
internal static class HostChecks
{
    public static void AddObstacles(
        ArchiveDocument document, Capture? capture, Surroundings surroundings, List<string> obstacles)
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

        var libc = LibcReader.Read(surroundings, MachineOf(here));
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
