namespace Firn.Runs.Secrets;

/// <summary>Whether the name of an option, a variable or a header says that its value is a secret.</summary>
internal static class SecretNames
{
    private static readonly HashSet<string> Secret = new(StringComparer.Ordinal)
    {
        "password", "passwd", "passphrase", "passcode", "pass", "pgpass", "pgpassword", "sshpass", "secret", "token", "apikey",
        "apitoken", "authtoken", "accesstoken", "accesskey", "secretkey", "sharedkey", "authkey", "licensekey", "bearer", "jwt",
        "pw", "pat", "otp", "totp", "dbpass", "userpass", "adminpass", "rootpass", "smtppass", "mailpass", "hftoken", "ghtoken",
    };

    /// <summary>The same, but the value is often a file.</summary>
    private static readonly HashSet<string> SecretOrFile =
        new(StringComparer.Ordinal) { "credential", "credentials", "auth", "authorization", "cookie", "privatekey", "pwd" };

    /// <summary>Also what a name is written together with: <c>DBPASSWORD</c>.</summary>
    private static readonly string[] Endings = ["password", "passwd", "passphrase", "apikey"];

    private static readonly HashSet<string> BeforeKey = new(StringComparer.Ordinal)
    {
        "api", "access", "secret", "auth", "account", "encryption", "master", "signing", "subscription", "storage", "shared",
    };

    /// <summary>The same, but the value is often a file.</summary>
    private static readonly HashSet<string> BeforeKeyOrFile = new(StringComparer.Ordinal)
    {
        "private", "license", "licence", "wandb", "comet", "neptune", "openai", "anthropic", "google", "github", "gitlab", "azure", "aws", "hf",
        "app", "service", "deploy", "admin", "auth0", "session", "hmac",
    };

    /// <summary>Switches without a value, and tokens of language models, which are not secrets.</summary>
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
        // java -Dpassword=...
        if (name.Length > 3 && name[0] == '-' && char.IsAsciiLetterUpper(name[1]) && char.IsAsciiLetterLower(name[2]) && Contains(name[2..], value))
        {
            return true;
        }

        var words = Words(name);
        // `--pass 2` is one of several passes over the same data, and `--pat '*.csv'` a pattern.
        if (words.Count == 0 || words.Exists(Harmless.Contains) || (words[^1] is "pass" or "pw" or "pat" or "otp" && value.Length == 1)
            || (words[^1] == "pat" && value.AsSpan().IndexOfAny("*?[^\\") >= 0))
        {
            return false;
        }

        var last = words[^1];
        var beforeKey = last == "key" && words.Count > 1 ? words[^2] : string.Empty;
        return Secret.Contains(last) || Array.Exists(Endings, ending => last.EndsWith(ending, StringComparison.Ordinal)) || BeforeKey.Contains(beforeKey)
            || ((SecretOrFile.Contains(last) || BeforeKeyOrFile.Contains(beforeKey)) && !IsFile(value));
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
