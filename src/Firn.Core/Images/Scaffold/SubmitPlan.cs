using System.Collections.Immutable;
using Firn.Common.Files;
using Firn.Images.Installations;
using Firn.Projects.Templates;

namespace Firn.Images.Scaffold;

/// <summary>Which cluster scripts are for.</summary>
public enum SubmitTarget
{
    /// <summary>Run:ai's command line.</summary>
    Runai,

    /// <summary>Slurm with Apptainer, pyxis or podman.</summary>
    Slurm,

    /// <summary>Slurm with CSCS's Container Engine.</summary>
    Cscs,
}

/// <summary>Decides which scripts start an installation's images on a cluster. Nothing is written here.</summary>
internal static class SubmitPlan
{
    /// <summary>Beside the installations and not in them: they change no image.</summary>
    public const string FolderName = "submit";

    private const int MaxFile = 4 * 1024 * 1024;

    /// <summary>The files, with paths relative to the project.</summary>
    /// <param name="installation">Whose images.</param>
    /// <param name="target">Where they run.</param>
    /// <param name="name">The images' name in a registry; <see langword="null"/> for the one here.</param>
    public static ImmutableArray<PlannedFile> Make(Installation installation, SubmitTarget target, ImageReference? name)
    {
        var names = target switch
        {
            SubmitTarget.Runai => new[] { "unattended.sh", "remote-development.sh" },
            SubmitTarget.Slurm => ["job.sbatch"],
            _ => ["edf.toml", "job.sbatch"],
        };
        var files = ImmutableArray.CreateBuilder<PlannedFile>();
        foreach (var file in names)
        {
            var relative = $"{target.ToString().ToLowerInvariant()}/{file}";
            var path = $"{FolderName}/{relative}";
            files.Add(new PlannedFile(
                path, BoundedFile.ReadText(Path.Join(installation.ProjectFolder, path), MaxFile), Filled(InstallationPlan.Resource($"submit/{relative}"), installation, name))
            {
                IsProgram = !file.EndsWith(".toml", StringComparison.Ordinal),
            });
        }

        return files.ToImmutable();
    }

    private static string Filled(string text, Installation installation, ImageReference? name)
    {
        string Image(ImageStage stage)
        {
            var local = installation.Image(stage, isUser: false).Reference;
            return (name is null ? local : name.WithTag(local.Tag ?? "latest")).ToString();
        }

        var project = installation.Setting("PROJECT_NAME") ?? "project";
        var acceleration = installation.Platform.Split('-').ElementAtOrDefault(1) ?? "cpu";
        var hasGpu = acceleration is "cuda" or "rocm";
        var lines = text.Split('\n').Where(line => hasGpu || !line.EndsWith("@IF_GPU@", StringComparison.Ordinal));
        return string.Join('\n', lines)
            .Replace("@RUN_IMAGE@", Image(ImageStage.Run), StringComparison.Ordinal)
            .Replace("@DEV_IMAGE@", Image(ImageStage.Dev), StringComparison.Ordinal)
            .Replace("@ENROOT_IMAGE@", OfEnroot(Image(ImageStage.Run)), StringComparison.Ordinal)
            .Replace("@ENTRYPOINT@", ImageEntrypoint.CommandOf(installation.Origin), StringComparison.Ordinal)
            .Replace("@SIF@", $"{project}-{installation.Platform}.sif", StringComparison.Ordinal)
            .Replace("@PROJECT@", project, StringComparison.Ordinal)
            .Replace("@ACCELERATION@", acceleration, StringComparison.Ordinal)
            .Replace("@GPUS@", hasGpu ? "1" : "0", StringComparison.Ordinal)
            .Replace("@IF_GPU@", string.Empty, StringComparison.Ordinal);
    }

    /// <summary>The name as enroot takes it: the registry is set off by a <c>#</c> (its README, "Importing").</summary>
    private static string OfEnroot(string image)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && image.AsSpan(0, slash).IndexOfAny('.', ':') >= 0 ? $"{image[..slash]}#{image[(slash + 1)..]}" : image;
    }
}
