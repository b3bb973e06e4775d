using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Interpreters;

namespace Firn.Python.Environments;

/// <summary>Says what made each prefix on the way from the environment to the interpreter under it, by path alone.</summary>
internal sealed class EnvironmentLayerReader(Interpreter interpreter, SystemContext systemContext)
{
    private const int MaxLayers = 8;

    public ImmutableArray<EnvironmentLayer> Read()
    {
        var layers = ImmutableArray.CreateBuilder<EnvironmentLayer>();
        if (interpreter.Configuration is not { } configuration)
        {
            layers.Add(Plain(interpreter.Prefix));
            return layers.ToImmutable();
        }

        layers.Add(Virtual(interpreter.Prefix, configuration));
        AddBetween(layers, configuration);
        layers.Add(Plain(interpreter.BasePrefix));
        return layers.ToImmutable();
    }

    /// <summary>A virtual environment made by one names it as its home where the tool did not look through it.</summary>
    private void AddBetween(ImmutableArray<EnvironmentLayer>.Builder layers, PyvenvConfiguration configuration)
    {
        var ignored = new List<Problem>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { interpreter.Prefix, interpreter.BasePrefix };
        var current = configuration;
        while (layers.Count < MaxLayers
            && current.Home is { } home
            && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(home)) is { } prefix
            && seen.Add(prefix)
            && PyvenvConfiguration.Read(Path.Join(prefix, PyvenvConfiguration.FileName), ignored) is { } next)
        {
            layers.Add(Virtual(prefix, next));
            current = next;
        }
    }

    private static EnvironmentLayer Virtual(string prefix, PyvenvConfiguration configuration)
    {
        var creator = configuration switch
        {
            { UvVersion: { Length: > 0 } uv } => $"uv {uv}",
            { VirtualenvVersion: { Length: > 0 } virtualenv } => $"virtualenv {virtualenv}",
            _ => "venv",
        };
        return new EnvironmentLayer(EnvironmentLayerKind.VirtualEnvironment, prefix) { Creator = creator };
    }

    private EnvironmentLayer Plain(string prefix)
    {
        var managed = interpreter.HasStandardLibrary
            && FileCheck.IsFile(Path.Join(interpreter.StandardLibrary, "EXTERNALLY-MANAGED"));
        var real = RealPath.Of(prefix);
        var kind = KindOf(prefix, real, managed, out var creator);
        return new EnvironmentLayer(kind, prefix) { Creator = creator, ExternallyManaged = managed };
    }

    private EnvironmentLayerKind KindOf(string prefix, string real, bool managed, out string? creator)
    {
        creator = null;
        if (CondaPrefixMarkers.Is(prefix))
        {
            creator = CondaPrefixMarkers.Creator(prefix) ?? (IsPyenv(real) ? "pyenv" : null);
            return CondaPrefixMarkers.IsPixi(prefix) ? EnvironmentLayerKind.Pixi : EnvironmentLayerKind.Conda;
        }

        if (IsPyenv(prefix) || IsPyenv(real))
        {
            return EnvironmentLayerKind.Pyenv;
        }

        if (IsUvManaged(prefix) || IsUvManaged(real))
        {
            return EnvironmentLayerKind.UvManaged;
        }

        if (real.Contains("/Cellar/", StringComparison.Ordinal))
        {
            creator = "homebrew";
            return EnvironmentLayerKind.Plain;
        }

        return managed || IsSystemPrefix(real) ? EnvironmentLayerKind.System : EnvironmentLayerKind.Plain;
    }

    /// <summary><c>PYENV_ROOT/versions/NAME</c>; pyenv-win says <c>pyenv-win\versions</c>.</summary>
    private bool IsPyenv(string prefix)
    {
        var versions = Path.GetDirectoryName(prefix);
        if (Path.GetFileName(versions) != "versions" || Path.GetDirectoryName(versions) is not { } root)
        {
            return false;
        }

        return Path.GetFileName(root) is ".pyenv" or "pyenv-win"
            || root == systemContext.Variable("PYENV_ROOT")
            || Directory.Exists(Path.Join(root, "shims"));
    }

    /// <summary><c>.../uv/python/cpython-3.12.1-linux-x86_64-gnu</c>, or below UV_PYTHON_INSTALL_DIR.</summary>
    private bool IsUvManaged(string prefix)
    {
        var folder = Path.GetDirectoryName(prefix);
        if (Path.GetFileName(prefix).Split('-') is not { Length: >= 5 } parts
            || parts[0] is not ("cpython" or "pypy" or "graalpy" or "pyodide"))
        {
            return false;
        }

        return folder == systemContext.Variable("UV_PYTHON_INSTALL_DIR")
            || (Path.GetFileName(folder) == "python" && Path.GetFileName(Path.GetDirectoryName(folder)) == "uv")
            || FileCheck.IsFile(Path.Join(prefix, "BUILD"));
    }

    private bool IsSystemPrefix(string real) =>
        real == systemContext.SystemPath("/usr")
        || real.StartsWith("/System/Library/", StringComparison.Ordinal)
        || real.StartsWith("/Library/Developer/CommandLineTools/", StringComparison.Ordinal)
        || real.StartsWith("/Applications/Xcode.app/", StringComparison.Ordinal);
}
