using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Indexes;
using Firn.Python.Versions;

namespace Firn.Python.Requirements;

/// <summary>What requirement files say, with those that they include.</summary>
internal sealed record RequirementsFile
{
    /// <summary>The requirements and constraints in order.</summary>
    public ImmutableArray<RequirementEntry> Entries { get; init; } = [];

    /// <summary>The options for all of them.</summary>
    public IndexOptions Options { get; init; } = IndexOptions.None;

    /// <summary>What was not understood or not read; each message starts with the file and the line.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Several files as one.</summary>
    public static RequirementsFile Join(IEnumerable<RequirementsFile> files)
    {
        var joined = new RequirementsFile();
        foreach (var file in files)
        {
            joined = new RequirementsFile
            {
                Entries = joined.Entries.AddRange(file.Entries),
                Options = joined.Options.Then(file.Options),
                Problems = joined.Problems.AddRange(file.Problems),
            };
        }

        return joined;
    }
}

/// <summary>A requirement in a requirement file.</summary>
internal sealed record RequirementEntry
{
    /// <summary>The requirement; <see langword="null"/> where only the source tells the name.</summary>
    public Requirement? Requirement { get; init; }

    /// <summary>The requirement as written, without options and credentials.</summary>
    public required string Text { get; init; }

    /// <summary>The file, as it was named.</summary>
    public required string File { get; init; }

    /// <summary>The first of its lines, from 1.</summary>
    public required int Line { get; init; }

    /// <summary><c>--hash</c>.</summary>
    public ImmutableArray<IndexHash> Hashes { get; init; } = [];

    /// <summary><c>-e</c>.</summary>
    public bool IsEditable { get; init; }

    /// <summary>Whether it only limits what others ask for.</summary>
    public bool IsConstraint { get; init; }

    /// <summary>The project's folder or the archive, absolute, where it is one of this machine.</summary>
    public string? LocalPath { get; init; }

    /// <summary>Where it comes from, also where it has no name; may hold credentials.</summary>
    public string? Url { get; init; }

    /// <summary>When it counts, also where it has no name.</summary>
    public Marker? Marker { get; init; }

    /// <summary>For example <c>requirements.txt:3</c>.</summary>
    public string Origin => $"{File}:{Line}";
}

/// <summary>Reads requirement files with those that they include (pip: req/req_file.py).</summary>
internal sealed class RequirementsFileReader
{
    private const int Limit = 16 << 20;
    private const int Deepest = 32;
    // Files that include each other twice at each of 32 levels would be read four thousand million times.
    private const int MaxFiles = 1000;

    private readonly SystemContext _systemContext;
    private readonly RequirementEntryReader _entryReader;
    private readonly ImmutableArray<RequirementEntry>.Builder _entries = ImmutableArray.CreateBuilder<RequirementEntry>();
    private readonly ImmutableArray<Problem>.Builder _problems = ImmutableArray.CreateBuilder<Problem>();
    private readonly List<string> _open = [];
    private IndexOptions _options = IndexOptions.None;
    private int _files;

    private RequirementsFileReader(SystemContext systemContext)
    {
        _systemContext = systemContext;
        _entryReader = new RequirementEntryReader(systemContext);
    }

    /// <summary>Reads a file; what it includes stands at its place.</summary>
    public static RequirementsFile Read(string path, SystemContext systemContext, bool isConstraint = false)
    {
        var reader = new RequirementsFileReader(systemContext);
        reader.ReadFile(path, isConstraint, "the command line");
        return reader.Result();
    }

    /// <summary>Reads lines that stand in another file, as the list <c>pip:</c> of an environment.yml.</summary>
    public static RequirementsFile ReadText(string text, string file, SystemContext systemContext)
    {
        var reader = new RequirementsFileReader(systemContext);
        reader.ReadLines(text, file, isConstraint: false);
        return reader.Result();
    }

    private RequirementsFile Result() => new()
    {
        Entries = _entries.DrainToImmutable(),
        Options = _options,
        Problems = _problems.DrainToImmutable(),
    };

