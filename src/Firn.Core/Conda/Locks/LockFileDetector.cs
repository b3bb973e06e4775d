using System.Text;
using Firn.Common;

namespace Firn.Conda.Locks;

/// <summary>Tells the kind of a lock by its content, and by its name where that says nothing.</summary>
internal static class LockFileDetector
{
    /// <summary>How many bytes of a file are enough.</summary>
    public const int HeadLength = 64 * 1024;

    /// <param name="fileName">The name, without its folder.</param>
    /// <param name="head">The start of the file.</param>
    public static LockFileKind Detect(string fileName, ReadOnlySpan<byte> head)
    {
        var text = Encoding.UTF8.GetString(head[..Math.Min(head.Length, HeadLength)]).TrimStart('\ufeff');
        var content = text.AsSpan().TrimStart();
        if (content.StartsWith("{"))
        {
            return OfJson(fileName, content);
        }

        var kind = OfLines(text);
        return kind != LockFileKind.Unknown ? kind : OfName(fileName.ToLowerInvariant());
    }

    /// <summary>What to do with a file of a kind that Firn does not read; <see langword="null"/> for the others.</summary>
    public static string? Advice(LockFileKind kind) => kind switch
    {
        LockFileKind.PixiLock =>
            "write it as explicit files with: pixi workspace export conda-explicit-spec FOLDER",
        LockFileKind.UvLock => "write it as pylock.toml with: uv export --format pylock.toml -o pylock.toml",
        LockFileKind.PoetryLock =>
            "write it as requirements with: poetry export --format requirements.txt -o requirements.txt",
        LockFileKind.PdmLock =>
            "write it as pylock.toml with: pdm export -f pylock -o pylock.toml (before PDM 2.24: pdm export -f requirements -o requirements.txt)",
        LockFileKind.PipfileLock => "write it as requirements with: pipenv requirements --hash > requirements.txt",
        LockFileKind.Pyproject =>
            "a project is no lock: write one with: uv export --format pylock.toml -o pylock.toml, or pip lock .",
        LockFileKind.Capture => "use firn restore, which takes a capture",
        LockFileKind.Unknown =>
            "give an explicit file, conda-lock.yml, environment.yml, requirements.txt or pylock.toml",
        _ => null,
    };

    private static LockFileKind OfJson(string fileName, ReadOnlySpan<char> content) =>
        content.IndexOf("\"firn.environment/1\"") >= 0 ? LockFileKind.Capture
        : content.IndexOf("\"pipfile-spec\"") >= 0 || fileName == "Pipfile.lock" ? LockFileKind.PipfileLock
        : LockFileKind.Unknown;

    private static LockFileKind OfLines(string text)
    {
        var signs = default(LockFileSigns);
        foreach (var line in new TextLines(text))
        {
            signs.Add(line);
            if (signs.Kind != LockFileKind.Unknown)
            {
                return signs.Kind;
            }
        }

        return signs.AtEnd;
    }

    private static LockFileKind OfName(string name) => name switch
    {
        "pixi.lock" => LockFileKind.PixiLock,
        "uv.lock" => LockFileKind.UvLock,
        "poetry.lock" => LockFileKind.PoetryLock,
        "pdm.lock" => LockFileKind.PdmLock,
        "pipfile.lock" => LockFileKind.PipfileLock,
        "pyproject.toml" => LockFileKind.Pyproject,
        _ when name.StartsWith("pylock.", StringComparison.Ordinal) && name.EndsWith(".toml", StringComparison.Ordinal) =>
            LockFileKind.Pylock,
        _ when IsYaml(name) && name.Contains("conda-lock", StringComparison.Ordinal) => LockFileKind.CondaLock,
        _ when IsYaml(name) => LockFileKind.EnvironmentYaml,
        _ when name.EndsWith(".txt", StringComparison.Ordinal) || name.EndsWith(".in", StringComparison.Ordinal) =>
            LockFileKind.Requirements,
        _ => LockFileKind.Unknown,
    };

    private static bool IsYaml(string name) =>
        name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal);
}
