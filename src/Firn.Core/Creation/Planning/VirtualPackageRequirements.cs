using System.Collections.Immutable;
using Firn.Conda;
using Firn.Host.Machine;

namespace Firn.Creation.Planning;

/// <summary>Compares what packages need of the machine (<c>__glibc</c>, <c>__cuda</c>, ...) with what it has.</summary>
internal static class VirtualPackageRequirements
{
    /// <param name="packages">Names, with what each one depends on.</param>
    /// <param name="virtuals">What the machine has.</param>
    public static ImmutableArray<UnmetVirtualPackage> Unmet(
        IEnumerable<(string Package, ImmutableArray<string> Depends)> packages, IReadOnlyList<VirtualPackage> virtuals)
    {
        var unmet = ImmutableArray.CreateBuilder<UnmetVirtualPackage>();
        foreach (var (package, depends) in packages)
        {
            foreach (var text in depends)
            {
                // Most specs are of packages: told apart before they are parsed.
                if (text.StartsWith("__", StringComparison.Ordinal)
                    && MatchSpec.Parse(text) is { IsConditional: false } spec && !IsMet(spec, virtuals, out var found))
                {
                    unmet.Add(new UnmetVirtualPackage(package, PrintableText.Printable(text), found));
                }
            }
        }

        return unmet.DrainToImmutable();
    }

    private static bool IsMet(MatchSpec spec, IReadOnlyList<VirtualPackage> virtuals, out string? found)
    {
        found = null;
        foreach (var candidate in virtuals)
        {
            if (candidate.Name != spec.Name)
            {
                continue;
            }

            found = candidate.ToString();
            // Packages name the one processor that a solver ran on; code for a lesser one runs on a better one.
            return spec.Matches(candidate.Name, candidate.Version, candidate.Build)
                || (spec.Name == "__archspec" && spec.Build is not null && MicroArchitectures.Runs(spec.Build, candidate.Build));
        }

        // One that no standard has names a tool's own trait: nothing can be said about it.
        return spec.Name is not ("__glibc" or "__linux" or "__unix" or "__osx" or "__win" or "__cuda" or "__archspec");
    }
}

/// <summary>What a package needs of the machine and does not get.</summary>
/// <param name="Package">The package's name.</param>
/// <param name="Spec">What it needs, for example <c>__glibc &gt;=2.28</c>.</param>
/// <param name="Found">What the machine has; <see langword="null"/> where it has nothing of that name.</param>
internal sealed record UnmetVirtualPackage(string Package, string Spec, string? Found)
{
    /// <summary>One line for a person.</summary>
    public string Text => Found is null
        ? $"{Package} needs {Spec}, which this machine does not have"
        : $"{Package} needs {Spec}, and this machine has {Found}";

    public override string ToString() => Text;
}
