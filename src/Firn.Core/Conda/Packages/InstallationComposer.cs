using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Tar;
using Firn.Conda.Linking;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Packages;

/// <summary>Composes an installation; see <see cref="CondaInstallation"/>.</summary>
internal sealed class InstallationComposer(CondaArchive archive, PackageFiles files, PackageFailure failure, long archiveLength)
{
    private readonly List<Problem> _problems = [];

    public CondaInstallation Compose(CondaInstallTarget target)
    {
        var isPython = archive.Info.Noarch == "python";
        var layout = isPython && archive.Paths.Length > 0 ? LayoutOf(target) : null;
        var scripts = isPython ? Scripts(target) : [];
        var paths = Paths(layout, scripts);
        var record = InstalledRecordWriter.Write(archive, target.Locked, archiveLength, paths, [.. scripts.Keys]);
        return new CondaInstallation
        {
            Members = Members(paths, record),
            Record = record,
            EntryPointScripts = [.. scripts.Select(script => (script.Key, script.Value, true))],
            Problems = [.. _problems],
        };
    }

    /// <summary>conda refuses such a package without a Python, too (core/path_actions.py).</summary>
    private CondaPythonLayout LayoutOf(CondaInstallTarget target)
    {
        var folder = target.SitePackages?.Trim('/') ?? throw NoPython();
        return CondaPaths.IsAllowed(folder)
            ? new CondaPythonLayout(folder)
            : throw new FirnException(
                $"the site-packages {PackageFailure.Shown(folder)} of the environment's Python would leave the prefix",
                "choose another build of python");
    }

    private FirnException NoPython() => new(
        $"the conda package {failure.Package} needs a Python, and the environment has none",
        "add python to the lock that the environment is made from");

    /// <summary>Scripts by their paths; of two with one command the last one counts, as with conda.</summary>
    private SortedDictionary<string, string> Scripts(CondaInstallTarget target)
    {
        var scripts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in archive.Info.EntryPoints)
        {
            var interpreter = $"bin/python{SeriesOf(target.PythonVersion) ?? throw NoPython()}";
            var definition = EntryPointDefinition.Parse(text)!;
            scripts[$"bin/{definition.Command}"] = definition.For(interpreter).Script(BundleFormat.PrefixToken);
        }

        return scripts;
    }

    /// <summary><c>3.11</c> of <c>3.11.7</c>.</summary>
    private static string? SeriesOf(string? version)
    {
        var parts = (version ?? string.Empty).Split('.');
        if (parts.Length < 2)
        {
            return null;
        }

        var end = parts[1].AsSpan().IndexOfAnyExceptInRange('0', '9');
        var minor = end < 0 ? parts[1] : parts[1][..end];
        return minor.Length > 0 && parts[0].Length > 0 && parts[0].AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
            ? $"{parts[0]}.{minor}"
            : null;
    }

    private ImmutableArray<InstalledPath> Paths(CondaPythonLayout? layout, SortedDictionary<string, string> scripts)
    {
        var paths = ImmutableArray.CreateBuilder<InstalledPath>(archive.Paths.Length);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in archive.Paths)
        {
            var path = layout?.Target(source.Path.Path) ?? source.Path.Path;
            if (!CondaPaths.IsAllowed(path) || !taken.Add(path))
            {
                throw failure.Refused($"two of its files go to {path}, or it would leave the prefix");
            }

            if (scripts.ContainsKey(path))
            {
                // conda writes the script over the file.
                _problems.Add(new Problem("conda-path-passed-over", path, $"{failure.Package} has a file where the script of an entry point goes"));
            }
            else
            {
                paths.Add(new InstalledPath(path, source));
            }
        }

        return paths.DrainToImmutable();
    }

    /// <summary>
    /// The members that an archive of the installed package has: the record is read as a capture reads it, so that both
    /// give one bundle (<see cref="CondaPackageMembers"/>).
    /// </summary>
    private ImmutableArray<BundleMember> Members(ImmutableArray<InstalledPath> paths, byte[] record)
    {
        var read = CondaFileRecordReader.Read(record, out var error)
            ?? throw new InvalidOperationException($"the record of {failure.Package} cannot be read: {error}");
        var layout = read.FindPythonLayout();
        var parents = Parents(read);
        var members = ImmutableArray.CreateBuilder<BundleMember>(paths.Length);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (path.Source.Path.Kind != CondaPathKind.Directory || !parents.Contains(path.Path))
            {
                var packaged = layout?.Packaged(path.Path) ?? path.Path;
                members.Add(taken.Add(packaged)
                    ? MemberOf(packaged, path.Source)
                    : throw failure.Refused($"two of its files are {packaged}"));
            }
        }

        return members.DrainToImmutable();
    }

    /// <summary>The folders that something of the package lies in; only others are members.</summary>
    private static HashSet<string> Parents(CondaFileRecord record)
    {
        var parents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in record.Entries)
        {
            var parent = entry.Path;
            while (parent.LastIndexOf('/') is > 0 and var slash && parents.Add(parent = parent[..slash]))
            {
                // Up to a folder that is known.
            }
        }

        return parents;
    }

    private BundleMember MemberOf(string packaged, LinkedPath source)
    {
        if (source.Path.Kind == CondaPathKind.Directory)
        {
            return new BundleMember { Path = packaged, Kind = TarEntryKind.Directory };
        }

        if (source.Member!.File is not { } file)
        {
            return new BundleMember { Path = packaged, Kind = TarEntryKind.Link, LinkTarget = source.Member.LinkTarget };
        }

        return new BundleMember
        {
            Path = packaged,
            IsExecutable = file.IsExecutable,
            Content = files.ContentOf(file, source.Path),
            Placeholder = source.Path is { Kind: CondaPathKind.File, Placeholder: { } placeholder }
                ? new PrefixPlaceholder(placeholder.IsBinary, placeholder.Text)
                : null,
        };
    }
}

