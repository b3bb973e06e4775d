using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Conda.Locks;

/// <summary>
/// Reads conda's text spec files (CEP 23; conda misc.py <c>explicit</c>). Bad lines are problems; the others are read.
/// </summary>
internal sealed class ExplicitFileReader
{
    /// <summary>More than a file of every package of a channel has.</summary>
    public const int Limit = 64 * 1024 * 1024;

    /// <summary>How many lines are told of one by one.</summary>
    private const int MaxProblems = 100;

    private readonly SystemContext _systemContext;
    private readonly string _name;
    private readonly ImmutableArray<LockedCondaPackage>.Builder _packages = ImmutableArray.CreateBuilder<LockedCondaPackage>();
    private readonly ImmutableArray<MatchSpec>.Builder _specs = ImmutableArray.CreateBuilder<MatchSpec>();
    private readonly ImmutableArray<LockedPipPackage>.Builder _pip = ImmutableArray.CreateBuilder<LockedPipPackage>();
    private readonly Dictionary<string, LockedCondaPackage> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Problem> _problems = [];
    private readonly List<Problem> _warnings = [];
    private int _line;

    private ExplicitFileReader(string name, SystemContext systemContext) => (_name, _systemContext) = (name, systemContext);

    private string Here => $"{_name}:{_line}";

    public static ExplicitFile Read(string path, SystemContext systemContext)
    {
        var name = Path.GetFileName(path);
        var content = BoundedFile.Read(path, Limit);
        return content.IsComplete
            ? Read(content.Bytes, name, systemContext)
            : new ExplicitFile
            {
                IsExplicit = false,
                Problems = [new Problem("lock-unreadable", path, $"cannot read the lock, {content.Reason}")],
            };
    }

    /// <param name="bytes">The file.</param>
    /// <param name="name">Its name, for origins and messages.</param>
    /// <param name="systemContext">Relative paths are relative to the current folder, not to the file (CEP 23).</param>
    public static ExplicitFile Read(ReadOnlySpan<byte> bytes, string name, SystemContext systemContext)
    {
        var text = Encoding.UTF8.GetString(bytes).TrimStart('\ufeff');
        return new ExplicitFileReader(name, systemContext).Read(text);
    }

    private ExplicitFile Read(string text)
    {
        // The word may stand on any line, also on the last (CEP 23).
        var isExplicit = false;
        string? platform = null;
        foreach (var line in new TextLines(text))
        {
            var content = line.Trim();
            isExplicit |= content is "@EXPLICIT";
            platform ??= PlatformOf(content);
        }

        foreach (var line in new TextLines(text))
        {
            _line++;
            ReadLine(line.Trim(), isExplicit);
        }

        return new ExplicitFile
        {
            IsExplicit = isExplicit,
            Platform = platform,
            Packages = _packages.DrainToImmutable(),
            Specs = _specs.DrainToImmutable(),
            PipLines = _pip.DrainToImmutable(),
            Problems = [.. _problems],
            Warnings = [.. _warnings],
        };
    }

    private void ReadLine(ReadOnlySpan<char> line, bool isExplicit)
    {
        if (line.IsEmpty || line is "@EXPLICIT")
        {
            return;
        }

        if (line[0] == '#')
        {
            ReadComment(line);
        }
        else if (isExplicit)
        {
            ReadArchive(line.ToString());
        }
        else
        {
            ReadSpec(line.ToString());
        }
    }

    /// <summary>conda-lock writes the packages of pip as comments, which conda passes over.</summary>
    private void ReadComment(ReadOnlySpan<char> line)
    {
        if (line.StartsWith("# no URL for: "))
        {
            // conda list --explicit cannot say where such a package is from.
            Warn("lock-package-without-url", $"the lock has no URL for {line["# no URL for: ".Length..]}");
        }
        else if (line.StartsWith("# pip ", StringComparison.Ordinal))
        {
            if (PipLockLine.Parse(line["# pip ".Length..].Trim().ToString(), Here, _systemContext, out var reason) is { } package)
            {
                _pip.Add(package);
            }
            else
            {
                Refuse("lock-pip-line", $"cannot read this line of pip, {reason}");
            }
        }
    }

    private void ReadArchive(string line)
    {
        var url = ExplicitLine.Parse(line, _systemContext, out var hash, out var reason);
        if (url is null || LockedCondaPackage.OfUrl(url, Here, out reason) is not { } package)
        {
            Refuse("lock-line-unreadable", $"cannot read this line, {reason}");
            return;
        }

        WarnOfVariables(line);
        if (hash is null)
        {
            Warn("lock-hash-missing", $"no digest proves {package.FileName}");
        }

        package = package with { Sha256 = HexDigest.Sha256(hash), Md5 = HexDigest.Md5(hash) };
        if (_seen.TryAdd(package.Name, package))
        {
            _packages.Add(package);
        }
        else if (_seen[package.Name] is var first && (first.Url, first.Sha256, first.Md5) != (package.Url, package.Sha256, package.Md5))
        {
            Refuse("lock-package-twice", $"{package.Name} is there already, in {first.Origin}");
        }
    }

    private void ReadSpec(string line)
    {
        // conda list --export lists the packages of pip with this build.
        if (line.EndsWith("=pypi_0", StringComparison.Ordinal) && line.Split('=') is [var name, var version, _])
        {
            _pip.Add(new LockedPipPackage { Name = name, Version = version, Origin = Here });
        }
        else if (MatchSpec.Parse(line, _systemContext, Here, out var reason) is { } spec)
        {
            _specs.Add(spec);
        }
        else
        {
            Refuse("lock-line-unreadable", $"cannot read this spec, {reason}");
        }
    }

    private void WarnOfVariables(string line)
    {
        if (line.Contains('$', StringComparison.Ordinal) && ExpandedVariables.Names(line) is { Count: > 0 } names)
        {
            Warn("lock-uses-variables", $"the URL is made with {string.Join(", ", names)}");
        }
    }

    private static string? PlatformOf(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith("# platform:"))
        {
            return null;
        }

        var platform = line["# platform:".Length..].Trim();
        return CondaNames.IsSubdir(platform) ? platform.ToString() : null;
    }

    private void Refuse(string code, string message) => Add(_problems, code, message);

    private void Warn(string code, string message) => Add(_warnings, code, message);

    private void Add(List<Problem> list, string code, string message)
    {
        if (list.Count < MaxProblems)
        {
            list.Add(new Problem(code, Here, PrintableText.Printable(message)));
        }
    }
}

/// <summary>A text spec file of conda (CEP 23): exact URLs, or match specs where <c>@EXPLICIT</c> is missing.</summary>
internal sealed record ExplicitFile
{
    /// <summary>Whether a line says <c>@EXPLICIT</c>.</summary>
    public required bool IsExplicit { get; init; }

    /// <summary>What the comment <c># platform:</c> says.</summary>
    public string? Platform { get; init; }

    /// <summary>The archives, in the order of the file; empty where it is not explicit.</summary>
    public ImmutableArray<LockedCondaPackage> Packages { get; init; } = [];

    /// <summary>The specs of a file that is not explicit, as <c>conda list --export</c> writes one.</summary>
    public ImmutableArray<MatchSpec> Specs { get; init; } = [];

    /// <summary>The packages of pip: conda-lock's comments <c># pip</c>, and the rows of <c>conda list --export</c>.</summary>
    public ImmutableArray<LockedPipPackage> PipLines { get; init; } = [];

    /// <summary>What makes the file unusable as it stands.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public ImmutableArray<Problem> Warnings { get; init; } = [];
}
