namespace Firn.Captures.Archives.Planning;

/// <summary>
/// The files that may hold passwords, tokens or private keys, by their names: no archive, no run's code and no crate has
/// them (docs/secrets.md lists them).
/// </summary>
internal static class SecretFiles
{
    /// <summary>What is said of such a file.</summary>
    public const string Reason = "it may hold passwords or tokens";

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "pip.conf", "pip.ini", ".condarc", "condarc", ".netrc", "_netrc", ".pypirc", ".git-credentials", ".env", ".envrc",
        ".npmrc", ".yarnrc.yml", ".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".Renviron", ".dockercfg", ".htpasswd",
        ".vault-token", ".boto", ".s3cfg", ".databrickscfg", ".cdsapirc", ".ecmwfapirc", ".terraformrc", "kaggle.json",
        "kubeconfig", "credentials", "credentials.json", "credentials.yaml", "credentials.yml", "credentials.toml",
        "credentials.ini", "credentials.db", "application_default_credentials.json", "service_account.json",
        "service-account.json", "secrets.yaml", "secrets.yml", "secrets.json", "secrets.toml", "secrets.ini", "secret.yaml",
        "secret.yml", "secret.json", "secret.toml", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk",
        "id_ed25519_sk",
    };

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdb", ".kdbx", ".ppk", ".env",
    };

    /// <summary>What templates of <c>.env</c> are called, which are made to be published.</summary>
    private static readonly HashSet<string> Templates = new(StringComparer.OrdinalIgnoreCase)
    {
        ".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults",
    };

    /// <summary>Files whose name says it only together with the folder that it lies in.</summary>
    private static readonly (string Folder, string Name)[] Places =
    [
        (".docker/", "config.json"), (".kube/", "config"), (".huggingface/", "token"), ("huggingface/", "token"),
        (".snowsql/", "config"), (".ssh/", "config"), (".aws/", "config"),
    ];

    private static readonly string[] Folders = [".azure/", ".ssh/", ".gnupg/", ".aws/", ".config/gcloud/"];

    /// <summary>Files in which a key's first line is enough; source code may only speak of one.</summary>
    private static readonly string[] KeyExtensions =
        [".pem", ".json", ".crt", ".cer", ".cert", ".asc", ".txt", ".yaml", ".yml", ".ini", ".cfg", ".conf", string.Empty];

    private static readonly string[] Copies = ["~", ".bak", ".old", ".orig", ".save", ".swp"];

    /// <summary>Whether a folder of that name, met outside of an environment, is one of keys.</summary>
    public static bool IsFolder(string name) => name.ToLowerInvariant() is ".aws" or ".azure" or ".docker" or ".gnupg" or ".kube" or ".ssh";

    /// <summary>Whether the path, with <c>/</c> between its parts and relative to a prefix or a project, is of such a file.</summary>
    public static bool Contains(string path)
    {
        var name = Plain(path.AsSpan(path.LastIndexOf('/') + 1));
        return Names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)
            || Extensions.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Path.GetExtension(name))
            || (name.StartsWith(".env.", StringComparison.OrdinalIgnoreCase)
                && !Templates.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name))
            || path is "conda-meta/state"
            || LiesAt(path, name);
    }

    /// <summary>A copy that an editor or a person left beside a file holds what that holds.</summary>
    private static ReadOnlySpan<char> Plain(ReadOnlySpan<char> name)
    {
        name = name.Trim();
        foreach (var ending in Copies)
        {
            if (name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return name[..^ending.Length];
            }
        }

        return name;
    }

    /// <summary>The same where the file's bytes are at hand: a private key is one whatever its name.</summary>
    public static bool Contains(string path, ReadOnlySpan<byte> content) =>
        Contains(path)
        || (content.IndexOf("PRIVATE KEY-----"u8) >= 0 && Array.IndexOf(KeyExtensions, Path.GetExtension(path).ToLowerInvariant()) >= 0)
        || PrivateKeys.Contains(content);

    private static bool LiesAt(string path, ReadOnlySpan<char> name)
    {
        if (path.StartsWith("etc/conda/env_vars.d/", StringComparison.Ordinal))
        {
            return true;
        }

        foreach (var (folder, file) in Places)
        {
            if (name.Equals(file, StringComparison.OrdinalIgnoreCase) && IsBelow(path[..(path.LastIndexOf('/') + 1)], folder))
            {
                return true;
            }
        }

        // Most paths have no such folder: one look decides.
        if (!path.StartsWith('.') && !path.Contains("/.", StringComparison.Ordinal))
        {
            return false;
        }

        var isPublic = name.EndsWith(".pub", StringComparison.Ordinal) || name is "known_hosts" or "config";
        foreach (var folder in Folders)
        {
            if (!isPublic && IsBelow(path, folder))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a path has the folder, which ends in a slash, among its parts.</summary>
    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder, StringComparison.OrdinalIgnoreCase)
        || (path.IndexOf(folder, StringComparison.OrdinalIgnoreCase) is > 0 and var at && path[at - 1] == '/');
}
