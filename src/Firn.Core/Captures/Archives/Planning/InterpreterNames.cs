using Firn.Common;
using Firn.Python;
using Firn.Python.Environments;
using Firn.Python.Installation;

namespace Firn.Captures.Archives.Planning;

/// <summary>
/// Every path by which a virtual environment names the interpreter under it: the prefix of that one as it is spelled and
/// with links followed, and links elsewhere that lead to its file (<c>/usr/local/bin</c>, <c>~/.local/bin</c>, Homebrew).
/// </summary>
internal sealed class InterpreterNames
{
    private readonly PythonEnvironment _environment;
    private readonly List<string> _prefixes = [];
    private readonly List<string> _files = [];
    private readonly string _real;

    public InterpreterNames(PythonEnvironment environment)
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
        if (PrefixNames.AreSame(Path.GetDirectoryName(folder.TrimEnd('/')) ?? folder, _environment.BasePrefix))
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
        if (prefix is { Length: > 1 } && !_prefixes.Contains(prefix) && PrefixNames.AreSame(prefix, _environment.BasePrefix))
        {
            _prefixes.Add(prefix);
        }
    }
}
