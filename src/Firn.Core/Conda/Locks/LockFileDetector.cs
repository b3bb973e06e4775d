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
            "a project is not a lock: write one with: uv export --format pylock.toml -o pylock.toml, or pip lock .",
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

/// <summary>What kind of lock or spec a file is.</summary>
internal enum LockFileKind
{
    Unknown,

    /// <summary>conda's explicit file (CEP 23).</summary>
    Explicit,

    /// <summary>A list of match specs, as <c>conda list --export</c> writes it.</summary>
    CondaSpecs,

    /// <summary>conda-lock.yml (CEP 37).</summary>
    CondaLock,

    /// <summary>environment.yml (CEP 24).</summary>
    EnvironmentYaml,

    /// <summary>A requirement file of pip.</summary>
    Requirements,

    /// <summary>pylock.toml (PEP 751).</summary>
    Pylock,

    /// <summary>The environment.json of a capture.</summary>
    Capture,

    PixiLock,
    UvLock,
    PoetryLock,
    PdmLock,
    PipfileLock,

    /// <summary>pyproject.toml: a project, no lock.</summary>
    Pyproject,
}

/// <summary>What the lines of a file have told so far of its kind.</summary>
internal struct LockFileSigns
{
    private bool _hasMetadata;
    private bool _hasEnvironments;
    private bool _hasEnvironmentKey;
    private bool _isPoetry;
    private bool _isPdm;
    private bool _hasTomlPackages;
    private bool _hasVersionNumber;
    private bool _hasCondaHeader;
    private bool _hasRequirement;
    private bool _hasTriple;
    private bool _hasTable;

    /// <summary>The kind, as soon as a line leaves no doubt.</summary>
    public LockFileKind Kind { get; private set; }

    /// <summary>The kind by all lines together.</summary>
    public readonly LockFileKind AtEnd =>
        _hasEnvironments ? LockFileKind.PixiLock
        : _hasMetadata && !_hasTomlPackages ? LockFileKind.CondaLock
        : _isPdm ? LockFileKind.PdmLock
        : _hasTomlPackages && _hasVersionNumber ? LockFileKind.UvLock
        : _hasTomlPackages || _isPoetry ? LockFileKind.PoetryLock
        : _hasEnvironmentKey ? LockFileKind.EnvironmentYaml
        : _hasCondaHeader || _hasTriple ? LockFileKind.CondaSpecs
        : _hasRequirement ? LockFileKind.Requirements
        : LockFileKind.Unknown;

    public void Add(ReadOnlySpan<char> line)
    {
        var content = line.Trim();
        if (content.IsEmpty)
        {
            return;
        }

        if (content[0] == '#')
        {
            _isPdm |= content.Contains("generated by PDM", StringComparison.Ordinal);
            _isPoetry |= content.Contains("generated by Poetry", StringComparison.Ordinal);
            _hasCondaHeader |= content.StartsWith("# $ conda create", StringComparison.Ordinal);
            return;
        }

        if (content is "@EXPLICIT")
        {
            Kind = LockFileKind.Explicit;
        }
        else if (content[0] == '[')
        {
            AddTable(content);
        }
        else if (!char.IsWhiteSpace(line[0]))
        {
            AddTop(content);
        }
    }

    private void AddTable(ReadOnlySpan<char> table)
    {
        _hasTable = true;
        _hasTomlPackages |= table is "[[package]]";
        if (table is "[project]" or "[build-system]" || table.StartsWith("[tool.") || table is "[dependency-groups]")
        {
            Kind = LockFileKind.Pyproject;
        }
    }

    private void AddTop(ReadOnlySpan<char> text)
    {
        // Poetry has a key of this name too, in a table.
        if (!_hasTable && text.StartsWith("lock-version") && text["lock-version".Length..].TrimStart().StartsWith("="))
        {
            Kind = LockFileKind.Pylock;
            return;
        }

        // Poetry's key has a dash.
        _isPdm |= _hasTable && text.StartsWith("lock_version = ");
        var isToml = text.IndexOf(" = ") > 0;
        _hasVersionNumber |= text.StartsWith("version = ") && char.IsAsciiDigit(text[^1]);
        _hasMetadata |= text is "metadata:";
        _hasEnvironments |= text.StartsWith("environments:");
        _hasEnvironmentKey |= text.StartsWith("dependencies:") || text.StartsWith("channels:") || text.StartsWith("prefix:");
        _hasTriple |= !isToml && IsTriple(text);
        _hasRequirement |= text.Contains("==", StringComparison.Ordinal) || text.StartsWith("-r ") || text.StartsWith("--")
            || text.StartsWith("-e ") || text.Contains(" @ ", StringComparison.Ordinal);
    }

    /// <summary><c>name=version=build</c>, which pip would not read.</summary>
    private static bool IsTriple(ReadOnlySpan<char> text)
    {
        var first = text.IndexOf('=');
        var last = text.LastIndexOf('=');
        return first > 0 && last > first + 1 && last < text.Length - 1
            && CondaNames.IsName(text[..first]) && CondaNames.IsVersion(text[(first + 1)..last]) && CondaNames.IsBuild(text[(last + 1)..]);
    }
}
