using System.Collections.Immutable;
using Firn.Conda.Locks;

namespace Firn.Conda.Channels;

/// <summary>What channels have in place of what they lack, so that a message can say what to write instead.</summary>
internal sealed class NearMisses
{
    private const int MostShown = 10;
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
        return new MissingPackage(spec, isRemoved, [.. builds.Take(MostShown)], [.. newest.Take(MostShown)]);
    }
}
