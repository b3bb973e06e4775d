using System.Collections.Immutable;
using Firn.Archives.Planning;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Machine;
using Firn.Projects;
using Firn.Python;
using Firn.Python.Environments;
using Firn.Runs.Building;
using Firn.Runs.Code;
using Firn.Runs.Launching;
using Firn.Runs.Observation;
using Firn.Runs.Records;

namespace Firn.Runs.Preparing;

/// <summary>
/// Finds out all that is to be known before a run: the environment on one thread, the inputs and the code on another.
/// </summary>
internal sealed class RunPreparer(RunSettings settings, FileDigestCache digests, GitProgram git)
{
    /// <summary>Prepares a run.</summary>
    /// <exception cref="FirnException">There is no such environment, or an input is missing or cannot be read.</exception>
    public PreparedRun Prepare(RunTask task, CancellationToken cancellation)
    {
        var reading = new SideTask<Side>("firn code", () => ReadSide(task, cancellation));
        Capture capture;
        ImmutableSortedDictionary<string, string?> variables;
        BackgroundScan? scan = null;
        try
        {
            (capture, variables) = Inspect(
                task, environment => scan = IsArchivedAtOnce(task) ? BackgroundScan.Start(environment, settings.SystemContext, cancellation) : null);
        }
        finally
        {
            reading.Join();
        }

        var side = reading.Wait();
        if (!capture.Environment.HasPython && task.Analysis.Command is [{ } program, ..]
            && !program.Contains('/', StringComparison.Ordinal) && PythonCommandLine.IsPython(program))
        {
            // Another one on PATH would run, which is not the environment's.
            throw EnvironmentNotFound.WithoutPython(capture.Environment.Prefix);
        }

        var built = task.IsAdHoc ? null : task.RunFolder.ReadCapture();
        return new PreparedRun
        {
            Task = task,
            Capture = capture,
            Built = built,
            Changes = built is null ? [] : EnvironmentChanges.Of(built.Capture, capture),
            Variables = variables,
            Inputs = side.Inputs,
            Code = side.Code,
            Scan = scan,
            Image = ImageOfContainer.Of(settings.SystemContext) is { } image ? new ExecutionImage(image.Id, image.Engine, image.Name) : null,
            Problems = [.. side.Code.Problems],
        };
    }

    /// <summary>Captures the environment of a run, with the variables that the run will have.</summary>
    public (Capture Capture, ImmutableSortedDictionary<string, string?> Variables) Inspect(RunTask task) =>
        Inspect(task, static _ => { });

    private (Capture Capture, ImmutableSortedDictionary<string, string?> Variables) Inspect(
        RunTask task, Action<PythonEnvironment> found)
    {
        var user = (task.SystemContext ?? settings.SystemContext) with { CurrentDirectory = task.Project.Folder };
        // What decides on sys.path has to be there before; what needs the environment itself is added to what is recorded.
        var before = With(user, CaptureVariables.For(task, user));
        var capture = new EnvironmentInspector(before).Inspect(task.Environment, found).Capture;
        var variables = RunVariables.For(task.Analysis, task.Project, capture.Environment, user, settings.Threads)
            .SetItem(RunVariables.RunDirectory, task.RunFolder.Path);
        if (!user.Variables.ContainsKey(CaptureVariables.Unbuffered) && !variables.ContainsKey(CaptureVariables.Unbuffered))
        {
            // Else what a run prints before it is killed is lost in its buffer.
            variables = variables.SetItem(CaptureVariables.Unbuffered, "1");
        }

        return (capture with { Variables = CapturedVariables.Read(With(user, variables)) }, variables);
    }

    /// <summary>An analysis of a project may wait between the capture and its archive, or turn out to be unchanged.</summary>
    private bool IsArchivedAtOnce(RunTask task) => task.IsAdHoc && settings.IsArchived && task.Archive is null;

    /// <summary>The variables of the user with some set or unset.</summary>
    public static SystemContext With(SystemContext user, IReadOnlyDictionary<string, string?> changes)
    {
        var variables = new Dictionary<string, string>(user.Variables, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                variables.Remove(name);
            }
            else
            {
                variables[name] = value;
            }
        }

