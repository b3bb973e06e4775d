using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Json;
using Firn.Conda;
using Firn.Conda.Packages;
using Firn.Fetching;

namespace Firn.Creation.Packages;

/// <summary>Brings conda packages into a store.</summary>
internal sealed class CondaIngester(IngestionContext context)
{
    private const int RecordLimit = 256 * 1024 * 1024;

    /// <summary>Brings one in, unless the store has it.</summary>
    /// <exception cref="FirnException">It cannot be had, or is not what it must be.</exception>
    public IngestedPackage Ingest(PlannedConda planned, CancellationToken cancellation)
    {
        if (Find(planned) is { } known)
        {
            return Result(planned, known, wasThere: true, null, []);
        }

        using var file = context.Fetcher.Fetch(planned.Request, context.TemporaryFolder, cancellation);
        return context.Limit.Run(() => Unpack(planned, file, cancellation), cancellation);
    }

    private IngestedPackage Unpack(PlannedConda planned, DownloadedFile file, CancellationToken cancellation)
    {
        var package = planned.Package;
        using var archive = CondaArchive.Open(file.Path, package.FileName, context.TemporaryFolder, cancellation);
        MustBe(package, archive.Info);
        var isForPython = archive.Info.Noarch == "python";
        var installation = archive.Install(new CondaInstallTarget
        {
            SitePackages = context.Python.SitePackages,
            PythonVersion = context.Python.Version,
            Locked = package with { Md5 = file.Md5, Sha256 = file.Sha256.Hex, Size = file.Size },
        });
        var stored = context.Keep(installation.Members, cancellation);
        var source = new KnownSource
        {
            IsConda = true,
            FileName = package.FileName,
            Sha256 = file.Sha256,
            Md5 = file.Md5,
            ArchiveSize = file.Size,
            Variant = isForPython ? context.Python.Folder : string.Empty,
            Name = archive.Info.Name,
            Version = archive.Info.Version,
            Build = archive.Info.Build,
            Bundle = stored.Digest,
            Size = stored.ContentSize,
            FileCount = stored.FileCount,
            Record = context.Store.Files.Add(installation.Record),
            Scripts = [.. installation.EntryPointScripts.Select(script => new ArchivedText(script.Path, script.Text, script.IsExecutable))],
            LinkScripts = archive.Info.LinkScripts,
        };
        context.Sources.Add(source);
        return Result(planned, source, wasThere: false, archive.Info, archive.Problems.Concat(installation.Problems));
    }

    /// <summary>Whether it is neither in the store nor on this machine.</summary>
    public bool IsMissing(PlannedConda planned) => RemoteUrl.IsRemote(planned.Request.Url) && Find(planned) is null;

    private KnownSource? Find(PlannedConda planned)
    {
        var package = planned.Package;
        if (package.Sha256 is { } hex)
        {
            return Sha256Digest.TryParse(hex, out var digest)
                ? context.Sources.Find(digest, string.Empty) ?? context.Sources.Find(digest, context.Python.Folder)
                : null;
        }

        foreach (var variant in (ReadOnlySpan<string>)[string.Empty, context.Python.Folder])
        {
            foreach (var known in context.Sources.FindByFileName(package.FileName, source => source.Variant == variant))
            {
                if (package.Md5 is { } md5 ? known.Md5 == md5 : context.IsOffline)
                {
                    return known;
                }
            }
        }

        return null;
    }

    /// <summary>A lock that names one package and an archive that holds another do not belong together.</summary>
    private static void MustBe(LockedCondaPackage package, CondaArchiveInfo info)
    {
        if (info.Name != package.Name || info.Version != package.Version || info.Build != package.Build)
        {
            throw new FirnException(
                $"{package.FileName} holds {info.Name} {info.Version} {info.Build}, and {package.Origin} asks for {package.Name} {package.Version} {package.Build}",
                "the channel or the lock is wrong: make the lock anew",
                FailureKind.Different);
        }
    }

    private IngestedPackage Result(
        PlannedConda planned, KnownSource source, bool wasThere, CondaArchiveInfo? info, IEnumerable<Problem> problems)
    {
        var (record, depends) = wasThere ? Adapted(planned.Package, source.Record!) : (source.Record!, info!.Depends);
        var package = source.ToPackage() with { Conda = new ArchivedCondaPackage { Build = source.Build!, Record = record } };
        return new IngestedPackage(package, source.Scripts, wasThere)
        {
            LinkScripts = source.LinkScripts,
            Depends = planned.Package.Depends is null ? depends : [],
            Problems = [.. problems],
        };
    }

    /// <summary>The record with what this lock says: another one may have had another mirror or patched dependencies.</summary>
    private (Sha256Digest Record, ImmutableArray<string> Depends) Adapted(LockedCondaPackage package, Sha256Digest record)
    {
        var before = JsonTree.Parse(context.Store.Files.Read(record, RecordLimit));
        var depends = before.Members!.TryGetValue("depends", out var value) && value.Items is { } items
            ? items.Select(item => item.Text).OfType<string>()
            : [];
        var after = CondaRecordAdaptation.Adapt(before, package);
        return (after is null ? record : context.Store.Files.Add(after), [.. depends]);
    }
}

/// <summary>
/// Writes what a lock says of a package into a record that was composed for another lock: the same archive may come from
/// a mirror, and channels mend dependencies after the fact (repodata patches).
/// </summary>
internal static class CondaRecordAdaptation
{
    /// <summary>Changes the record to one for this lock, and writes it; <see langword="null"/> where it says so already.</summary>
    public static byte[]? Adapt(JsonTree document, LockedCondaPackage package)
    {
        var members = document.Members!;
        var before = Write(document);
        members["url"] = JsonTree.Of(package.SafeUrl);
        Set("channel", package.Channel);
        Set("license", package.License);
        SetAll("depends", package.Depends);
        SetAll("constrains", package.Constrains);
        if (package.Timestamp is { } timestamp)
        {
            members["timestamp"] = JsonTree.Of(timestamp);
        }

        members.Remove("requested_spec");
        members.Remove("requested_specs");
        if (package.RequestedSpec is { } spec)
        {
            members["requested_spec"] = JsonTree.Of(spec);
            members["requested_specs"] = JsonTree.OfTexts([spec]);
        }

        var after = Write(document);
        return after.AsSpan().SequenceEqual(before) ? null : after;

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                members[name] = JsonTree.Of(value);
            }
        }

        void SetAll(string name, ImmutableArray<string>? values)
        {
            if (values is { } all)
            {
                members[name] = JsonTree.OfTexts(all);
            }
        }
    }

    private static byte[] Write(JsonTree document)
    {
        var writer = new CanonicalJsonWriter();
        document.WriteTo(writer);
        return writer.WrittenDocument.ToArray();
    }
}
