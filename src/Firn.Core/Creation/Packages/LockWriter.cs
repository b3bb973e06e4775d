using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Conda;
using Firn.Fetching;
using Firn.Python.Environments;

namespace Firn.Creation.Packages;

/// <summary>
/// Writes a plan as a lock: conda packages as an explicit file (CEP 23) with conda-lock's comments for what pip installs,
/// Python distributions alone as requirements with digests. Both are of one platform and one Python, and say so.
/// </summary>
internal static class LockWriter
{
    /// <summary>The lock's text.</summary>
    /// <param name="plan">What it names.</param>
    /// <param name="sources">The files that it was made from, for the heading.</param>
    /// <exception cref="FirnException">Something in the plan has no URL that another machine could use, or no digest.</exception>
    public static string Write(CreationPlan plan, IReadOnlyList<string> sources) =>
        plan.Conda.IsEmpty ? Requirements(plan, sources) : Explicit(plan, sources);

    private static string Explicit(CreationPlan plan, IReadOnlyList<string> sources)
    {
        var text = Heading(plan, sources).Append("# platform: ").Append(CondaPlatform.OfThisMachine()).Append("\n@EXPLICIT\n");
        foreach (var (package, _) in plan.Conda)
        {
            text.Append(package.SafeUrl).Append('#').Append(DigestOf(package)).Append('\n');
        }

        foreach (var wheel in plan.Wheels.OrderBy(wheel => wheel.Name, StringComparer.Ordinal))
        {
            var (url, hash) = Source(wheel);
            text.Append(CultureInfo.InvariantCulture, $"# pip {wheel.AskedName} @ {url}#{hash.Algorithm}={hash.Hex}\n");
        }

        return text.ToString();
    }

    private static string Requirements(CreationPlan plan, IReadOnlyList<string> sources)
    {
        var text = Heading(plan, sources);
        foreach (var wheel in plan.Wheels.OrderBy(wheel => wheel.Name, StringComparer.Ordinal))
        {
            // What venv itself brings is no choice of the files.
            if (wheel.Origin == SeedWheel.Origin)
            {
                continue;
            }

            text.Append(wheel.AskedName);
            if (wheel.DirectUrl is { } url)
            {
                text.Append(" @ ").Append(Credentials.Remove(url));
            }
            else
            {
                text.Append("==").Append(wheel.Version);
            }

            text.Append(CultureInfo.InvariantCulture, $" \\\n    --hash={Strongest(wheel)}\n");
        }

        return text.ToString();
    }

    private static StringBuilder Heading(CreationPlan plan, IReadOnlyList<string> sources) => new StringBuilder()
        .Append("# Written by ").Append(FirnVersion.Text).Append(" from ").AppendJoin(", ", sources).Append('\n')
        .Append("# Python ").Append(plan.Python.Version).Append(", ").Append(PlatformName.OfThisMachine()).Append('\n');

    private static string DigestOf(LockedCondaPackage package) => package.Sha256 ?? package.Md5 ?? throw new FirnException(
        $"{package.FileName} has no digest in its channel's index, so a lock could not prove it", "take a channel that publishes digests");

    /// <summary>A folder of wheels announces no digests; its files are here.</summary>
    private static string DigestOf(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            return Sha256Digest.OfFile(handle).Hex;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException($"cannot read {path}: {exception.Message.TrimEnd('.')}", "check that the file is there and may be read", innerException: exception);
        }
    }

    private static (string Url, FileHash Hash) Source(PlannedWheel wheel) => wheel.Request.Url.Contains("://", StringComparison.Ordinal)
        ? (Credentials.Remove(wheel.Request.Url).Split('#')[0], StrongestHash(wheel))
        : throw new FirnException(
            $"{wheel.FileName} is a file of this machine alone", "serve its folder, or leave it out of the lock");

    private static string Strongest(PlannedWheel wheel)
    {
        var hash = StrongestHash(wheel);
        return $"{hash.Algorithm}:{hash.Hex}";
    }

    private static FileHash StrongestHash(PlannedWheel wheel)
    {
        foreach (var algorithm in (ReadOnlySpan<string>)["sha256", "sha512", "sha384"])
        {
            foreach (var hash in wheel.Request.Hashes)
            {
                if (hash.Algorithm == algorithm)
                {
                    return hash;
                }
            }
        }

        if (FetchLocation.Parse(wheel.Request.Url, "/").LocalPath is { } path)
        {
            return new FileHash("sha256", DigestOf(path));
        }

        throw new FirnException(
            $"the index gives no digest of {wheel.FileName}, so a lock could not prove it", "take an index that publishes digests, or build a lock with them by hand");
    }
}
