using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Layout;

namespace Firn.Storage.Results;

/// <summary>Hands files of runs out: each is verified beside its place before it gets its name there.</summary>
internal sealed class ResultFetcher(Store store)
{
    /// <summary>Where a file goes: into a folder under its name.</summary>
    /// <exception cref="FirnException">Its name cannot be a path on this system.</exception>
    public static string TargetIn(string folder, FoundResource file)
    {
        var name = file.Resource.Name;
        return !OperatingSystem.IsWindows() || name.AsSpan().IndexOfAny('\\', ':') < 0
            ? Path.Join(folder, name)
            : throw new FirnException($"the name '{name}' is not a path on Windows", $"fetch it alone, with {RequestSetting.Target:FILE}");
    }

    /// <summary>Looks whether all files can be put in their places, before the first is.</summary>
    /// <exception cref="FirnException">Something is there already.</exception>
    public static void CheckTargets(IReadOnlyList<string> targets)
    {
        foreach (var target in targets)
        {
            if (Path.Exists(target) || RealPath.LinkTarget(target) is not null)
            {
                throw ExportedFile.Taken(target);
            }
        }
    }

    /// <summary>Fetches one file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="target">Where it goes, absolute.</param>
    /// <param name="expected">What it must be, where the caller knows.</param>
    /// <param name="overwrites">Whether it may replace a file.</param>
    /// <param name="cancellation">Stops the copying.</param>
    /// <exception cref="FirnException">It is damaged or not what was expected, or cannot be written there.</exception>
    public void Fetch(
        FoundResource file, string target, ExpectedHash? expected, bool overwrites, CancellationToken cancellation)
    {
        MustStayBelow(target, file.Resource.Name);
        using var fetched = ExportedFile.Create(target);
        using var md5 = new Md5Hasher();
        store.Files.CopyTo(
            file.Resource.Digest,
            content =>
            {
                fetched.Write(content);
                if (expected?.Md5 is not null)
                {
                    md5.Append(content);
                }
            },
            cancellation);
        if ((expected?.Sha256 is { } digest && digest != file.Resource.Digest)
            || (expected?.Md5 is { } hash && hash != md5.Finish()))
        {
            throw new FirnException(
                $"'{file.Resource.Name}' of run {file.Number} does not have the digest {expected}: its own is {file.Resource.Digest}",
                "nothing was written; another run may have the file you expect: name it with @N",
                FailureKind.Different);
        }

        fetched.Place(overwrites);
    }

    /// <summary>A name with folders in it does not lead out of the folder that was named, whoever made the link.</summary>
    private static void MustStayBelow(string target, string name)
    {
        var ending = Path.DirectorySeparatorChar + name;
        if (target.EndsWith(ending, StringComparison.Ordinal)
            && StoreTree.FindLink(target[..^ending.Length], target) is { } link)
        {
            throw new FirnException($"cannot write {target}: {link} is a link to another folder", $"name another place with {RequestSetting.Target}");
        }
    }
}

/// <summary>A digest that the caller of <c>fetch</c> expects, a SHA-256 or, as asimov has it, an MD5.</summary>
/// <param name="Sha256">The SHA-256, or <see langword="null"/>.</param>
/// <param name="Md5">The MD5 in 32 lower-case digits, or <see langword="null"/>.</param>
internal sealed record ExpectedHash(Sha256Digest? Sha256, string? Md5)
{
    private const string Md5Start = "md5:";
    private const int Md5Digits = 32;

    /// <summary>Reads <c>sha256:HEX</c>, <c>md5:HEX</c>, or the digits alone.</summary>
    /// <exception cref="FirnException">It is neither.</exception>
    public static ExpectedHash Parse(string text)
    {
        if (Sha256Digest.TryParse(text, out var digest))
        {
            return new ExpectedHash(digest, null);
        }

        var digits = text.StartsWith(Md5Start, StringComparison.Ordinal) ? text[Md5Start.Length..] : text;
        return digits.Length == Md5Digits && Hex.Parse(digits) is not null
            ? new ExpectedHash(null, digits.ToLowerInvariant())
            : throw new FirnException(
                $"'{text}' is neither a SHA-256 nor an MD5", "give sha256: and 64 hexadecimal digits, or an MD5's 32", FailureKind.InvalidRequest);
    }

    public override string ToString() => Sha256?.ToString() ?? $"{Md5Start}{Md5}";
}
