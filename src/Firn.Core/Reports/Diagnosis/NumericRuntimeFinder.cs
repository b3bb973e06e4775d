using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Binaries;
using Firn.Host.Loading;

namespace Firn.Reports.Diagnosis;

/// <summary>
/// Finds the numeric runtimes of an environment: those that lie in it, and those outside that something in it is linked
/// with. A link counts as the file that it leads to, so conda's <c>libgomp.so.1</c> that leads to <c>libomp.so</c> is
/// LLVM's.
/// </summary>
internal sealed class NumericRuntimeFinder(Capture capture, OwnedFiles files, SystemContext systemContext)
{
    private readonly ExportedSymbols _symbols = new();
    private readonly SortedDictionary<string, NumericRuntime> _found = new(StringComparer.Ordinal);

    /// <param name="native">The compiled files in the environment.</param>
    /// <returns>Each real file once, sorted by path.</returns>
    public ImmutableArray<NumericRuntime> Find(IReadOnlyList<string> native)
    {
        foreach (var path in native)
        {
            if (NumericRuntimeNames.KindOf(Path.GetFileName(path)) is not null && !IsBypassed(path))
            {
                Add(path, usedBy: [], isNamed: false);
            }
        }

        AddLinked(capture.NativeLibraries);
        AddLinked(Unlisted(native));
        return [.. _found.Values];
    }

    /// <summary>The libraries that compiled files are linked with which no package lists: built by hand, or copied.</summary>
    private NativeLibraries Unlisted(IReadOnlyList<string> native)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in capture.NativeLibraries.Objects)
        {
            known.Add(Path.Join(Path.IsPathRooted(item.Path) ? string.Empty : capture.Environment.Prefix, item.Path));
        }

        var candidates = ImmutableArray.CreateBuilder<NativeCandidate>();
        foreach (var path in native)
        {
            if (!known.Contains(path) && files.OwnerOf(path) is null && NativeCandidate.IsNamed(path))
            {
                candidates.Add(new NativeCandidate(path, Path.GetFileName(path)));
            }
        }

        if (candidates.Count == 0)
        {
            return NativeLibraries.None;
        }

        var request = new NativeLibraryRequest
        {
            SystemContext = systemContext,
            Prefix = capture.Environment.Prefix,
            BasePrefix = capture.Environment.BasePrefix,
            Executable = capture.Environment.Executable,
            Candidates = candidates.DrainToImmutable(),
        };
        return NativeLibraryInspector.Inspect(request, []);
    }

    private void AddLinked(NativeLibraries libraries)
    {
        foreach (var library in libraries.Libraries)
        {
            var path = Path.IsPathRooted(library.Path) ? library.Path : Path.Join(capture.Environment.Prefix, library.Path);
            if (NumericRuntimeNames.KindOf(Path.GetFileName(path)) is not null || NumericRuntimeNames.KindOf(library.Soname) is not null)
            {
                Add(path, library.NeededBy, isNamed: true);
            }
        }
    }

    private void Add(string path, ImmutableArray<string> usedBy, bool isNamed)
    {
        var real = RealPath.Of(path);
        if (_found.ContainsKey(real) || !File.Exists(real))
        {
            return;
        }

        // The link's own name counts where the real one says nothing: `libgomp.so.1` may lead to `libsomething.so`.
        var kind = NumericRuntimeNames.KindOf(Path.GetFileName(real)) ?? (isNamed ? NumericRuntimeNames.KindOf(Path.GetFileName(path)) : null);
        if (kind is not { } known)
        {
            return;
        }

        var answer = _symbols.Find(real, NumericRuntimeNames.SymbolsOf(known));
        if (answer == SymbolAnswer.Missing)
        {
            return;
        }

        var owner = files.OwnerOf(real) ?? files.OwnerOf(path);
        _found[real] = new NumericRuntime(
            known, real, owner is null ? usedBy : [owner], owner is not null, answer == SymbolAnswer.Unknown);
    }

    /// <summary>
    /// Whether the loader never takes the file: the name that it is asked for by leads elsewhere. conda keeps
    /// <c>libgomp.so.1.0.0</c> beside the <c>libgomp.so.1</c> that leads to LLVM's.
    /// </summary>
    private static bool IsBypassed(string path)
    {
        var name = Path.GetFileName(path);
        var version = name.IndexOf(".so.", StringComparison.Ordinal);
        var second = version < 0 ? -1 : name.IndexOf('.', version + 4);
        if (second < 0)
        {
            return false;
        }

        var asked = Path.Join(Path.GetDirectoryName(path), name[..second]);
        return RealPath.LinkTarget(asked) is not null && RealPath.Of(asked) != RealPath.Of(path) && File.Exists(asked);
    }
}

/// <summary>A numeric runtime on disk.</summary>
/// <param name="Kind">Whose it is.</param>
/// <param name="Path">The real file, links followed, absolute.</param>
/// <param name="Packages">
/// The packages that ship it; where none does, those that are linked with it; sorted, and empty where nobody is known.
/// </param>
/// <param name="IsShipped">Whether the packages ship it, or only use it.</param>
/// <param name="ByName">Whether only its name tells what it is, since its symbols cannot be read.</param>
internal sealed record NumericRuntime(
    NumericRuntimeKind Kind, string Path, ImmutableArray<string> Packages, bool IsShipped, bool ByName)
{
    public bool IsOpenMp => NumericRuntimeNames.IsOpenMp(Kind);
}
