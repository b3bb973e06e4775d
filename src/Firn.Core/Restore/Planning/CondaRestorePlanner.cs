using Firn.Common;
using Firn.Conda;
using Firn.Conda.Linking;
using Firn.Conda.Prefixes;
using Firn.Storage;

namespace Firn.Restore.Planning;

/// <summary>Prepares the conda packages of a restore: their records, the order in which they win paths, their conflicts.</summary>
internal sealed class CondaRestorePlanner(Store store, List<MessageText> obstacles, List<Problem> notes)
{
    private const int RecordLimit = 256 * 1024 * 1024;

    /// <summary>The jobs of one tree, with all that conda packages need.</summary>
    public List<PackageRestore> Prepare(IReadOnlyList<PackageRestore> jobs)
    {
        var records = new Dictionary<CondaPackage, PackageRestore>();
        var prepared = new List<PackageRestore>();
        foreach (var job in jobs)
        {
            if (job.Package.Conda is null)
            {
                prepared.Add(job);
            }
            else if (ReadRecord(job) is { } record && Create(job, record) is { } members)
            {
                records[record.Package] = job with { Conda = members };
            }
        }

        if (records.Count == 0)
        {
            return prepared;
        }

        var rank = PathPrecedence.FirstOfConda;
        foreach (var package in new CondaPrefixGraph(records.Keys).Sorted(menuinstFirst: false))
        {
            prepared.Add(records[package] with { Rank = rank++ });
        }

        return WithPlan(prepared);
    }

    private CondaFileRecord? ReadRecord(PackageRestore job)
    {
        var digest = job.Package.Conda!.Record;
        if (!store.Files.Contains(digest))
        {
            return null;
        }

        var record = CondaFileRecordReader.Read(store.Files.Read(digest, RecordLimit), out var error);
        if (record is null)
        {
            obstacles.Add($"the record of {job.Name} is damaged: {error}");
        }

        return record;
    }

    private CondaPackageRelocation? Create(PackageRestore job, CondaFileRecord record)
    {
        try
        {
            return CondaPackageRelocation.Create(record, job.Target.Prefix);
        }
        catch (FirnException exception)
        {
            obstacles.Add(exception.Message);
            return null;
        }
    }

    private List<PackageRestore> WithPlan(List<PackageRestore> jobs)
    {
        jobs.Sort(static (left, right) => left.Rank.CompareTo(right.Rank));
        var packages = new List<(string Package, IReadOnlyList<CondaLinkTarget> Targets)>();
        foreach (var job in jobs)
        {
            // A bundle that is missing is an obstacle already.
            if (store.Bundles.Contains(job.Package.Bundle))
            {
                packages.Add((job.PlanName, Targets(job)));
            }
        }

        var plan = CondaLinkPlan.Create(packages);
        foreach (var conflict in plan.Conflicts)
        {
            notes.Add(new Problem(
                "path-conflict", conflict.Path, $"{NameOf(conflict.Winner)} has it, and not {NameOf(conflict.Loser)}"));
        }

        AddUnwritten(plan, packages);
        AddScripts(plan, jobs[0].Target);
        return jobs.ConvertAll(job => job with { LinkPlan = plan });
    }

    /// <summary>What lies below a link of another package that leads out of the prefix: nothing is written through one.</summary>
    private void AddUnwritten(CondaLinkPlan plan, List<(string Package, IReadOnlyList<CondaLinkTarget> Targets)> packages)
    {
        if (!plan.HasOutwardLinks)
        {
            return;
        }

        foreach (var (package, targets) in packages)
        {
            foreach (var target in targets)
            {
                if (plan.OwnerOf(target.Path) == package && plan.Resolve(target.Path) is null)
                {
                    notes.Add(new Problem(
                        "below-link",
                        target.Path,
                        $"a file of {NameOf(package)} is not written: a link of another package leads out of the prefix there"));
                }
            }
        }
    }

    /// <summary>Scripts of entry points are written last, and stand above files of that name.</summary>
    private void AddScripts(CondaLinkPlan plan, RestoredTree target)
    {
        foreach (var text in target.Tree.Texts)
        {
            if (text.IsExecutable && plan.OwnerOf(text.Path) is { } owner)
            {
                notes.Add(new Problem("path-conflict", text.Path, $"the script of an entry point has it, and not {NameOf(owner)}"));
            }
        }
    }

    private List<CondaLinkTarget> Targets(PackageRestore job)
    {
        var paths = new MemberPaths(job);
        var targets = new List<CondaLinkTarget>();
        foreach (var entry in store.Bundles.ReadIndex(job.Package.Bundle).Files)
        {
            if (paths.Of(entry.Path) is { } path)
            {
                targets.Add(new CondaLinkTarget
                {
                    Path = path,
                    Kind = entry.LinkTarget is not null ? CondaLinkTargetKind.Link
                        : entry.Digest is not null ? CondaLinkTargetKind.File
                        : CondaLinkTargetKind.Directory,
                    Digest = entry.Digest,
                    LinkText = entry.LinkTarget,
                });
            }
        }

        return targets;
    }

    private static string NameOf(string planName) => planName[..planName.IndexOf(' ')];
}
