using System.Collections.Immutable;

namespace Firn.Python.Requirements;

/// <summary>Comparisons that all hold, for example <c>&gt;=1.2,!=1.5</c> (packaging: specifiers.py SpecifierSet).</summary>
internal sealed class VersionSpecifiers
{
    private VersionSpecifiers(ImmutableArray<VersionSpecifier> items) => Items = items;

    /// <summary>No comparison: every version.</summary>
    public static VersionSpecifiers Any { get; } = new([]);

    /// <summary>The comparisons in the order in which they are written.</summary>
    public ImmutableArray<VersionSpecifier> Items { get; }

    /// <summary>
    /// The version that <c>==</c> or <c>===</c> names, in its normal form where it has one; <see langword="null"/>
    /// where the version is left to choose.
    /// </summary>
    public string? ExactVersion
    {
        get
        {
            foreach (var item in Items)
            {
                if (item.IsPin)
                {
                    return item.Version?.ToString() ?? item.Text;
                }
            }

            return null;
        }
    }

    /// <summary>Reads comparisons between commas; empty ones are passed over. <see langword="null"/> where one is invalid.</summary>
    public static VersionSpecifiers? Parse(ReadOnlySpan<char> text)
    {
        var items = ImmutableArray.CreateBuilder<VersionSpecifier>();
        foreach (var range in text.Split(','))
        {
            var part = PythonText.Strip(text[range]);
            if (part.IsEmpty)
            {
                continue;
            }

            if (VersionSpecifier.Parse(part) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return items.Count == 0 ? Any : new VersionSpecifiers(items.DrainToImmutable());
    }

    /// <summary>The comparisons of both.</summary>
    public VersionSpecifiers And(VersionSpecifiers other) =>
        other.Items.IsEmpty ? this : Items.IsEmpty ? other : new VersionSpecifiers([.. Items, .. other.Items]);

    /// <summary>Whether all comparisons hold.</summary>
    /// <param name="version">The version.</param>
    /// <param name="allowPrereleases">Whether pre-releases count; else only where a comparison names one.</param>
    public bool Contains(Pep440Version version, bool allowPrereleases)
    {
        var prereleases = allowPrereleases || !VersionComparison.IsPrerelease(version);
        foreach (var item in Items)
        {
            prereleases |= item.NamesPrerelease;
            if (!item.Matches(version))
            {
                return false;
            }
        }

        return prereleases;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Items);
}
