using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Runs.Launching;
using Firn.Runs.Records;

namespace Firn.Runs.Reruns;

/// <summary>
/// Lets a rerun's command find its code where the run had the project's: by absolute paths too, in whatever text or file
/// they stand, it then reads the code and the inputs of the run, and what it writes stays in the rerun's folder.
/// </summary>
internal static class RerunMounts
{
    /// <summary>What the command is to see; <see langword="null"/> where the project's folder is not there, or the kernel allows no mounts.</summary>
    /// <param name="run">The run.</param>
    /// <param name="layout">Where its code is laid out; gets the places for inputs.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="visible">Folders that the command needs wherever they lie.</param>
    /// <exception cref="FirnException">The code has something else where an input lies.</exception>
    public static PrivateMounts? Make(
        Execution run, CodeCheckout layout, ImmutableArray<CheckedInput> inputs, IReadOnlyList<string> visible)
    {
        if (!OperatingSystem.IsLinux() || run.ProjectFolder is not { Length: > 1 } project)
        {
            return null;
        }

        // The work tree, where the project's folder is the same part of it as then; else that folder alone.
        var (outside, inside) = layout.Folder.Length > 0 && project.EndsWith("/" + layout.Folder, StringComparison.Ordinal)
            ? (layout.Root, project[..^(layout.Folder.Length + 1)])
            : (layout.Project, project);
        if (inside.Length < 2 || !Directory.Exists(inside))
        {
            return null;
        }

        var within = Path.GetRelativePath(layout.Files.Path, outside);
        within = within == "." ? string.Empty : within + "/";
        var mounts = ImmutableArray.CreateBuilder<PrivateMount>();
        try
        {
            foreach (var input in inputs)
            {
                AddInput(layout, inside, within, mounts, Path.GetFullPath(input.File.Path, project), input);
            }

            foreach (var folder in Outermost(visible, inside))
            {
                mounts.Add(new PrivateMount(folder, layout.Files.Make(within + folder[(inside.Length + 1)..]), IsReadOnly: false));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write {layout.Root}: {exception.Message.TrimEnd('.')}", "make room there, or set TMPDIR", innerException: exception);
        }

        if (layout.GitObjects is { } objects)
        {
            mounts.Add(objects);
        }

        mounts.Add(new PrivateMount(outside, inside, IsReadOnly: false));
        var made = new PrivateMounts(mounts.ToImmutable(), outside, inside);
        return Launcher.AreAllowed(made) ? made : null;
    }

    private static void AddInput(
        CodeCheckout layout, string inside, string within, ImmutableArray<PrivateMount>.Builder mounts, string path, CheckedInput input)
    {
        if (!RealPath.IsWithin(path, inside) || IsBehindLink(layout, within + path[(inside.Length + 1)..]))
        {
            if (!File.Exists(path))
            {
                throw new FirnException(
                    $"the input {input.File.Path} is not there any more, and lies outside of the project, where nothing is put",
                    $"bring it back: the store has its bytes, {input.File.Digest}");
            }

            mounts.Add(new PrivateMount(input.Source, RealPath.Of(path), IsReadOnly: true));
            return;
        }

        var place = within + path[(inside.Length + 1)..];
        if (layout.Has(place, input.File))
        {
            return;
        }

        if (input.IsWritten)
        {
            layout.Files.Copy(place, input.Source);
        }
        else
        {
            layout.Files.Create(place, isExecutable: false).Dispose();
            mounts.Add(new PrivateMount(input.Source, Path.Join(layout.Files.Path, place), IsReadOnly: true));
        }
    }

    /// <summary>Whether a link of the code leads to the folder of a place: what lies there is not the code's.</summary>
    private static bool IsBehindLink(CodeCheckout layout, string place)
    {
        for (var folder = Path.GetDirectoryName(place); folder is { Length: > 0 }; folder = Path.GetDirectoryName(folder))
        {
            if (RealPath.LinkTarget(Path.Join(layout.Files.Path, folder)) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Those that are there below a folder, without those that lie in another of them.</summary>
    private static List<string> Outermost(IReadOnlyList<string> folders, string above)
    {
        var found = new List<string>();
        foreach (var folder in folders.Order(StringComparer.Ordinal))
        {
            if (folder.Length > above.Length && RealPath.IsWithin(folder, above) && Directory.Exists(folder)
                && !found.Exists(other => RealPath.IsWithin(folder, other)))
            {
                found.Add(folder);
            }
        }

        return found;
    }
}
