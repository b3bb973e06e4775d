using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>The failure that a damaged bundle is.</summary>
internal static class BundleDamage
{
    public static FirnException Of(BundleName name, string problem, Exception? cause = null) => new(
        $"{name} is damaged: {problem}",
        "run `firn store check --read-data`, then `firn store repair`",
        ExitCodes.Different,
        cause);
}