    private void ReadFile(string path, bool isConstraint, string origin)
    {
        if (IndexUrl.IsWeb(path))
        {
            Report("requirements-not-read", origin, $"{Credentials.Remove(path)} is not read: only files of this machine are");
            return;
        }

        var full = path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? IndexUrl.ToPath(path)
            : path.Contains('\0', StringComparison.Ordinal) ? null
            : Path.GetFullPath(path, _systemContext.CurrentDirectory);
        if (full is null || _open.Contains(full) || _open.Count == Deepest || ++_files > MaxFiles)
        {
            Report("requirements-not-read", origin, full is null || !_open.Contains(full)
                ? $"{path} is not read: no file of this machine, or too many files within files"
                : $"{path} includes itself");
            return;
        }

        var content = BoundedFile.Read(full, Limit);
        if (!content.IsComplete)
        {
            Report("requirements-unreadable", origin, $"{path} cannot be read: {content.Reason}");
            return;
        }

        var text = RequirementsDecoding.Decode(content.Bytes, out var unknown);
        if (unknown is not null)
        {
            Report("requirements-encoding", path, $"unknown encoding {unknown}, read as UTF-8");
        }

        _open.Add(full);
        ReadLines(text, path, isConstraint);
        _open.RemoveAt(_open.Count - 1);
    }

    private void ReadLines(string text, string file, bool isConstraint)
    {
        foreach (var line in LogicalLines.Split(text))
        {
            ReadLine(line, file, isConstraint);
        }
    }

    private void ReadLine(LogicalLine line, string file, bool isConstraint)
    {
        var (text, optionsText) = LineOptionParser.Break(VariableReferences.Expand(line.Text, _systemContext));
        var options = LineOptionParser.Parse(optionsText);
        var origin = $"{file}:{line.Number}";
        if (options.Reason is not null)
        {
            Report("requirement-invalid", origin, options.Reason);
        }
        else if (text.Length > 0 || options.First("editable") is not null)
        {
            ReadRequirement(line, file, isConstraint, text, options);
        }
        else if (options.First("requirement") is { } requirement)
        {
            ReadFile(Nested(requirement, file), isConstraint: false, origin);
        }
        else if (options.First("constraint") is { } constraint)
        {
            ReadFile(Nested(constraint, file), isConstraint: true, origin);
        }
        else
        {
            _options = LineIndexOptions.Add(_options, options, file, _systemContext);
        }
    }

    private void ReadRequirement(LogicalLine line, string file, bool isConstraint, string text, LineOptions options)
    {
        var isEditable = text.Length == 0;
        var entry = new RequirementEntry
        {
            // Before variables are expanded, which may hold a token.
            Text = Credentials.Remove(isEditable ? line.Text : LineOptionParser.Break(line.Text).Requirement),
            File = file,
            Line = line.Number,
            IsEditable = isEditable,
            IsConstraint = isConstraint,
        };

        var hashes = ImmutableArray.CreateBuilder<IndexHash>();
        foreach (var written in options.All("hash"))
        {
            if (IndexHash.Parse(written, ':') is not { IsStrong: true } hash)
            {
                Report("requirement-invalid", entry.Origin, "--hash takes sha256:, sha384: or sha512: and a digest of that length");
                return;
            }

            hashes.Add(hash);
        }

        var place = isEditable ? options.First("editable")! : text;
        if (_entryReader.Read(entry with { Hashes = hashes.DrainToImmutable() }, place, out var reason) is { } read)
        {
            _entries.Add(read);
        }
        else
        {
            Report("requirement-invalid", entry.Origin, $"'{Shortened(entry.Text)}' is not a requirement: {reason}");
        }
    }

    /// <summary>A path in a file starts from the file's folder.</summary>
    private static string Nested(string path, string file)
    {
        if (IndexUrl.IsWeb(path) || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || Path.IsPathRooted(path))
        {
            return path;
        }

        var folder = Path.GetDirectoryName(IndexUrl.ToPath(file) ?? file);
        return string.IsNullOrEmpty(folder) ? path : Path.Join(folder, path);
    }

    private static string Shortened(string text) => text.Length > 80 ? text[..80] + "…" : text;

    private void Report(string code, string origin, string message) => _problems.Add(new Problem(code, null, $"{origin}: {message}"));
}
