using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Secrets;
using Firn.Common;
using Firn.Projects;
using Firn.Reports.Exports;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Workflows;

/// <summary>Which run to export.</summary>
public sealed record ExportRunRequest
{
    /// <summary>The run, <c>SUBJECT/NAME@N</c>; without <c>@N</c> the newest that is kept.</summary>
    public required string Run { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own.</summary>
    public string? Store { get; init; }

    /// <summary>
    /// The folder of the project whose store and runs are meant; <see langword="null"/> for the one with <c>firn.yaml</c>, the
    /// current one or above.
    /// </summary>
    public string? Project { get; init; }

    /// <summary>Whether a run that is named without its number may be another project's.</summary>
    public bool IsOfAllProjects { get; init; }
}

/// <summary>A run as an RO-Crate.</summary>
/// <param name="Reference">The run, <c>SUBJECT/NAME@N</c>.</param>
/// <param name="Folder">The crate's folder, absolute.</param>
/// <param name="FileCount">How many files it has, the document that describes them left out.</param>
/// <param name="ByteCount">How many bytes they have.</param>
/// <param name="LeftOut">Files of the run that are not in it, and why: they may hold secrets.</param>
public sealed record RunCrate(
    string Reference, string Folder, int FileCount, long ByteCount, ImmutableArray<KeyValuePair<string, string>> LeftOut);

/// <summary>Writes a run of a store for others.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class ExportRun(SystemContext systemContext)
{
    /// <summary>Writes the run as an RO-Crate: its files, each compared with its digest, and what describes them.</summary>
    /// <param name="request">Which run.</param>
    /// <param name="folder">The crate's folder, which is empty or does not exist.</param>
    /// <param name="license">The licence of what is in it, an SPDX id or a URL; <see langword="null"/> to state none.</param>
    /// <param name="author">Who ran it; <see langword="null"/> to state nobody.</param>
    /// <param name="cancellation">Ends it; nothing is left then.</param>
    /// <exception cref="FirnException">There is no such run, it is damaged, or the folder is taken.</exception>
    public RunCrate WriteCrate(
        ExportRunRequest request, string folder, string? license = null, string? author = null, CancellationToken cancellation = default)
    {
        var (store, run) = Load(request);
        var target = Path.GetFullPath(folder, systemContext.CurrentDirectory);
        var written = new CrateExporter(store).Write(run, target, new CrateOptions(license, author), cancellation);
        return new RunCrate(
            run.Reference,
            target,
            written.All.Count,
            written.All.Sum(static file => file.Size),
            [.. written.LeftOut.Select(static name => KeyValuePair.Create(name, SecretFiles.Reason))]);
    }

    /// <summary>The run as asimov's metadata, a JSON document.</summary>
    /// <param name="request">Which run.</param>
    /// <exception cref="FirnException">There is no such run, or it is damaged.</exception>
    public string AsimovMetadata(ExportRunRequest request) =>
        Encoding.UTF8.GetString(Reports.Exports.AsimovMetadata.Write(Load(request).Run));

    private (Store Store, ExportedRun Run) Load(ExportRunRequest request)
    {
        var path = ProjectStore.LocateAnywhere(request.Store, request.Project, systemContext with { HomeProblem = null });
        var reference = AnalysisReference.Parse(request.Run);
        var store = Store.Open(path).InProject(request.IsOfAllProjects ? null : ProjectIdentity.Find(request.Project, systemContext));
        return (store, new RunLoader(store).Load(reference));
    }
}
