using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Distributions;

namespace Firn.Archives.Plans;

/// <summary>All that a bundle is made from, as one digest: the plan, the rules, and what the file system says of each file.</summary>
/// <param name="Digest">The digest.</param>
/// <param name="Newest">The latest change of any file, in nanoseconds since 1970.</param>
internal sealed record BundleFingerprint(Sha256Digest Digest, long Newest)
{
    /// <summary>Raised whenever the same files would give other bundles.</summary>
    public const int RulesVersion = 4;

    public static BundleFingerprint Of(PlannedBundle bundle)
    {
        using var fingerprint = new StatFingerprint();
        fingerprint.Add(RulesVersion);
        fingerprint.Add((int)bundle.Kind);
        fingerprint.Add(bundle.Name);
        fingerprint.Add(bundle.Tree.Root);
        fingerprint.Add(bundle.Tree.RealRoot);
        foreach (var name in bundle.Tree.Names)
        {
            fingerprint.Add(name);
        }

        fingerprint.Add(bundle.Prefix.PythonFolder);
        fingerprint.Add(bundle.Prefix.CacheTag);
        fingerprint.Add(bundle.MetadataPath ?? string.Empty);
        fingerprint.Add(bundle.HasRecord ? 1 : 0);
        if (bundle.Conda is { } conda)
        {
            fingerprint.Add(Sha256Digest.Of(conda.Record.Json.Span).Hex);
            foreach (var prefix in conda.Prefixes)
            {
                fingerprint.Add(prefix);
            }
        }

        foreach (var member in bundle.Members)
        {
            fingerprint.Add(member.BundlePath);
            fingerprint.Add((int)member.Form);
            member.File.AddTo(fingerprint);
            Add(fingerprint, member.Recorded);
        }

        foreach (var row in bundle.OtherRows)
        {
            Add(fingerprint, row);
        }

        fingerprint.Add(bundle.Bytecode.Count);
        foreach (var file in bundle.Bytecode)
        {
            file.AddTo(fingerprint);
        }

        return new BundleFingerprint(fingerprint.Finish(), fingerprint.Newest);
    }

    private static void Add(StatFingerprint fingerprint, RecordedFile? recorded)
    {
        if (recorded is not null)
        {
            fingerprint.Add(recorded.BundlePath);
            fingerprint.Add(recorded.Hash);
            fingerprint.Add(recorded.Size);
        }
    }
}
