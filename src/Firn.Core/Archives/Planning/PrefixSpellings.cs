using System.Buffers;
using System.Text;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python;
using Firn.Python.Installation;
using Firn.Python.Interpreters;

namespace Firn.Archives.Planning;

/// <summary>
/// Every absolute path by which an installation writes its own prefix: as it was asked for, with links followed, and as
/// its scripts and settings spell it, which may go through another link (<c>/home</c> that leads to <c>/lustre/home</c>).
/// </summary>
internal sealed class PrefixSpellings
{
    private const int MaxPaths = 64;
    private const int SettingsLimit = 256 * 1024;

    /// <summary>What ends a path in a shell script.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\n\"';:|&<>()`$");

    private readonly string _real;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    private PrefixSpellings(string prefix)
    {
        _real = RealPath.Of(prefix);
        _names.Add(prefix);
        _seen.Add(prefix);
        Add(_real);
    }

    /// <summary>The names, the prefix itself first.</summary>
    /// <param name="prefix">The prefix, absolute.</param>
    /// <param name="files">Its files.</param>
    /// <param name="added">What <c>.pth</c> files add to <c>sys.path</c>.</param>
    public static IReadOnlyList<string> Of(string prefix, IReadOnlyList<TreeFile> files, IEnumerable<string> added)
    {
        var names = new PrefixSpellings(prefix);
        foreach (var file in files)
        {
            if (!file.Stat.IsRegularFile)
            {
                continue;
            }

            var path = Path.Join(prefix, file.Path);
            if (file.Path == PyvenvConfiguration.FileName)
            {
                names.AddSetting(path, "command");
            }
            else if (file.Path.StartsWith("bin/activate", StringComparison.Ordinal))
            {
                names.AddSetting(path, "VIRTUAL_ENV");
            }
            else if (file.Stat.IsExecutable && file.Path.StartsWith("bin/", StringComparison.Ordinal))
            {
                names.AddScript(Start(path));
            }
        }

        foreach (var path in added)
        {
            names.AddAbove(path);
        }

        return names._names;
    }

    /// <summary>Whether two paths name one place.</summary>
    public static bool AreSame(string path, string other) => path == other || RealPath.Of(path) == RealPath.Of(other);

    private void AddScript(ReadOnlySpan<byte> start)
    {
        if (ShebangPrefix.Of(start) is { } found)
        {
            Add(found);
        }
        else if (IsShell(start))
        {
            AddPaths(Encoding.UTF8.GetString(start));
        }
    }

    /// <summary>The folders of the paths that a shell script names: wrappers begin with another prefix's <c>/bin/sh</c>.</summary>
    private void AddPaths(ReadOnlySpan<char> text)
    {
        for (var paths = 0; paths < MaxPaths && text.IndexOf('/') is var at and >= 0; paths++)
        {
            var rest = text[at..];
            var end = rest.IndexOfAny(Ends);
            var path = end < 0 ? rest : rest[..end];
            for (var length = path.Length; length > 1; length = path[..length].LastIndexOf('/'))
            {
                var folder = path[..length].ToString();
                if (_names.Contains(folder))
                {
                    break;
                }

                Add(folder);
            }

            text = rest[path.Length..];
        }
    }

    private static bool IsShell(ReadOnlySpan<byte> script)
    {
        var end = script.IndexOf((byte)'\n');
        return script.StartsWith("#!"u8) && script[..Math.Max(end, 0)].IndexOf("sh"u8) > 0;
    }

    /// <summary>The absolute paths at the end of lines that set something, quoted or not; a path may hold blanks.</summary>
    private void AddSetting(string path, string key)
    {
        foreach (var line in new TextLines(BoundedFile.ReadText(path, SettingsLimit) ?? string.Empty))
        {
            if (!line.Contains(key, StringComparison.Ordinal))
            {
                continue;
            }

            var text = line.TrimEnd(" \t\"')");
            for (var at = text.IndexOf('/'); at >= 0;)
            {
                if (at > 0 && text[at - 1] is ' ' or '=' or '"' or '\'')
                {
                    Add(text[at..].ToString());
                }

                var next = text[(at + 1)..].IndexOf('/');
                at = next < 0 ? -1 : at + 1 + next;
            }
        }
    }

    /// <summary>The folder above a path that is the prefix under another name.</summary>
    private void AddAbove(string path)
    {
        if (RealPath.IsWithin(path, _names[0]) || !RealPath.IsWithin(RealPath.Of(path), _real))
        {
            return;
        }

        for (var folder = Path.GetDirectoryName(path); folder is { Length: > 1 }; folder = Path.GetDirectoryName(folder))
        {
            Add(folder);
        }
    }

    private void Add(string name)
    {
        if (name.Length > 1 && name[0] == '/' && _seen.Add(name) && !name.Contains('\0', StringComparison.Ordinal)
            && RealPath.Of(name) == _real)
        {
            _names.Add(name);
        }
    }

