using Firn.Common;

namespace Firn.Analyses.Records;

/// <summary>Values of variables on their way into a document: what may be a secret is masked.</summary>
internal static class SecretVariables
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "***";

    private static readonly string[] Parts =
    [
        "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "APIKEY", "API_KEY", "ACCESS_KEY", "PRIVATE_KEY",
        "_KEY", "X509_", "AUTH", "PGPASS", "SSHPASS", "_PWD", "_PASS", "COOKIE", "BEARER", "JWT",
    ];

    /// <summary>The value as it may be kept.</summary>
    public static string? Kept(string name, string? value)
    {
        if (value is null)
        {
            return null;
        }

        foreach (var part in Parts)
        {
            if (name.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return Mask;
            }
        }

        // Half of a value is none that a rerun could use.
        return SecretTokens.Mask(value, static () => Mask) == value && Credentials.Remove(value) == value ? value : Mask;
    }
}
