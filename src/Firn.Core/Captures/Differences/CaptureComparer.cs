using Firn.Captures.Documents;
using Firn.Conda;
using Firn.Host.Machine;
using Firn.Python.Distributions;

namespace Firn.Captures.Differences;

/// <summary>Compares two captures. Paths, times and installers are no difference; what can change a result is.</summary>
public static class CaptureComparer
{
    private const int ShownDigits = 12;

    /// <summary>The differences, those of one kind sorted by name.</summary>
    public static CaptureDifferences Compare(Capture first, Capture second)
    {
        var items = new List<Difference>();
        Compare(items, DifferenceKind.Interpreter, InterpreterFacts(first), InterpreterFacts(second));
        ComparePackages(items, first, second);
        CompareConda(items, first, second);
        Compare(items, DifferenceKind.NativeLibrary, Libraries(first), Libraries(second));
        Compare(items, DifferenceKind.Variable, Variables(first), Variables(second));
        Compare(items, DifferenceKind.Host, HostFactNames.Of(first), HostFactNames.Of(second));
        return new CaptureDifferences([.. items], first.EnvironmentId, second.EnvironmentId);
    }

    private static SortedList<string, string> InterpreterFacts(Capture capture) => new(StringComparer.Ordinal)
    {
        ["implementation"] = capture.Environment.Implementation,
        ["version"] = capture.Environment.PythonVersion,
        ["threading"] = capture.Environment.FreeThreaded ? "free-threaded" : "with GIL",
        ["platform"] = capture.Platform,
    };

    private static void ComparePackages(List<Difference> items, Capture first, Capture second)
    {
        var before = ByName(first.Distributions, distribution => distribution.CanonicalName);
        var after = ByName(second.Distributions, distribution => distribution.CanonicalName);
        foreach (var name in Names(before.Keys, after.Keys))
        {
            before.TryGetValue(name, out var old);
            after.TryGetValue(name, out var current);
            AddPackage(
                items, DifferenceKind.Package, name, old?.Version, current?.Version,
                old is null ? null : Contents(old), current is null ? null : Contents(current));
        }
    }

    private static void CompareConda(List<Difference> items, Capture first, Capture second)
    {
        var before = ByName(first.Conda?.Packages ?? [], package => package.Name);
        var after = ByName(second.Conda?.Packages ?? [], package => package.Name);
        foreach (var name in Names(before.Keys, after.Keys))
        {
            before.TryGetValue(name, out var old);
            after.TryGetValue(name, out var current);
            // The archive's digest says something of the contents only where nothing better is known on both sides.
            var haveContents = old?.ContentDigest is not null && current?.ContentDigest is not null;
            AddPackage(
                items, DifferenceKind.CondaPackage, name, Version(old), Version(current),
                haveContents ? old!.ContentDigest!.ToString() : old?.Sha256,
                haveContents ? current!.ContentDigest!.ToString() : current?.Sha256);
        }
    }

    private static string? Version(CondaPackage? package) =>
        package is null ? null : $"{package.Version}={package.Build}";

    /// <summary>What tells two installs of one version apart: the recorded digest, and an editable project's commit.</summary>
    private static string? Contents(Distribution distribution)
    {
        if (distribution.Editable is not { } editable)
        {
            return distribution.RecordedDigest?.ToString();
        }

        var state = editable.Repository is { } repository
            ? $"{repository.Commit ?? "no commit"}{(repository.IsDirty == true ? " changed" : string.Empty)}"
            : "no repository";
        return $"editable, {state}";
    }

    /// <summary>Contents that are unknown on one side are no difference: nothing says so.</summary>
    private static void AddPackage(
        List<Difference> items,
        DifferenceKind kind,
        string name,
        string? oldVersion,
        string? newVersion,
        string? oldContents,
        string? newContents)
    {
        if (oldVersion is null || newVersion is null)
        {
            var change = oldVersion is null ? DifferenceChange.Added : DifferenceChange.Removed;
            items.Add(new Difference(kind, change, name, oldVersion, newVersion));
        }
        else if (oldVersion != newVersion)
        {
            items.Add(new Difference(kind, DifferenceChange.Changed, name, oldVersion, newVersion));
        }
        else if (oldContents is not null && newContents is not null && oldContents != newContents)
        {
            items.Add(new Difference(
                kind, DifferenceChange.Contents, name,
                $"{oldVersion} ({Short(oldContents)})", $"{newVersion} ({Short(newContents)})"));
        }
    }

    private static string Short(string contents)
    {
        var colon = contents.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? contents : contents.Substring(colon + 1, Math.Min(ShownDigits, contents.Length - colon - 1));
    }

