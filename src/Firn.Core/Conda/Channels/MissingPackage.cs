using System.Collections.Immutable;
using Firn.Conda.Locks;

namespace Firn.Conda.Channels;

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
