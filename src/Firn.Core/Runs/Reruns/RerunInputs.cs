using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Projects;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Storage;

namespace Firn.Runs.Reruns;

/// <summary>An input whose bytes are those that the run read.</summary>
/// <param name="File">As the run names it.</param>
/// <param name="Source">The file that has the bytes, absolute, links followed.</param>
/// <param name="IsWritten">Whether the run writes to it: the command gets a copy of its own, and never the file.</param>
/// <param name="IsReplaced">Whether the project has other bytes there, which the run did not write: those that it read come from the store.</param>
internal sealed record CheckedInput(ExecutionFile File, string Source, bool IsWritten, bool IsReplaced);

/// <summary>The inputs of a run that is to be run again: the same bytes, or nothing is run.</summary>
/// <param name="run">The run.</param>
/// <param name="project">The project's folder now.</param>
/// <param name="digests">Reads files.</param>
/// <param name="outputs">The globs of its outputs.</param>
internal sealed class RerunInputs(Execution run, string project, FileDigestCache digests, IReadOnlyList<string> outputs)
{
    private readonly FilePattern[] _outputs = [.. outputs.Select(pattern => new FilePattern(pattern, run.ProjectFolder ?? project))];

    /// <summary>Finds the bytes that the run read: where it read them, at the same place beside the project, or in the store.</summary>
    /// <param name="store">Has them where another run made them.</param>
    /// <param name="folder">Takes what comes out of the store; made where it is needed.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="FirnException">One differs or is not there.</exception>
    public ImmutableArray<CheckedInput> Check(Store store, string folder, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<CheckedInput>();
        var other = new List<string>();
        FirnException? unreadable = null;
        foreach (var input in run.Inputs.IsDefault ? [] : run.Inputs)
        {
            var isWritten = IsWritten(input);
            var beside = Beside(input, out var failure, cancellation);
            if ((beside ?? Stored(input, store, folder, found.Count, cancellation)) is { } source)
            {
                // Data that are there and differ are told; what the run itself has overwritten must differ.
                found.Add(new CheckedInput(input, source, isWritten, IsReplaced: beside is null && failure is null && !isWritten));
            }
            else
            {
                other.Add(input.Path);
                unreadable ??= failure;
            }
        }

        digests.Save();
        if (other.Count == 0)
        {
            return found.ToImmutable();
        }

        throw unreadable ?? new FirnException(
            $"the input{(other.Count == 1 ? string.Empty : "s")} {string.Join(", ", other)} differ{(other.Count == 1 ? "s" : string.Empty)} from what the run read",
            "bring back the data as they were; `firn results show` names the run's files, and its run.json the digests",
            FailureKind.Different);
    }

    /// <summary>The inputs that have not the bytes any more that they had before the command was started.</summary>
    public IReadOnlyList<Problem> ChangesOf(ImmutableArray<CheckedInput> inputs) =>
    [
        .. inputs.Where(input => !digests.Has(input.Source, input.File))
            .Select(static input => new Problem("input-changed", input.File.Path, "the input was changed while the command ran")),
    ];

    /// <summary>The place of an input relative to the project's folder, with <c>..</c> where it lies above; <see langword="null"/> where that is not known.</summary>
    public static string? RelativeTo(string? project, string input) =>
        !Path.IsPathRooted(input) ? input : project is null ? null : Path.GetRelativePath(project, input);

    /// <summary>How many folders above the project's the inputs lie that are reached through it.</summary>
    public int Levels()
    {
        var levels = 0;
        foreach (var input in run.Inputs.IsDefault ? [] : run.Inputs)
        {
            var above = 0;
            for (var rest = (RelativeTo(run.ProjectFolder, input.Path) ?? string.Empty).AsSpan(); rest.StartsWith("../", StringComparison.Ordinal); rest = rest[3..])
            {
                above++;
            }

            levels = Math.Max(levels, above);
        }

        return levels;
    }

    /// <summary>Makes the inputs reachable beside the code, by links: data are not copied but where the run writes to them.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="layout">The code.</param>
    /// <exception cref="FirnException">A link cannot be made, or the code has another file there.</exception>
    public void Link(ImmutableArray<CheckedInput> inputs, CodeCheckout layout)
    {
        foreach (var input in inputs)
        {
            if (RelativeTo(run.ProjectFolder, input.File.Path) is not { } relative
                || Path.GetRelativePath(layout.Files.Path, Path.GetFullPath(relative, layout.Project)) is not { } place
                || !RelativePath.IsSafe(place) || layout.Has(place, input.File))
            {
                continue;
            }

            try
            {
                if (input.IsWritten)
                {
                    layout.Files.Copy(place, input.Source);
                }
                else
                {
                    layout.Files.Link(place, input.Source);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new FirnException(
                    $"cannot make the input {input.File.Path} reachable: {exception.Message.TrimEnd('.')}",
                    "make room, or set TMPDIR", innerException: exception);
            }
        }
    }

    /// <summary>Whether the run's outputs name it, or the run was seen to change it.</summary>
    private bool IsWritten(ExecutionFile input)
    {
        if (run.Problems.Any(problem => problem.Code == "input-changed" && problem.Path == input.Path))
        {
            return true;
        }

        var path = Path.GetFullPath(input.Path, run.ProjectFolder ?? project);
        return Array.Exists(_outputs, pattern => pattern.Matches(path));
    }

    private string? Beside(ExecutionFile input, out FirnException? failure, CancellationToken cancellation)
    {
        var place = Path.GetFullPath(input.Path, project);
        failure = null;
        for (var isMoved = false; ; isMoved = true)
        {
            try
            {
                if (digests.Of(place, input.Path, cancellation).Digest == input.Digest)
                {
                    return RealPath.Of(place);
                }
            }
            catch (FirnException exception)
            {
                failure ??= exception;
            }

            // One that lay above the project lies there still when both have moved.
            if (isMoved || !Path.IsPathRooted(input.Path) || RelativeTo(run.ProjectFolder, input.Path) is not { } relative)
            {
                return null;
            }

            place = Path.GetFullPath(relative, project);
        }
    }

    /// <summary>An input that another run has made is in the store, and so is one that was once kept with the code.</summary>
    private static string? Stored(ExecutionFile input, Store store, string folder, int number, CancellationToken cancellation)
    {
        if (input.Digest is not { } digest || !store.Files.Contains(digest))
        {
            return null;
        }

        try
        {
            var files = new ExtractionFolder(folder);
            var name = $"{number}";
            using (var file = files.Create(name, isExecutable: false))
            {
                store.Files.CopyTo(digest, file.Write, cancellation);
            }

            return Path.Join(folder, name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write the input {input.Path} into {folder}: {exception.Message.TrimEnd('.')}", "make room there, or set TMPDIR",
                innerException: exception);
        }
    }
}
