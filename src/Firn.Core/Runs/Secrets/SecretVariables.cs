using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Runs.Secrets;

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

    /// <summary>Words with such a part that speak of no secret, each whole, or what a longer one begins with; what is left of a name decides.</summary>
    private static readonly string[] Harmless = ["AUTHOR", "AUTHORS", "TOKENIZ*", "KEYBOARD*"];

    /// <summary>Words before TOKEN and TOKENS, as language models have them.</summary>
    private static readonly string[] BeforeToken = ["MAX", "MIN", "NUM", "N", "PAD", "EOS", "BOS", "UNK", "MASK", "SEP", "CLS"];

    /// <summary>At the end of a name: how something is done, and not what is secret about it.</summary>
    private static readonly string[] Kinds = ["MODE", "TYPE", "KIND", "METHOD", "STRATEGY"];

    /// <summary>The same, where the value is a number.</summary>
    private static readonly string[] Measures =
        ["LEN", "LENGTH", "SIZE", "COUNT", "LIMIT", "SEED", "DIM", "ID", "INDEX", "BATCH", "STEP", "SECOND", "TIMEOUT", "TTL", "RATE", "TOKENS"];

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

        if (!Switches.Contains(value) && Telling(name, value) is { } telling
            && Array.Exists(Parts, part => telling.Contains(part, StringComparison.Ordinal)))
        {
            return Mask;
        }

        // Half of a value is none that a rerun could use.
        return SecretArguments.Mask([value]).Masked.Count == 0 && Credentials.Remove(value) == value ? value : Mask;
    }

    /// <summary>Writes variables as an object; one that was unset is <c>null</c>.</summary>
    public static void Write(CanonicalJsonWriter json, ImmutableSortedDictionary<string, string?> variables)
    {
        json.StartObject();
        foreach (var (name, value) in variables)
        {
            json.Name(name);
            if (Kept(name, value) is { } kept)
            {
                json.StringValue(kept);
            }
            else
            {
                json.Literal("null"u8);
            }
        }

        json.EndObject();
    }

    /// <summary>What of a name may speak of a secret, in capitals; <see langword="null"/> where nothing does.</summary>
    private static string? Telling(string name, string value)
    {
        var words = name.ToUpperInvariant().Split('_');
        if (words.Length > 1 && (Kinds.Contains(words[^1]) || (Measures.Contains(words[^1]) && IsNumber(value))))
        {
            return null;
        }

        for (var i = words.Length - 1; i >= 0; i--)
        {
            var isToken = words[i] is "TOKEN" or "TOKENS" && i > 0 && BeforeToken.Contains(words[i - 1]);
            var isSortKey = words[i] == "KEY" && i > 0 && words[i - 1] == "SORT";
            if (isToken || isSortKey || Array.Exists(Harmless, word => Is(words[i], word)))
            {
                words[i] = string.Empty;
            }
        }

        return string.Join('_', words) + "_";
    }

    private static bool Is(string word, string harmless) => harmless.EndsWith('*')
        ? word.StartsWith(harmless[..^1], StringComparison.Ordinal)
        : word == harmless;

    /// <summary>Longer ones are keys as well.</summary>
    private static bool IsNumber(string value) => value.Length <= 10 && value.All(static c => char.IsAsciiDigit(c) || c is '.' or '-');
}
