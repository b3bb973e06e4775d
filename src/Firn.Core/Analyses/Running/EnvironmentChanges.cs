using System.Collections.Immutable;
using Firn.Captures;
using Firn.Captures.Differences;

namespace Firn.Analyses.Running;

/// <summary>What changed between two captures of an environment, for people.</summary>
internal static class EnvironmentChanges
{
    /// <summary>One line each; the machine is left out, since a build may be made on another one.</summary>
    public static ImmutableArray<string> Of(Capture before, Capture now)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        if (before.Environment.Prefix != now.Environment.Prefix && before.EnvironmentId != now.EnvironmentId)
        {
            lines.Add($"environment {before.Environment.Prefix} -> {now.Environment.Prefix}");
        }

        foreach (var item in CaptureComparer.Compare(before, now).Items)
        {
            if (item.Kind is DifferenceKind.Host)
            {
                continue;
            }

            lines.Add(item.Change switch
            {
                DifferenceChange.Added => $"added {Kind(item.Kind)}{item.Name} {item.Second}",
                DifferenceChange.Removed => $"removed {Kind(item.Kind)}{item.Name} {item.First}",
                DifferenceChange.Contents => $"other contents of {Kind(item.Kind)}{item.Name}: {item.First} -> {item.Second}",
                _ => $"{Kind(item.Kind)}{item.Name} {item.First} -> {item.Second}",
            });
        }

        return lines.ToImmutable();
    }

    private static string Kind(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Interpreter => "interpreter ",
        DifferenceKind.CondaPackage => "conda package ",
        DifferenceKind.NativeLibrary => "library ",
        DifferenceKind.Variable => "variable ",
        _ => string.Empty,
    };
}
