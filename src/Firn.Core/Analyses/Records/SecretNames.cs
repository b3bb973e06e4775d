namespace Firn.Analyses.Records;

/// <summary>Whether the name of an option, a variable or a header says that its value is a secret.</summary>
internal static class SecretNames
{
    private static readonly HashSet<string> Secret = new(StringComparer.Ordinal)
    {
        "password", "passwd", "passphrase", "passcode", "pass", "pgpass", "pgpassword", "sshpass", "secret", "token", "apikey",
        "apitoken", "authtoken", "accesstoken", "accesskey", "secretkey", "sharedkey", "bearer", "jwt",
    };

    /// <summary>The same, but the value is often a file.</summary>
    private static readonly HashSet<string> SecretOrFile =
        new(StringComparer.Ordinal) { "credential", "credentials", "auth", "authorization", "cookie", "privatekey", "pwd" };

    private static readonly HashSet<string> BeforeKey = new(StringComparer.Ordinal)
    {
        "api", "access", "secret", "auth", "account", "encryption", "master", "signing", "subscription", "storage", "shared",
        "private",
    };

    /// <summary>Switches without a value, and tokens of language models, which are no secrets.</summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "no", "without", "use", "skip", "disable", "enable", "ask", "prompt", "require", "pad", "eos", "bos", "unk", "mask", "sep", "cls",
        "special", "start", "end", "stop", "image", "max", "min", "num", "n", "per", "next", "input", "output", "new",
    };

    private static readonly string[] FileEndings =
        [".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".txt", ".pem", ".key", ".crt", ".p12", ".cookies"];

    /// <summary>Whether <c>--name VALUE</c>, <c>name=VALUE</c> or <c>name: VALUE</c> gives a secret.</summary>
    public static bool Contains(string name, string value)
    {
        var words = Words(name);
        // `--pass 2` is one of several passes over the same data.
        if (words.Count == 0 || words.Exists(Harmless.Contains) || (words[^1] == "pass" && value.Length == 1))
        {
            return false;
        }

        var last = words[^1];
        var isKey = last == "key" && words.Count > 1 && BeforeKey.Contains(words[^2]);
        return Secret.Contains(last) || (isKey && words[^2] != "private")
            || ((SecretOrFile.Contains(last) || isKey) && !IsFile(value));
    }

    /// <summary>The words of a name such as <c>--api-key</c>, <c>API_KEY</c> or <c>apiKey</c>, in small letters.</summary>
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var ends = i == name.Length || !char.IsAsciiLetterOrDigit(name[i]);
            var begins = !ends && i > start && char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1]);
            if ((ends || begins) && i > start)
            {
                words.Add(name[start..i].ToLowerInvariant());
            }

            start = ends ? i + 1 : begins ? i : start;
        }

        return words;
    }

    private static bool IsFile(string value) =>
        value.StartsWith('/') || value.StartsWith('.') || value.StartsWith('~')
        || Array.Exists(FileEndings, ending => value.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