        return user with { Variables = variables };
    }

    /// <summary>The inputs of a run as they are now; default where none are declared.</summary>
    /// <exception cref="FirnException">One is missing or cannot be read.</exception>
    public ImmutableArray<ExecutionFile> ReadInputs(RunTask task, CancellationToken cancellation)
    {
        if (task.Inputs is { } known)
        {
            return known;
        }

        if (task.Analysis.Inputs.IsDefault)
        {
            return default;
        }

        var folder = task.Project.Folder;
        var found = FileFinder.Find(folder, task.Analysis.Inputs, cancellation);
        if (found.Unreadable.Count > 0)
        {
            throw FileDigestCache.Unreadable(found.Unreadable[0], "permission denied");
        }

        if (found.Missing.Count > 0)
        {
            throw Missing(found.Missing[0], folder);
        }

        var inputs = ImmutableArray.CreateBuilder<ExecutionFile>(found.Paths.Count);
        foreach (var name in found.Paths)
        {
            inputs.Add(digests.Of(Path.GetFullPath(name, folder), name, cancellation));
        }

        digests.Save();
        return inputs.MoveToImmutable();
    }

    /// <summary>A container has the project and what it was given: another file may well be on the machine.</summary>
    private FirnException Missing(string name, string folder)
    {
        // What stands before the first pattern.
        var path = Path.GetFullPath(name.IndexOfAny(['*', '?', '[']) is > 0 and var pattern ? name[..pattern] : name, folder);
        return ImageOfContainer.Of(settings.SystemContext) is null || RealPath.IsWithin(path, folder)
            ? FileDigestCache.Unreadable(name, "not found")
            : new FirnException(
                $"cannot read the input {name}: the container does not have it",
                $"{RequestSetting.Mounts} {Path.GetDirectoryName(path)}:ro gives it the folder; `inputs` may name other files");
    }

    private Side ReadSide(RunTask task, CancellationToken cancellation)
    {
        var inputs = ReadInputs(task, cancellation);
        return new Side(inputs, ReadCode(task, inputs, cancellation));
    }

    /// <summary>The code of a run as it is now.</summary>
    private RunCode ReadCode(RunTask task, ImmutableArray<ExecutionFile> inputs, CancellationToken cancellation)
    {
        if (task.Code is { } known)
        {
            return known;
        }

        var data = new List<FilePattern>();
        foreach (var analysis in task.Project.Analyses)
        {
            Add(analysis.Inputs.IsDefault ? [] : analysis.Inputs);
            Add(analysis.Outputs);
        }

        Add(task.Analysis.Inputs.IsDefault ? [] : task.Analysis.Inputs);
        Add(task.Analysis.Outputs);
        IReadOnlyList<string>? named = task.HasProject ? null : task.Analysis.Command;
        var code = new CodeReader(
            task.Project.Folder, settings.SystemContext, new ProjectSecrets(task.Project), git).Read(data, named, cancellation);
        KeepOverwritten(task, inputs, code);
        return code;

        void Add(ImmutableArray<string> patterns)
        {
            foreach (var pattern in patterns)
            {
                data.Add(new FilePattern(pattern, task.Project.Folder));
            }
        }
    }

    /// <summary>An input that the run may write to is gone when it ends: it is kept with the code, where it is not a link.</summary>
    private static void KeepOverwritten(RunTask task, ImmutableArray<ExecutionFile> inputs, RunCode code)
    {
        if (inputs.IsDefaultOrEmpty || task.Analysis.Outputs.IsEmpty || code.Tree is not { } tree)
        {
            return;
        }

        var outputs = task.Analysis.Outputs.Select(pattern => new FilePattern(pattern, task.Project.Folder)).ToList();
        foreach (var input in inputs)
        {
            var path = Path.GetFullPath(input.Path, task.Project.Folder);
            if (outputs.Exists(pattern => pattern.Matches(path)) && FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile
                && Path.GetRelativePath(tree.Root, RealPath.Of(path)) is var relative && RelativePath.IsSafe(relative))
            {
                tree.Add(relative, stat);
            }
        }
    }

    /// <summary>What needs no environment.</summary>
    private sealed record Side(ImmutableArray<ExecutionFile> Inputs, RunCode Code);
}
