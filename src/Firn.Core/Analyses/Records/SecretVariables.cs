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

    /// <summary>Common names with such a part that hold no secret; what is left of a name decides.</summary>
    private static readonly string[] Harmless = ["AUTHORS", "AUTHOR_", "TOKENIZERS_", "MAX_TOKENS", "SORT_KEY", "KEYBOARD"];

    /// <summary>Values of switches, whatever they are called.</summary>
    private static readonly HashSet<string> Switches =
        new(StringComparer.OrdinalIgnoreCase) { string.Empty, "0", "1", "true", "false", "yes", "no", "on", "off", "none" };

    /// <summary>The value as it may be kept.</summary>
    public static string? Kept(string name, string? value)
    {
        if (value is null)
        {
            return null;
        }

        var telling = Harmless.Aggregate(name + "_", (rest, word) => rest.Replace(word, "_", StringComparison.OrdinalIgnoreCase));
        if (!Switches.Contains(value) && Array.Exists(Parts, part => telling.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            return Mask;
        }

        // Half of a value is none that a rerun could use.
        return SecretArguments.Mask([value]).Masked.Count == 0 && Credentials.Remove(value) == value ? value : Mask;
    }
}