    /// <summary>By soname: who ships it, or the system's package, and the build id, which tells two builds apart.</summary>
    private static SortedList<string, string> Libraries(Capture capture)
    {
        var libraries = new SortedList<string, string>(StringComparer.Ordinal);
        foreach (var library in capture.NativeLibraries.Libraries)
        {
            var origin = library.SystemPackage is { } package ? $"{package.Name} {package.Version}"
                : library.Owner ?? (library.InEnvironment ? "environment" : "system");
            var build = library.BuildId is { } id ? $", build {id[..Math.Min(ShownDigits, id.Length)]}" : string.Empty;
            var name = libraries.ContainsKey(library.Soname) ? $"{library.Soname} ({library.Path})" : library.Soname;
            libraries[name] = origin + build;
        }

        foreach (var missing in capture.NativeLibraries.Unresolved)
        {
            libraries[missing.Name] = "not found";
        }

        return libraries;
    }

    private static SortedList<string, string> Variables(Capture capture)
    {
        var variables = new SortedList<string, string>(StringComparer.Ordinal);
        foreach (var variable in capture.Variables)
        {
            // Where the environment is differs between machines; what is in it is compared above.
            if (VariableKinds.Of(variable.Name) is { } kind && VariableKinds.ChangeNumbers(kind)
                && variable.Name is not ("VIRTUAL_ENV" or "CONDA_PREFIX" or "CONDA_DEFAULT_ENV"))
            {
                variables[variable.Name] = variable.Value;
            }
        }

        return variables;
    }

    private static void Compare(
        List<Difference> items,
        DifferenceKind kind,
        SortedList<string, string> before,
        SortedList<string, string> after)
    {
        foreach (var name in Names(before.Keys, after.Keys))
        {
            before.TryGetValue(name, out var old);
            after.TryGetValue(name, out var current);
            if (old != current)
            {
                var change = old is null ? DifferenceChange.Added
                    : current is null ? DifferenceChange.Removed
                    : DifferenceChange.Changed;
                items.Add(new Difference(kind, change, name, old, current));
            }
        }
    }

    private static Dictionary<string, T> ByName<T>(IEnumerable<T> items, Func<T, string> name)
    {
        var byName = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            byName.TryAdd(name(item), item);
        }

        return byName;
    }

    private static SortedSet<string> Names(IEnumerable<string> first, IEnumerable<string> second)
    {
        var names = new SortedSet<string>(first, StringComparer.Ordinal);
        names.UnionWith(second);
        return names;
    }
}

/// <summary>The facts of a machine that are compared, by name. Memory and load are not: they change no result.</summary>
internal static class HostFactNames
{
    public static SortedList<string, string> Of(Capture capture)
    {
        var host = capture.Host;
        var facts = new SortedList<string, string>(StringComparer.Ordinal)
        {
            ["operating system"] = host.OperatingSystem.Name,
            ["kernel"] = $"{host.Kernel.Name} {host.Kernel.Release} {host.Kernel.Machine}",
        };
        Add(facts, "libc", host.Libc is { } libc ? $"{libc.Name} {libc.Version}" : null);
        Add(facts, "cpu", host.Cpu.Model);
        Add(facts, "cpu signature", host.Cpu.Signature);
        Add(facts, "cpu flags", Flags(host.Cpu));
        Add(facts, "cores", Cores(host));
        Add(facts, "nvidia driver", host.Gpu.NvidiaDriver);
        Add(facts, "cuda toolkit", host.Gpu.CudaToolkit);
        Add(facts, "gpu", host.Gpu.Devices.IsEmpty ? null : string.Join(", ", host.Gpu.Devices.Select(device => device.Model)));
        return facts;
    }

    /// <summary>The vector extensions by which numeric libraries choose their kernels; the other flags are noise.</summary>
    private static string? Flags(CpuFacts cpu)
    {
        var vector = cpu.Flags.Where(IsVector).ToList();
        return vector.Count == 0 ? null : string.Join(' ', vector);
    }

    private static bool IsVector(string flag) =>
        flag.StartsWith("avx", StringComparison.Ordinal)
        || flag.StartsWith("amx", StringComparison.Ordinal)
        || flag.StartsWith("sse", StringComparison.Ordinal)
        || flag.StartsWith("sve", StringComparison.Ordinal)
        || flag is "fma" or "fma4" or "f16c" or "asimd" or "asimdhp" or "asimddp";

    /// <summary>What an unset thread count comes to.</summary>
    private static string? Cores(HostFacts host) =>
        host.Limits.AffinityCount is { } allowed ? $"{allowed} of {host.Cpu.LogicalCount}"
        : host.Cpu.LogicalCount > 0 ? $"{host.Cpu.LogicalCount}"
        : null;

    private static void Add(SortedList<string, string> facts, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            facts[name] = value;
        }
    }
}
