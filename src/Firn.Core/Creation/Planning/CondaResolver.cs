using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda;
using Firn.Conda.Channels;
using Firn.Conda.Configuration;
using Firn.Creation.Inputs;
using Firn.Creation.Packages;
using Firn.Creation.Solving;
using Firn.Fetching;

namespace Firn.Creation.Planning;

/// <summary>
/// The exact archives of conda packages: those that a lock names, those that exact specs name in a channel's index, and
/// where a spec leaves a choice, those that a solver chooses for all of the specs.
/// </summary>
internal sealed class CondaResolver(SystemContext systemContext, Fetcher fetcher, ISolvers solvers, PlanOptions options)
{
    /// <returns>The packages, each once, and the solver that was asked.</returns>
    /// <exception cref="FirnException">A package cannot be had, or two files want two builds of it.</exception>
    public (IReadOnlyList<LockedCondaPackage> Packages, string? Solver) Resolve(
        Specification specification, CancellationToken cancellation)
    {
        var packages = new List<LockedCondaPackage>(specification.Conda);
        string? solver = null;
        if (specification.CondaSpecs.Any(spec => !spec.IsExact))
        {
            if (options.IsOffline)
            {
                var open = specification.CondaSpecs.First(spec => !spec.IsExact);
                throw new FirnException(
                    $"'{open.Text}' ({open.Origin}) leaves a choice, and there is no network to make it",
                    "make a lock first, with a network: firn lock -f FILE -o LOCK");
            }

            var question = new CondaQuestion(specification.CondaSpecs, specification.Channels, CondaPlatform.OfThisMachine());
            var solution = solvers.SolveConda(question, cancellation);
            packages.AddRange(solution.Packages);
            solver = solution.Solver;
        }
        else if (!specification.CondaSpecs.IsEmpty)
        {
            packages.AddRange(LookUp(specification, cancellation));
        }

        return (WithSpecs(Each(packages), specification.CondaSpecs), solver);
    }

    /// <summary>
    /// Notes by which spec a package was asked for: conda keeps such packages when others go, and exports them with
    /// <c>--from-history</c>. A lock does not say what was asked for.
    /// </summary>
    private static List<LockedCondaPackage> WithSpecs(List<LockedCondaPackage> packages, ImmutableArray<MatchSpec> specs)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var spec in specs)
        {
            texts[spec.Name] = spec.Text;
        }

        return packages.ConvertAll(package => package.RequestedSpec is null && texts.TryGetValue(package.Name, out var text)
            ? package with { RequestedSpec = text }
            : package);
    }

    private ImmutableArray<LockedCondaPackage> LookUp(Specification specification, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        var settings = ChannelSettingsReader.Read(null, systemContext, problems);
        var urls = new ChannelUrls(settings, systemContext);
        var platform = CondaPlatform.OfThisMachine();
        var names = !specification.Channels.IsEmpty ? specification.Channels
            : !settings.Channels.IsEmpty ? settings.Channels
            : ["defaults"];
        var channels = urls.Of(names, platform, problems);
        if (options.IsOffline && channels.FirstOrDefault(channel => RemoteUrl.IsRemote(channel.Url)) is { } remote)
        {
            throw new FirnException(
                $"'{specification.CondaSpecs[0].Text}' ({specification.CondaSpecs[0].Origin}) is looked up in the index of {remote.SafeUrl}, and there is no network",
                "make a lock first, which has the URLs, with a network: firn lock -f FILE -o LOCK");
        }

        var answer = new ChannelIndex(new FetchedChannelPages(fetcher), urls, platform)
            .Find(specification.CondaSpecs, channels, cancellation);
        if (answer.Missing.IsEmpty)
        {
            return answer.Found;
        }

        problems.AddRange(answer.Problems);
        throw new FirnException(
            ShortList.Of(answer.Missing) + (problems.Count == 0 ? string.Empty : $" ({problems[0]})"),
            "add the channel that has them, or correct the spec");
    }

    /// <summary>One archive for a name, as conda has it; the order of the files stays.</summary>
    private static List<LockedCondaPackage> Each(List<LockedCondaPackage> packages)
    {
        var seen = new Dictionary<string, LockedCondaPackage>(StringComparer.Ordinal);
        var each = new List<LockedCondaPackage>();
        foreach (var package in packages)
        {
            if (seen.TryAdd(package.Name, package))
            {
                each.Add(package);
            }
            else if (seen[package.Name].FileName != package.FileName)
            {
                throw new FirnException(
                    $"{package.Name} is wanted twice: {seen[package.Name].FileName} ({seen[package.Name].Origin}) and {package.FileName} ({package.Origin})",
                    "keep one of the two");
            }
        }

        return each;
    }
}

/// <summary>The pages of channels, by a fetcher; as they are served, mostly compressed.</summary>
internal sealed class FetchedChannelPages(Fetcher fetcher) : IChannelPages
{
    /// <summary>conda-forge's largest page has 50 MB compressed, and 400 where a channel compresses none.</summary>
    private const int Limit = 1024 * 1024 * 1024;

    public Stream? Open(string url, CancellationToken cancellation) =>
        fetcher.TryReadDocument(url, "*/*", Limit, cancellation) is { } document
            ? new MemoryStream(document.Content, writable: false)
            : null;
}
