using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>What <c>pip freeze</c> is asked for, and what the Python that runs it would know.</summary>
internal sealed record PipFreezeOptions
{
    /// <summary><c>sys.path</c> of <c>python -m pip</c>, without its first entry.</summary>
    public required IReadOnlyList<string> SearchPath { get; init; }

    /// <summary>The folders of <c>--path</c>; <see langword="null"/> without that option.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>The pip to follow, for example <c>24.0</c>; <see langword="null"/> for the newest rules.</summary>
    public string? PipVersion { get; init; }

    /// <summary>Whether it is Debian's pip (<see cref="PipInstallation.IsDebian"/>).</summary>
    public bool IsDebianPip { get; init; }

    /// <summary>The first part of the version of the Python that runs pip.</summary>
    public int Major { get; init; } = 3;

    /// <summary>The second part of it.</summary>
    public int Minor { get; init; } = 14;

    /// <summary><c>sys.prefix</c>.</summary>
    public string Prefix { get; init; } = "/";

    /// <summary><c>sys.base_prefix</c>; equal to <see cref="Prefix"/> outside a virtual environment.</summary>
    public string BasePrefix { get; init; } = "/";

    /// <summary>The user's site-packages, or <see langword="null"/> where it is switched off.</summary>
    public string? UserSite { get; init; }

    /// <summary>The folder that pip installs to (<c>purelib</c>); egg-links are looked for there.</summary>
    public string? SitePackages { get; init; }

    /// <summary><c>--all</c>: pip, setuptools and wheel too.</summary>
    public bool All { get; init; }

    /// <summary><c>--local</c>.</summary>
    public bool Local { get; init; }

    /// <summary><c>--user</c>.</summary>
    public bool User { get; init; }

    /// <summary><c>--exclude-editable</c>.</summary>
    public bool ExcludeEditable { get; init; }

    /// <summary><c>--exclude</c>: names in any spelling.</summary>
    public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary><c>--requirement</c>: files whose order and comments the output follows.</summary>
    public ImmutableArray<string> RequirementFiles { get; init; } = [];

    /// <summary>Where pip looks for packages besides the index; releases before 21.2 print them.</summary>
    public ImmutableArray<string> FindLinks { get; init; } = [];

    /// <summary>Whether credentials in URLs are left as pip prints them; else they are taken out.</summary>
    public bool KeepsCredentials { get; init; } = true;

    /// <summary>Whether pip would find git.</summary>
    public bool HasGit { get; init; } = true;

    /// <summary>The process and the machine.</summary>
    public required Surroundings Surroundings { get; init; }
}
