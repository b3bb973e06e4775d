using System.Collections.Immutable;

namespace Firn.Python.Requirements;

/// <summary>A dependency specifier: <c>name[extra]&gt;=1; marker</c> or <c>name @ url; marker</c> (PEP 508).</summary>
internal sealed record Requirement
{
    /// <summary>The name as written.</summary>
    public required string Name { get; init; }

    /// <summary>The name as PEP 503 compares it.</summary>
    public string CanonicalName => Python.CanonicalName.Of(Name);

    /// <summary>The extras asked for, in canonical form, each once, sorted.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];

    /// <summary>The versions that it takes.</summary>
    public VersionSpecifiers Specifiers { get; init; } = VersionSpecifiers.Any;

    /// <summary>Where it is to come from, with its fragment; it may hold credentials.</summary>
    public string? Url { get; init; }

    /// <summary>When it counts; <see langword="null"/> for always.</summary>
    public Marker? Marker { get; init; }

    /// <summary>Reads a dependency specifier; <see langword="null"/> with the reason where the text is none.</summary>
    public static Requirement? Parse(string text, out string? reason)
    {
        var parser = new RequirementText(text);
        var requirement = parser.Parse();
        reason = parser.Reason;
        return requirement;
    }

    /// <summary>The requirement in its normal form, without credentials.</summary>
    public override string ToString()
    {
        var extras = Extras.IsEmpty ? string.Empty : $"[{string.Join(',', Extras)}]";
        var source = Url is null ? Specifiers.ToString() : " @ " + Common.Credentials.Remove(Url);
        var marker = Marker is null ? string.Empty : Url is null ? $"; {Marker}" : $" ; {Marker}";
        return string.Concat(Name, extras, source, marker);
    }
}
