using System.Collections.Immutable;
using Firn.Python.Locks;

namespace Firn.Python.Indexes;

/// <summary>Chooses among the files of a project as pip does (pip: index/package_finder.py CandidateEvaluator._sort_key).</summary>
internal static class WheelChooser
{
    /// <summary>The best wheel of the locked version, or why there is none.</summary>
    /// <param name="locked">What is to be installed.</param>
    /// <param name="files">The files offered.</param>
    /// <param name="tags">What the interpreter takes.</param>
    /// <param name="pythonVersion">The interpreter's version.</param>
    /// <param name="options">Which kinds of files may be taken; <see langword="null"/> for all.</param>
    public static WheelChoice Choose(
        LockedDistribution locked, ImmutableArray<IndexFile> files, WheelTags tags, Pep440Version pythonVersion, IndexOptions? options = null)
    {
        var formats = new FormatControl(options?.Formats ?? []);
        var tally = new ChoiceTally(locked, tags, pythonVersion, options?.IgnoresRequiresPython ?? false);
        ChoiceCandidate? best = null;
        var hasWheel = false;
        foreach (var file in files)
        {
            if (tally.Weigh(file) is not { } candidate)
            {
                continue;
            }

            var isWheel = candidate.Wheel is not null;
            if (isWheel ? !formats.AllowsWheels(locked.Name) : !formats.AllowsSources(locked.Name))
            {
                tally.CountForbidden(isWheel);
                continue;
            }

            hasWheel |= isWheel;
            best = best is null || candidate.CompareTo(best) > 0 ? candidate : best;
        }

        var isFound = best?.Wheel is not null;
        return new WheelChoice
        {
            Wheel = isFound ? best!.File : null,
            Source = isFound ? null : best?.File,
            Reason = isFound ? null : hasWheel ? "its wheels were withdrawn or lack a hash that is allowed; the source archive has to be built" : tally.Reason(best is not null),
            AllowedHashes = !locked.Hashes.IsEmpty ? locked.Hashes : best?.File.Hashes ?? [],
        };
    }
}
