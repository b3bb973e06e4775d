using System.Collections.Immutable;

namespace Firn.Conda.Channels;

/// <summary>What channels have in place of what they lack, so that a message can say what to write instead.</summary>
internal sealed class NearMisses
{
    private const int MaxShown = 10;
    private readonly Dictionary<string, HashSet<string>> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    public void Add(RepodataPage page)
    {
        foreach (var file in page.NearMisses)
        {
            if (CondaNames.TrySplit(file, out var name, out _, out _))
            {
                var key = name.ToString();
                if (!_files.TryGetValue(key, out var files))
                {
                    _files.Add(key, files = new HashSet<string>(StringComparer.Ordinal));
                }

                files.Add(CondaNames.Stem(file).ToString());
            }
        }

        foreach (var file in page.Removed)
        {
            _removed.Add(CondaNames.Stem(file).ToString());
        }
    }

    public MissingPackage Of(MatchSpec spec)
    {
        var isRemoved = _removed.Contains($"{spec.Name}-{spec.Version}-{spec.Build}");
        var builds = new SortedSet<string>(StringComparer.Ordinal);
        var versions = new Dictionary<string, CondaVersion>(StringComparer.Ordinal);
        foreach (var stem in _files.GetValueOrDefault(spec.Name) ?? [])
        {
            CondaNames.TrySplit(stem + ".conda", out _, out var version, out var build);
            if (version.SequenceEqual(spec.Version))
            {
                builds.Add(build.ToString());
            }

            versions[version.ToString()] = CondaVersion.Parse(version)!;
        }

        var newest = versions.OrderByDescending(static pair => pair.Value).Select(static pair => pair.Key);
        return new MissingPackage(spec, isRemoved, [.. builds.Take(MaxShown)], [.. newest.Take(MaxShown)]);
    }
}

/// <summary>A package that no channel has.</summary>
/// <param name="Spec">What was looked for.</param>
/// <param name="IsRemoved">Whether a channel lists it as taken back; its archive may still be there.</param>
/// <param name="Builds">The builds that there are of this version.</param>
/// <param name="Versions">The versions that there are, newest first; some of them where there are many.</param>
internal sealed record MissingPackage(
    MatchSpec Spec, bool IsRemoved, ImmutableArray<string> Builds, ImmutableArray<string> Versions)
{
    /// <summary>One line for a person.</summary>
    public string Text
    {
        get
        {
            var what = $"{Spec.Name} {Spec.Version} {Spec.Build}".TrimEnd();
            if (IsRemoved)
            {
                return $"{what} was removed from its channel";
            }

            return Builds.Length > 0 ? $"{what} is in no channel; {Spec.Name} {Spec.Version} has the builds {string.Join(", ", Builds)}"
                : Versions.Length > 0 ? $"{what} is in no channel; {Spec.Name} has the versions {string.Join(", ", Versions)}"
                : $"{what} is in no channel, nor is another {Spec.Name}";
        }
    }

    public override string ToString() => Text;
}
