using System.Collections.Immutable;
using System.Globalization;

namespace Firn.Python.Indexes;

/// <summary>Lists tags in packaging's order.</summary>
internal sealed class WheelTagsBuilder(int major, int minor, ImmutableArray<string> platforms)
{
    private readonly ImmutableArray<string>.Builder _tags = ImmutableArray.CreateBuilder<string>();

    /// <summary>For example <c>cp311</c>.</summary>
    public string Interpreter { get; private set; } = "py" + NoDot(major, minor);

    public ImmutableArray<string> Build() => _tags.ToImmutable();

    /// <summary>packaging: cpython_tags and _cpython_abis.</summary>
    public void AddCPython(string abiFlags)
    {
        Interpreter = "cp" + NoDot(major, minor);
        var isThreaded = abiFlags.Contains('t', StringComparison.Ordinal);
        foreach (var abi in Abis(abiFlags, isThreaded))
        {
            Add(Interpreter, abi);
        }

        // abi3 since 3.2 (PEP 384); abi3t instead of it without the lock (PEP 803).
        var stable = major > 3 || (major == 3 && minor >= 2) ? isThreaded ? "abi3t" : "abi3" : null;
        if (stable is not null)
        {
            Add(Interpreter, stable);
        }

        Add(Interpreter, "none");
        for (var older = minor - 1; stable is not null && older > 1; older--)
        {
            Add("cp" + NoDot(major, older), stable);
        }
    }

    /// <summary>packaging: generic_tags.</summary>
    public void AddOther(string shortName, string? abi)
    {
        // PyPy's py_version_nodot is Python's version.
        Interpreter = shortName + NoDot(major, minor);
        if (abi is not null and not "none")
        {
            Add(Interpreter, abi);
        }

        Add(Interpreter, "none");
    }

    /// <summary>packaging: compatible_tags; PyPy's <c>pp3</c> is what sys_tags gives it.</summary>
    public void AddCompatible(string? shortName)
    {
        foreach (var version in Versions())
        {
            Add(version, "none");
        }

        if (shortName is not null)
        {
            _tags.Add((shortName == "pp" ? "pp3" : Interpreter) + "-none-any");
        }

        foreach (var version in Versions())
        {
            _tags.Add(version + "-none-any");
        }
    }

    private IEnumerable<string> Abis(string flags, bool isThreaded)
    {
        var version = "cp" + NoDot(major, minor);
        if (major == 3 && minor < 8)
        {
            yield return version + flags;
            yield break;
        }

        var threaded = isThreaded ? version + "t" : version;
        if (flags.Contains('d', StringComparison.Ordinal))
        {
            yield return threaded + "d";
        }

        yield return threaded;
    }

    private IEnumerable<string> Versions()
    {
        yield return "py" + NoDot(major, minor);
        yield return "py" + major.ToString(CultureInfo.InvariantCulture);
        for (var older = minor - 1; older >= 0; older--)
        {
            yield return "py" + NoDot(major, older);
        }
    }

    private void Add(string interpreter, string abi)
    {
        foreach (var platform in platforms)
        {
            _tags.Add($"{interpreter}-{abi}-{platform}");
        }
    }

    private static string NoDot(int major, int minor) => string.Create(CultureInfo.InvariantCulture, $"{major}{minor}");
}
