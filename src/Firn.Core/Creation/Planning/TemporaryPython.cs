using System.Collections.Immutable;
using Firn.Archives;
using Firn.Common;
using Firn.Creation.Packages;
using Firn.Fetching;
using Firn.Python.Environments;
using Firn.Restore;
using Firn.Restore.Planning;
using Firn.Restore.Writing;
using Firn.Storage;

namespace Firn.Creation.Planning;

/// <summary>
/// The Python of a plan's conda packages, in a folder of its own, for as long as wheels are built for it: it is on this
/// machine only when the environment is there, and that is made when all wheels are.
/// </summary>
internal sealed class TemporaryPython : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("firn-build-").FullName;

    /// <summary>Brings the packages into the store and links them.</summary>
    /// <exception cref="FirnException">A package cannot be had.</exception>
    public TemporaryPython(
        Store store,
        Fetcher fetcher,
        SystemContext systemContext,
        PythonTarget python,
        ImmutableArray<PlannedConda> conda,
        CancellationToken cancellation)
    {
        var plan = new CreationPlan { Python = python, Conda = conda };
        var prefix = Path.Join(_folder, "python");
        try
        {
            var ingester = new PackageIngester(store, fetcher, new IngestionOptions());
            var packages = ingester.Run(plan, cancellation);
            var document = DocumentComposer.Compose(plan, packages, prefix, TimeProvider.System.GetUtcNow());
            var archive = new LocatedArchive(document, null, null, "a Python to build with");
            var restorePlan = new RestorePlanner(store, systemContext).Plan(archive, new RestoreRequest { Prefix = prefix });
            if (!restorePlan.Obstacles.IsEmpty)
            {
                throw new FirnException(
                    $"cannot make the Python that wheels are built with: {MessageText.Join("; ", restorePlan.Obstacles)}", "mend that; TMPDIR says where it is made");
            }

            new Restorer(store, restorePlan, systemContext, TimeProvider.System).Run(cancellation);
            ingester.Release();
        }
        catch
        {
            Dispose();
            throw;
        }

        var library = Path.GetDirectoryName(python.SitePackages)!;
        Python = new InstalledPython(Path.Join(prefix, "bin", "python"), prefix, python.Version, python.Tag, Path.Join(prefix, library));
    }

    public InstalledPython Python { get; }

    public void Dispose() => TreeRemoval.TryRemove(_folder);
}
