using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Firn.Python.Indexes;

namespace Firn.Python.Candidates;

/// <summary>
/// The tags of wheels that an interpreter takes, the best first (packaging: tags.py sys_tags, cpython_tags,
/// generic_tags, compatible_tags).
/// </summary>
internal sealed class WheelTags
{
    // A wheel's name may promise the product of three lists; more than that is not a wheel.
    private const int MaxTags = 100_000;

    private readonly FrozenDictionary<string, int> _ranks;

    private WheelTags(string interpreter, ImmutableArray<string> tags, ImmutableArray<string> platforms)
    {
        Interpreter = interpreter;
        Tags = tags;
        Platforms = platforms;
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < tags.Length; i++)
        {
            ranks.TryAdd(tags[i], i);
        }

        _ranks = ranks.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>For example <c>cp311</c>.</summary>
    public string Interpreter { get; }

    /// <summary>The tags, <c>cp311-cp311-manylinux_2_36_x86_64</c>, the best first.</summary>
    public ImmutableArray<string> Tags { get; }

    /// <summary>The platforms, the best first.</summary>
    public ImmutableArray<string> Platforms { get; }

    /// <summary>The tags of an interpreter.</summary>
    /// <param name="implementation"><c>sys.implementation.name</c>: <c>cpython</c>, <c>pypy</c>.</param>
    /// <param name="major">The first number of Python's version.</param>
    /// <param name="minor">The second.</param>
    /// <param name="abiFlags"><c>sys.abiflags</c>: <c>t</c> for free-threaded, <c>d</c> for debug, <c>m</c> before 3.8.</param>
    /// <param name="platforms">What <see cref="PlatformTags"/> gives.</param>
    /// <param name="abi">The ABI of an implementation other than CPython, for example <c>pypy310_pp73</c>.</param>
    public static WheelTags Of(
        string implementation, int major, int minor, string abiFlags, ImmutableArray<string> platforms, string? abi = null)
    {
        var builder = new WheelTagsBuilder(major, minor, platforms);
        if (implementation == "cpython")
        {
            builder.AddCPython(abiFlags);
        }
        else
        {
            builder.AddOther(ShortName(implementation), abi);
        }

        builder.AddCompatible(implementation switch { "cpython" => "cp", "pypy" => "pp", _ => null });
        return new WheelTags(builder.Interpreter, builder.Build(), platforms);
    }

    /// <summary>The place of the best tag of a wheel among <see cref="Tags"/>; <see langword="null"/> where none is.</summary>
    public int? RankOf(WheelFileName wheel)
    {
        if ((long)wheel.Pythons.Length * wheel.Abis.Length * wheel.Platforms.Length > MaxTags)
        {
            return null;
        }

        int? best = null;
        foreach (var python in wheel.Pythons)
        {
            foreach (var abi in wheel.Abis)
            {
                foreach (var platform in wheel.Platforms)
                {
                    if (_ranks.TryGetValue($"{python}-{abi}-{platform}", out var rank) && (best is null || rank < best))
                    {
                        best = rank;
                    }
                }
            }
        }

        return best;
    }

    private static string ShortName(string implementation) => implementation switch
    {
        "python" => "py",
        "pypy" => "pp",
        "ironpython" => "ip",
        "jython" => "jy",
        _ => implementation,
    };
}

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
