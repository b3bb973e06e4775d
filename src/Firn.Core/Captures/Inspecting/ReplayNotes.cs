using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Conda.Listings;
using Firn.Python.Distributions;

namespace Firn.Captures.Inspecting;

/// <summary>Finds the lines of the faithful files that cannot be installed from elsewhere.</summary>
internal static class ReplayNotes
{
    public static ImmutableArray<ReplayNote> Of(
        IReadOnlyList<Distribution> distributions, FreezeFacts freeze, IReadOnlyList<CondaUnreplayableLine> condaLines)
    {
        var notes = ImmutableArray.CreateBuilder<ReplayNote>();
        var byName = distributions.ToDictionary(distribution => distribution.CanonicalName, StringComparer.Ordinal);
        foreach (var entry in freeze.Entries)
        {
            AddPip(notes, entry, byName);
        }

        foreach (var line in condaLines)
        {
            notes.Add(new ReplayNote(line.File, line.Line, line.Reason));
        }

        return notes.DrainToImmutable();
    }

    private static void AddPip(
        ImmutableArray<ReplayNote>.Builder notes, string entry, Dictionary<string, Distribution> distributions)
    {
        var line = entry[(entry.LastIndexOf('\n') + 1)..];
        var reason = PipReason(line, distributions);
        if (reason is not null)
        {
            notes.Add(new ReplayNote(CaptureFileNames.Pip, line, reason));
        }
    }

    private static string? PipReason(string line, Dictionary<string, Distribution> distributions)
    {
        if (line.StartsWith("-e ", StringComparison.Ordinal))
        {
            return line.StartsWith("-e git+", StringComparison.Ordinal)
                ? null
                : "an editable install of a folder on this machine";
        }

        if (line.Contains(" @ file:", StringComparison.Ordinal))
        {
            return "built from a path on the machine that made it; the requirements format names the version instead";
        }

        if (line.Contains("===", StringComparison.Ordinal))
        {
            return "the version is not a valid one (PEP 440): only this exact file name installs";
        }

        var equals = line.IndexOf("==", StringComparison.Ordinal);
        if (equals < 0)
        {
            return null;
        }

        var name = Firn.Python.CanonicalName.Of(line[..equals]);
        if (distributions.TryGetValue(name, out var distribution) && distribution.Owner == DistributionOwner.System)
        {
            return $"installed by the system's package {distribution.SystemPackage ?? "manager"}; "
                + "the index may not have this version";
        }

        return line.AsSpan(equals).Contains('+')
            ? "a local version, which only its own index has"
            : null;
    }
}