/// <summary>The environment that a package is installed into.</summary>
internal sealed record CondaInstallTarget
{
    /// <summary>Relative to the prefix, for example <c>lib/python3.11/site-packages</c>; <see langword="null"/> without a Python.</summary>
    public string? SitePackages { get; init; }

    /// <summary>The version of its Python, for example <c>3.11.7</c>; <see langword="null"/> without one.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>
    /// What a lock or an index says of the package, with the digests and the size of the archive. It goes before what the
    /// package says of itself: channels mend dependencies after the build (CEP 32).
    /// </summary>
    public LockedCondaPackage? Locked { get; init; }
}

/// <summary>What an installation of a package holds.</summary>
internal sealed record CondaInstallation
{
    /// <summary>
    /// The members of its bundle: the same that an archive of the installed package has. Their contents are in the
    /// <see cref="CondaArchive"/>, which has to be there until the bundle is written; digests are checked then.
    /// </summary>
    public required ImmutableArray<BundleMember> Members { get; init; }

    /// <summary>Its record for <c>conda-meta</c>, in canonical form.</summary>
    public required byte[] Record { get; init; }

    /// <summary>The scripts of its entry points: relative to the prefix, with Firn's token for the prefix.</summary>
    public ImmutableArray<(string Path, string Text, bool IsExecutable)> EntryPointScripts { get; init; } = [];

    /// <summary>What was left out.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}

/// <summary>A path to link and where it goes.</summary>
/// <param name="Path">In the prefix.</param>
/// <param name="Source">In the package.</param>
internal sealed record InstalledPath(string Path, LinkedPath Source);

/// <summary>An entry point as <c>link.json</c> has it (conda common/path/python.py <c>parse_entry_point_def</c>).</summary>
/// <param name="Command">The script's name.</param>
/// <param name="Module">Dotted.</param>
/// <param name="Function">Dotted.</param>
internal sealed record EntryPointDefinition(string Command, string Module, string Function)
{
    /// <summary><c>command = module:function</c>; <see langword="null"/> where it is none, or would write other code into the script.</summary>
    public static EntryPointDefinition? Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return null;
        }

        var target = text[(equals + 1)..].Trim(' ', '\t', '\r', '\n', '"', '\'');
        var colon = target.LastIndexOf(':');
        if (colon < 0)
        {
            return null;
        }

        var definition = new EntryPointDefinition(
            text[..equals].Trim(), target[..colon].Trim(), target[(colon + 1)..].Trim());
        return CondaEntryPoint.IsCommand(definition.Command) && definition.For("bin/python").IsValid ? definition : null;
    }

    /// <summary>The script for an interpreter, in conda's text.</summary>
    /// <param name="interpreter">Relative to the prefix.</param>
    public CondaEntryPoint For(string interpreter) => new(Module, Function, interpreter, CondaEntryPointStyle.Conda);
}
