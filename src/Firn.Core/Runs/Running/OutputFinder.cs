using Firn.Archives.Secrets;
using Firn.Common.Files;
using Firn.Projects;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Runs.Running;

/// <summary>
/// Finds the outputs that a run declares. It is made before the run starts: a file that a folder or a glob means belongs to
/// the run that wrote it, so one that was there before and is unchanged is not an output of this one.
/// </summary>
internal sealed class OutputFinder
{
    private readonly RunTask _task;
    private readonly string _folder;
    private readonly string _realFolder;
    private readonly ProjectSecrets _secrets;
    private readonly List<FilePattern> _patterns = [];
    private readonly List<string> _declaredRoots = [];
    private readonly Dictionary<string, string> _declaredFiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileStat> _before = new(StringComparer.Ordinal);

    private OutputFinder(RunTask task)
    {
        _task = task;
        _folder = task.Project.Folder;
        _realFolder = RealPath.Of(_folder);
        _secrets = new ProjectSecrets(task.Project);
        foreach (var text in task.Analysis.Outputs)
        {
            var pattern = new FilePattern(text, _folder);
            _patterns.Add(pattern);
            // A folder of outputs that the user has put on another disk, by a link, is as good as one in the project.
            if (Directory.Exists(pattern.Start) && RealPath.Of(pattern.Start) is var real && !RealPath.IsWithin(real, _realFolder))
            {
                _declaredRoots.Add(real);
            }
            else if (pattern.IsPlain)
            {
                // So is a file that the user names by itself, where its folder lies before the run.
                _declaredFiles[pattern.Start] = Path.Join(RealPath.Of(Path.GetDirectoryName(pattern.Start)!), Path.GetFileName(pattern.Start));
            }
        }
    }

    /// <summary>Looks at what is there before a run.</summary>
    public static OutputFinder Before(RunTask task)
    {
        var finder = new OutputFinder(task);
        if (finder._patterns.Count > 0)
        {
            foreach (var name in FileFinder.Find(finder._folder, task.Analysis.Outputs, CancellationToken.None).Paths)
            {
                if (FileStatReader.TryRead(RealPath.Of(Path.GetFullPath(name, finder._folder)), out var stat))
                {
                    finder._before[name] = stat;
                }
            }
        }

        return finder;
    }

    /// <summary>Why a file that a pattern means is none to keep; <see langword="null"/> where it is.</summary>
    private string? Refusal(string name)
    {
        var path = Path.GetFullPath(name, _folder);
        var real = RealPath.Of(path);
        if (!RealPath.IsWithin(real, _realFolder) && !_declaredRoots.Exists(root => RealPath.IsWithin(real, root))
            && _declaredFiles.GetValueOrDefault(path) != real)
        {
            return $"it is a link that leads out of the project, to {real}";
        }

        // A link among the outputs may lead to a secret of the project.
        return !IsDeclared(path)
            && (_secrets.Contains(name) || (real != path && _secrets.Contains(Path.GetRelativePath(_realFolder, real))))
            ? SecretFiles.Reason
            : null;
    }

    /// <summary>Finds the outputs when the run has ended.</summary>
    public FoundOutputs Find()
    {
        // What the run printed and wrote is looked for to the end, whatever signals come.
        var found = FileFinder.Find(_folder, _task.Analysis.Outputs, CancellationToken.None);
        var missing = new List<string>(found.Missing);
        missing.AddRange(found.Unreadable);
        var sources = new List<ResultSource>();
        var paths = new List<string>();
        var old = new List<string>();
        var leftOut = new List<SkippedResult>();
        var secret = new List<string>();
        var names = new ResourceNameSet();
        foreach (var link in found.Links)
        {
            leftOut.Add(new SkippedResult(
                link, link.Contains('\ufffd', StringComparison.Ordinal) ? "its name is not UTF-8" : "it is a link to a folder, or nowhere"));
        }

        foreach (var name in found.Paths)
        {
            var path = Path.GetFullPath(name, _folder);
            var real = RealPath.Of(path);
            if (Refusal(name) is { } reason)
            {
                leftOut.Add(new SkippedResult(name, reason));
                continue;
            }

            using var handle = BoundedFile.Open(real, out _);
            if (handle is null || !FileStatReader.TryRead(real, out var stat))
            {
                missing.Add(name);
                continue;
            }

            var isOld = _before.TryGetValue(name, out var before) && before == stat;
            if (isOld && !IsDeclared(path) && !_task.OwnOutputs.Contains(name))
            {
                continue;
            }

            if (names.Add(RunResourceNames.OfOutput(name)) is not null)
            {
                missing.Add(name);
                continue;
            }

            sources.Add(new ResultSource(path, RunResourceNames.OfOutput(name), stat.Size));
            paths.Add(name);
            if (isOld)
            {
                old.Add(name);
            }

            if (_secrets.Contains(name))
            {
                secret.Add(name);
            }
        }

        return new FoundOutputs(sources, paths, missing, old, leftOut, secret);
    }

    /// <summary>Whether a path is declared by itself, and not found in a folder or by a glob.</summary>
    private bool IsDeclared(string path) => _patterns.Exists(pattern => pattern.IsPlain && pattern.Start == path);
}

/// <summary>The outputs of a run.</summary>
/// <param name="Sources">The files, under the names that the store gives them.</param>
/// <param name="Paths">The same files as the project names them.</param>
/// <param name="Missing">The patterns that nothing was found for, and the files that cannot be read.</param>
/// <param name="Old">Those that the run has not written.</param>
/// <param name="LeftOut">What a pattern means and is not kept, and why.</param>
/// <param name="Secret">Those that are kept, since they are declared by their names, although they may hold a secret.</param>
internal sealed record FoundOutputs(
    IReadOnlyList<ResultSource> Sources,
    IReadOnlyList<string> Paths,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Old,
    IReadOnlyList<SkippedResult> LeftOut,
    IReadOnlyList<string> Secret)
{
    public static FoundOutputs None { get; } = new([], [], [], [], [], []);
}
