using Firn.Archives.Documents;
using Firn.Captures;
using Firn.Captures.Differences;
using Firn.Captures.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Python;
using Firn.Storage.Bundles;

namespace Firn.Archives.Verification;

/// <summary>Captures an environment again and tells whether it is the captured one.</summary>
/// <param name="captured">The capture.</param>
/// <param name="archive">Its archive, where there is one: it knows edited files, and whether the interpreter came along.</param>
/// <param name="bundles">The store's bundles, to compare what no record lists; may be absent.</param>
/// <param name="systemContext">Variables, home and the system's files.</param>
internal sealed class EnvironmentVerifier(
    Capture captured, ArchiveDocument? archive, BundleObjects? bundles, SystemContext systemContext)
{
    /// <summary>Verifies.</summary>
    /// <param name="request">The environment.</param>
    /// <param name="readsData">Whether every file is read, or only what is recorded compared.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FirnException">There is no such environment.</exception>
    public VerificationResult Verify(InspectionRequest request, bool readsData, CancellationToken cancellation)
    {
        var observed = new EnvironmentInspector(systemContext).Inspect(request).Capture;
        var result = Compare(observed);
        return !readsData ? result : ReadFiles(result, observed, cancellation);
    }

    private VerificationResult Compare(Capture observed)
    {
        var failures = new List<Difference>();
        var notes = new List<Difference>();
        foreach (var difference in CaptureComparer.Compare(captured, observed).Items)
        {
            switch (difference.Kind)
            {
                case DifferenceKind.NativeLibrary:
                    // Compared below: what belongs to the environment must be in it, wherever that is now.
                    break;
                case DifferenceKind.Variable or DifferenceKind.Host:
                    notes.Add(difference);
                    break;
                default:
                    failures.Add(difference);
                    break;
            }
        }

        // A restored environment lacks them, and says so; one that was added is set by activation.
        foreach (var name in (observed.Conda?.VariableNames ?? []).Except(captured.Conda?.VariableNames ?? [], StringComparer.Ordinal))
        {
            failures.Add(new Difference(DifferenceKind.Variable, DifferenceChange.Added, name, null, "set by conda-meta/state"));
        }

        var native = new NativeComparison(captured.NativeLibraries, observed.NativeLibraries, IsOtherInterpreter());
        native.Compare();
        return new VerificationResult
        {
            CapturedId = captured.EnvironmentId,
            ObservedId = observed.EnvironmentId,
            Prefix = observed.Environment.Prefix,
            Differences = [.. failures, .. native.Failures],
            Notes = [.. native.Notes, .. notes],
        };
    }

    private bool IsOtherInterpreter()
    {
        if (archive is null)
        {
            return false;
        }

        foreach (var tree in archive.Trees)
        {
            foreach (var package in tree.Packages)
            {
                if (package.Kind == ArchivedPackageKind.Interpreter || tree.Kind == ArchivedTreeKind.Conda)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>With the store at hand everything that was archived is the truth, else what the installers recorded.</summary>
    private VerificationResult ReadFiles(VerificationResult result, Capture observed, CancellationToken cancellation)
    {
        if (archive is not null && bundles is not null && observed.Environment.PathStyle == PathStyle.Posix)
        {
            return new ArchiveComparison(archive, bundles, systemContext).Compare(observed, result, cancellation);
        }

        var problems = new List<Problem>();
        var reader = new ExpectedFileReader(observed, problems);
        var files = reader.Read();
        var verifier = new FileVerifier(files, observed.Environment.Prefix);
        var differences = verifier.Run(cancellation);
        differences.AddRange(InterpreterLinks.Compare(observed));
        differences.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return result with
        {
            ReadsData = true,
            Files = [.. differences],
            FileCount = verifier.Count,
            ByteCount = verifier.Bytes,
            Uncompared = [.. UncomparedParts.WithoutArchive(UnownedFiles.Find(observed, files, reader.Likely), observed, verifier)],
            Problems = [.. problems],
        };
    }
}
