using Firn.Common;
using Firn.Common.Files;
using Firn.Conda;
using Firn.Conda.Locks;

namespace Firn.Projects.Templates;

/// <summary>
/// The locks right below a project's folder. What can be installed on this machine comes before the loose spec beside it:
/// of several a lock of conda, which has the Python too, then <c>pylock.toml</c>, then compiled requirements.
/// </summary>
internal sealed class ProjectLocks
{
    private const int MaxFiles = 1_000;

    private static readonly string[] Compiled =
        ["requirements-locked.txt", "requirements-lock.txt", "requirements.lock.txt", "requirements.lock"];

    private readonly string _folder;
    private readonly SystemContext _systemContext;
    private readonly string _platform = CondaPlatform.OfThisMachine();

    public ProjectLocks(string folder, SystemContext systemContext)
    {
        (_folder, _systemContext) = (folder, systemContext);
        var files = Files();
        var kinds = files.ToLookup(file => file.Kind, file => file.Name);
        Conda = kinds[LockFileKind.CondaLock].FirstOrDefault(IsCondaLock) ?? kinds[LockFileKind.Explicit].FirstOrDefault(IsExplicit);
        var requirements = kinds[LockFileKind.Requirements].ToList();
        Requirements = Array.Find(Compiled, requirements.Contains)
            // pip-compile's and uv's pair: the one is written from the other.
            ?? (requirements.Contains("requirements.txt") && requirements.Contains("requirements.in") ? "requirements.txt" : null);
        Python = kinds[LockFileKind.Pylock].FirstOrDefault() ?? Requirements;
        foreach (var (name, kind) in files)
        {
            if (kind is LockFileKind.UvLock or LockFileKind.PoetryLock or LockFileKind.PdmLock or LockFileKind.PipfileLock or LockFileKind.PixiLock)
            {
                Foreign ??= (name, LockFileDetector.Advice(kind)!);
            }
        }
    }

    /// <summary>A lock with conda packages for this machine.</summary>
    public string? Conda { get; }

    /// <summary>A lock of Python distributions.</summary>
    public string? Python { get; }

    /// <summary>Requirements that a tool has compiled.</summary>
    public string? Requirements { get; }

    /// <summary>A lock of another tool, and what makes one of it that Firn installs.</summary>
    public (string Name, string Advice)? Foreign { get; }

    private List<(string Name, LockFileKind Kind)> Files()
    {
        var files = new List<(string Name, LockFileKind Kind)>();
        foreach (var entry in DirectoryReader.List(_folder, out _).Where(entry => MayBeLock(entry.Name)).Take(MaxFiles))
        {
            var head = BoundedFile.Read(Path.Join(_folder, entry.Name), LockFileDetector.HeadLength);
            if (head.Status is FileReadStatus.Read or FileReadStatus.TooLarge)
            {
                files.Add((entry.Name, LockFileDetector.Detect(entry.Name, head.Bytes)));
            }
        }

        // The shorter name is the plainer one: pylock.toml before pylock.dev.toml.
        files.Sort(static (left, right) => left.Name.Length != right.Name.Length
            ? left.Name.Length.CompareTo(right.Name.Length)
            : string.CompareOrdinal(left.Name, right.Name));
        return files;
    }

    private static bool MayBeLock(string name) => Path.GetExtension(name) is ".lock" or ".txt" or ".in" or ".toml" or ".yml" or ".yaml";

    private bool IsCondaLock(string name)
    {
        var read = CondaLockReader.Read(Path.Join(_folder, name), _systemContext);
        return read.Problems.IsEmpty && read.Platforms.Contains(_platform);
    }

    private bool IsExplicit(string name)
    {
        var read = ExplicitFileReader.Read(Path.Join(_folder, name), _systemContext);
        return read.Problems.IsEmpty
            && (read.Platform is null || read.Platform == _platform)
            && read.Packages.All(package => package.Subdir is null || package.Subdir == _platform || package.Subdir == "noarch");
    }
}