    private static ReadOnlySpan<byte> Start(string path)
    {
        using var handle = BoundedFile.Open(path, out _);
        var start = new byte[ShebangPrefix.MaxStartLength];
        // Most are read in one piece; of a program nothing but its first bytes is of interest.
        if (handle is null || RandomAccess.Read(handle, start.AsSpan(0, 512), 0) is not (> 2 and var count) || !start.AsSpan().StartsWith("#!"u8))
        {
            return default;
        }

        if (count == 512 && (start.AsSpan(0, count).IndexOf((byte)'\n') < 0 || IsShell(start.AsSpan(0, count))))
        {
            count += RandomAccess.Read(handle, start.AsSpan(count), count);
        }

        return start.AsSpan(0, count);
    }
}

/// <summary>
/// Every path by which a virtual environment names the interpreter under it: the prefix of that one as it is spelled and
/// with links followed, and links elsewhere that lead to its file (<c>/usr/local/bin</c>, <c>~/.local/bin</c>, Homebrew).
/// </summary>
internal sealed class BaseInterpreterSpellings
{
    private readonly PythonEnvironment _environment;
    private readonly List<string> _prefixes = [];
    private readonly List<string> _files = [];
    private readonly string _real;

    public BaseInterpreterSpellings(PythonEnvironment environment)
    {
        _environment = environment;
        _real = environment.Executable is { } executable ? RealPath.Of(executable) : string.Empty;
        if (environment.IsVirtualEnvironment)
        {
            Find();
        }
    }

    /// <summary>What stands for them in texts; nothing where the environment is none over another.</summary>
    public IReadOnlyList<PrefixToken> Tokens { get; private set; } = [];

    /// <summary>The folder of the system's interpreter, which in the few lines of <c>pyvenv.cfg</c> can mean nothing else.</summary>
    public IReadOnlyList<PrefixToken> SystemTokens { get; private set; } = [];

    /// <summary>The folders that hold the interpreter or a link to it.</summary>
    public IReadOnlyList<string> Folders { get; private set; } = [];

    private void Find()
    {
        AddPrefix(_environment.BasePrefix);
        AddPrefix(RealPath.Of(_environment.BasePrefix));
        var configuration = PyvenvConfiguration.Read(
            Path.Join(_environment.Prefix, PyvenvConfiguration.FileName), []);
        if (configuration?.Home is { } home && home.StartsWith('/'))
        {
            AddFolder(home);
        }

        AddFile(configuration?.BaseExecutable);
        AddLinks(_environment.Executable);
        AddPrefix(configuration?.BasePrefix);
        var tokens = new List<PrefixToken>();
        foreach (var prefix in _prefixes.Where(PrefixToken.IsTelling))
        {
            tokens.Add(new PrefixToken(prefix, ArchiveTokens.Base));
        }

        foreach (var file in _files)
        {
            tokens.Add(new PrefixToken(file, $"{ArchiveTokens.Base}/{BaseExecutable()}"));
        }

        Tokens = tokens;
        var bin = _environment.BasePrefix.TrimEnd('/') + "/bin";
        SystemTokens = PrefixToken.IsTelling(_environment.BasePrefix) ? [] : [new PrefixToken(bin, ArchiveTokens.Base + "/bin")];
        Folders = [.. _prefixes.Select(prefix => Path.Join(prefix, "bin")).Concat(_files.Select(file => Path.GetDirectoryName(file)!)).Distinct()];
    }

    private string BaseExecutable()
    {
        var prefix = _prefixes.Find(prefix => RealPath.IsWithin(_real, prefix) && _real.Length > prefix.Length + 1);
        return prefix is null ? "bin/python3" : _real[(prefix.TrimEnd('/').Length + 1)..];
    }

    /// <summary>The links in a folder that lead to the interpreter.</summary>
    private void AddFolder(string folder)
    {
        if (PrefixSpellings.AreSame(Path.GetDirectoryName(folder.TrimEnd('/')) ?? folder, _environment.BasePrefix))
        {
            AddPrefix(Path.GetDirectoryName(folder.TrimEnd('/')));
            return;
        }

        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            if (entry.Name.StartsWith("python", StringComparison.Ordinal) || entry.Name.StartsWith("pypy", StringComparison.Ordinal)
                || entry.Name.StartsWith("graalpy", StringComparison.Ordinal))
            {
                AddFile(Path.Join(folder, entry.Name));
            }
        }
    }

    /// <summary>The links on the way from the environment's own name of the interpreter to its file.</summary>
    private void AddLinks(string? path)
    {
        for (var links = 0; links < 16 && path is not null && RealPath.LinkTarget(path) is { } target; links++)
        {
            path = Path.GetFullPath(target, Path.GetDirectoryName(path)!);
            AddFile(path);
        }
    }

    private void AddFile(string? file)
    {
        if (file is not null && file.StartsWith('/') && !_files.Contains(file) && !RealPath.IsWithin(file, _environment.Prefix)
            && !_prefixes.Exists(prefix => RealPath.IsWithin(file, prefix)) && RealPath.Of(file) == _real)
        {
            _files.Add(file);
        }
    }

    private void AddPrefix(string? prefix)
    {
        if (prefix is { Length: > 1 } && !_prefixes.Contains(prefix) && PrefixSpellings.AreSame(prefix, _environment.BasePrefix))
        {
            _prefixes.Add(prefix);
        }
    }
}
