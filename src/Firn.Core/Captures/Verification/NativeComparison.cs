using System.Collections.Immutable;
using Firn.Captures.Differences;
using Firn.Host.Loading;

namespace Firn.Captures.Verification;

/// <summary>
/// Compares what the compiled parts of an environment are linked with, by soname. A library that belongs to the
/// environment has to be found inside again, the same build; one of the machine only has to be found.
/// </summary>
internal sealed class NativeComparison
{
    private const int ShownDigits = 12;
    private readonly Dictionary<string, List<NativeLibrary>> _before;
    private readonly Dictionary<string, List<NativeLibrary>> _after;
    private readonly HashSet<string> _unresolvedBefore;
    private readonly HashSet<string> _unresolvedAfter;
    private readonly bool _isOtherInterpreter;
    private readonly ImmutableArray<string> _missingAtStart;

    /// <param name="captured">What was captured.</param>
    /// <param name="observed">What is there.</param>
    /// <param name="isOtherInterpreter">Whether the interpreter was not archived, so that another one is expected.</param>
    public NativeComparison(NativeLibraries captured, NativeLibraries observed, bool isOtherInterpreter)
    {
        _isOtherInterpreter = isOtherInterpreter;
        _before = ByName(captured);
        _after = ByName(observed);
        _unresolvedBefore = Unresolved(captured);
        _unresolvedAfter = Unresolved(observed);
        _missingAtStart = observed.MissingAtStart;
    }

    /// <summary>What belongs to the environment and is lost, has left it, or is another build.</summary>
    public List<Difference> Failures { get; } = [];

    /// <summary>What belongs to the machine and is another one.</summary>
    public List<Difference> Notes { get; } = [];

    public void Compare()
    {
        var names = new SortedSet<string>(_before.Keys, StringComparer.Ordinal);
        names.UnionWith(_after.Keys);
        names.UnionWith(_unresolvedAfter);
        foreach (var name in names)
        {
            Compare(name);
        }

        foreach (var name in _missingAtStart)
        {
            // It makes no difference that it was missing before: nothing runs.
            if (!Failures.Exists(failure => failure.Name == name))
            {
                Failures.Add(new Difference(
                    DifferenceKind.NativeLibrary, DifferenceChange.Changed, name, null, "not found, and Python needs it to start"));
            }
        }
    }

    private void Compare(string name)
    {
        var before = _before.GetValueOrDefault(name);
        var after = _after.GetValueOrDefault(name);
        if (_unresolvedAfter.Contains(name) && !_unresolvedBefore.Contains(name))
        {
            Failures.Add(new Difference(
                DifferenceKind.NativeLibrary, DifferenceChange.Changed, name, before is null ? null : Text(before[0]), "not found"));
            return;
        }

        var own = before?.FindAll(static library => library.InEnvironment) ?? [];
        if (own.Count == 0)
        {
            CompareOfMachine(name, before, after);
            return;
        }

        foreach (var library in own)
        {
            if (after is null || !after.Exists(other => IsSame(library, other)))
            {
                var current = after?.Find(static other => other.InEnvironment) ?? after?[0];
                var change = current is null ? DifferenceChange.Removed : DifferenceChange.Changed;
                Lists(name).Add(new Difference(
                    DifferenceKind.NativeLibrary, change, name, Text(library), current is null ? null : Text(current)));
                return;
            }
        }
    }

    private List<Difference> Lists(string name) =>
        _isOtherInterpreter && name.StartsWith("libpython", StringComparison.Ordinal) ? Notes : Failures;

    private void CompareOfMachine(string name, List<NativeLibrary>? before, List<NativeLibrary>? after)
    {
        var old = before is null ? null : Text(before[0]);
        var current = after is null ? null : Text(after[0]);
        if (old != current)
        {
            var change = old is null ? DifferenceChange.Added
                : current is null ? DifferenceChange.Removed
                : DifferenceChange.Changed;
            Notes.Add(new Difference(DifferenceKind.NativeLibrary, change, name, old, current));
        }
    }

    /// <summary>Inside as before, and the same build; a build id that is unknown on one side says nothing.</summary>
    private static bool IsSame(NativeLibrary captured, NativeLibrary observed) =>
        observed.InEnvironment
        && (captured.BuildId is null || observed.BuildId is null || captured.BuildId == observed.BuildId);

    private static string Text(NativeLibrary library)
    {
        var build = library.BuildId is { } id ? $", build {id[..Math.Min(ShownDigits, id.Length)]}" : string.Empty;
        return library.InEnvironment ? $"in the environment{build}"
            : library.SystemPackage is { } package ? $"{package.Name} {package.Version}{build}"
            : $"{library.Path}{build}";
    }

    private static Dictionary<string, List<NativeLibrary>> ByName(NativeLibraries libraries)
    {
        var byName = new Dictionary<string, List<NativeLibrary>>(StringComparer.Ordinal);
        foreach (var library in libraries.Libraries)
        {
            if (!byName.TryGetValue(library.Soname, out var list))
            {
                byName.Add(library.Soname, list = []);
            }

            list.Add(library);
        }

        return byName;
    }

    private static HashSet<string> Unresolved(NativeLibraries libraries)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var library in libraries.Unresolved)
        {
            names.Add(library.Name);
        }

        return names;
    }
}
