using System.Buffers;
using Firn.Common.Files;
using Firn.Conda.Prefixes;

namespace Firn.Archives.Secrets;

/// <summary>
/// The files that may hold passwords, tokens or private keys, by their names: no archive, no run's code and no crate has
/// them (docs/secrets.md lists them).
/// </summary>
internal static class SecretFiles
{
    /// <summary>What is said of such a file.</summary>
    public const string Reason = "it may hold passwords or tokens";

    private const int MaxKeyBytes = 1024 * 1024;

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "pip.conf", "pip.ini", ".condarc", "condarc", ".netrc", "_netrc", ".pypirc", ".git-credentials", ".env", ".envrc", ".flaskenv",
        ".npmrc", ".yarnrc.yml", ".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".Renviron", ".dockercfg", ".htpasswd",
        ".vault-token", ".boto", ".s3cfg", ".databrickscfg", ".cdsapirc", ".ecmwfapirc", ".terraformrc", "kaggle.json", "rclone.conf",
        "kubeconfig", "application_default_credentials.json", "service_account.json", "service-account.json", "credentials.tfrc.json",
        "auth.json", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk", ".passwd", "passwd.txt", "passwords",
        "passwords.txt", "passwords.csv", ".vault_pass", ".vault-pass", "vault_pass.txt", ".smbcredentials", "accessKeys.csv", "rootkey.csv",
        ".Rhistory", "token.pickle",
    };

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdb", ".kdbx", ".ppk", ".env", ".keytab", ".tfvars", ".tfstate",
    };

    /// <summary>What templates of <c>.env</c> end in, which are made to be published.</summary>
    private static readonly string[] Templates = ["example", "sample", "template", "dist", "defaults"];

    private static readonly string[] KeyNames = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];

    /// <summary>Files whose name says it only together with the folder that it lies in.</summary>
    private static readonly Dictionary<string, string[]> Places = new(StringComparer.OrdinalIgnoreCase)
    {
        ["config.json"] = [".docker/", ".mc/"],
        ["config"] = [".kube/", ".snowsql/", ".ssh/", ".aws/", ".oci/"],
        ["token"] = [".huggingface/", "huggingface/"],
        ["hosts.yml"] = [".config/gh/"],
        ["hub"] = [".config/"],
        ["settings"] = ["wandb/"],
        ["settings.xml"] = [".m2/"],
        ["settings-security.xml"] = [".m2/"],
        ["jupyter_server_config.json"] = [".jupyter/"],
        ["jupyter_notebook_config.json"] = [".jupyter/"],
    };

    private static readonly string[] Folders = [".azure/", ".ssh/", ".gnupg/", ".aws/", ".config/gcloud/", ".envs/"];

    /// <summary>Files in which a key's first line is enough; source code may only speak of one.</summary>
    private static readonly string[] KeyExtensions =
        [".pem", ".json", ".crt", ".cer", ".cert", ".asc", ".txt", ".yaml", ".yml", ".ini", ".cfg", ".conf", string.Empty];

    private static readonly string[] Copies = ["~", ".bak", ".backup", ".old", ".orig", ".save", ".swp", " copy", "-copy", "_copy", ".copy"];

    /// <summary>Whether a folder of that name, met outside of an environment, is one of keys.</summary>
    public static bool IsFolder(string name) => name.ToLowerInvariant() is ".aws" or ".azure" or ".docker" or ".gnupg" or ".kaggle" or ".kube" or ".oci" or ".secrets" or ".ssh";

    /// <summary>Whether the path, with <c>/</c> between its parts and relative to a prefix or a project, is of such a file.</summary>
    public static bool Contains(string path)
    {
        var name = Plain(path.AsSpan(path.LastIndexOf('/') + 1));
        return Names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)
            || Extensions.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Path.GetExtension(name))
            || (name.StartsWith('.') && IsHidden(name))
            || (name.StartsWith("id_", StringComparison.OrdinalIgnoreCase) && IsKey(name))
            || SecretFileWords.Contains(path, name)
            || path is "conda-meta/state"
            || LiesAt(path, name);
    }

    /// <summary><c>.env.prod</c>, <c>.env copy 2</c>, <c>.env-local</c>; what shells and interpreters were told.</summary>
    private static bool IsHidden(ReadOnlySpan<char> name) =>
        name.EndsWith("_history", StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith(".env", StringComparison.OrdinalIgnoreCase) && !char.IsAsciiLetterOrDigit(name[4]) && !EndsInAny(name, Templates));

    /// <summary><c>id_rsa_work</c>.</summary>
    private static bool IsKey(ReadOnlySpan<char> name)
    {
        foreach (var key in KeyNames)
        {
            if (name.Length > key.Length && name.StartsWith(key, StringComparison.OrdinalIgnoreCase) && !char.IsAsciiLetterOrDigit(name[key.Length]))
            {
                return !name.EndsWith(".pub", StringComparison.OrdinalIgnoreCase) && !SecretFileWords.IsCode(name);
            }
        }

        return false;
    }

    private static bool EndsInAny(ReadOnlySpan<char> name, string[] endings)
    {
        foreach (var ending in endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
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
        (Contains(path) && !PlainSettings.Are(path, content))
        || (content.IndexOf("PRIVATE KEY-----"u8) >= 0 && Array.IndexOf(KeyExtensions, Path.GetExtension(path).ToLowerInvariant()) >= 0)
        || PrivateKeys.Contains(content);

    /// <summary>The same of a file that is read only where its name alone would be wrong.</summary>
    /// <param name="path">Relative to a project.</param>
    /// <param name="root">The project's folder, or what else the path is relative to.</param>
    public static bool ContainsIn(string path, string root) => Contains(path) && !PlainSettings.IsFile(Path.Join(root, path));

    /// <summary>The same of a file on disk. Keys are small: a larger file is told by its name alone.</summary>
    /// <param name="path">Its path among those that are asked about.</param>
    /// <param name="file">Where it lies.</param>
    /// <param name="size">Its size in bytes.</param>
    public static bool ContainsFile(string path, string file, long size) =>
        size <= MaxKeyBytes && BoundedFile.Read(file, MaxKeyBytes) is { IsComplete: true } content && Contains(path, content.Bytes);

    private static bool LiesAt(string path, ReadOnlySpan<char> name)
    {
        if (path.StartsWith(CondaStateFiles.VariablesFolder + "/", StringComparison.Ordinal))
        {
            return true;
        }

        if (Places.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var places)
            && Array.Exists(places, folder => IsBelow(path[..(path.LastIndexOf('/') + 1)], folder)))
        {
            return true;
        }

        // A folder of secrets may have the modules that read them.
        if (path.Contains("secrets/", StringComparison.OrdinalIgnoreCase)
            && (IsBelow(path, "secrets/") || IsBelow(path, ".secrets/")) && !SecretFileWords.IsCode(name))
        {
            return true;
        }

        // Most paths have no such folder: one look decides.
        if (!path.StartsWith('.') && !path.Contains("/.", StringComparison.Ordinal))
        {
            return false;
        }

        // Such a folder is often a virtual environment, which has little beside its folders.
        if (IsBelow(path, ".env/") && path.LastIndexOf(".env/", StringComparison.OrdinalIgnoreCase) + ".env/".Length == path.LastIndexOf('/') + 1
            && name is not ("pyvenv.cfg" or "lib64" or ".gitignore" or "CACHEDIR.TAG"))
        {
            return true;
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

/// <summary>Texts and files of settings whose names end in a word for a secret: <c>db_password.txt</c>, <c>.hf_token</c>, <c>app.secrets.json</c>.</summary>
internal static class SecretFileWords
{
    /// <summary>One look decides for most names.</summary>
    private static readonly SearchValues<string> Any =
        SearchValues.Create(["secret", "token", "password", "apikey", "key", "credential", "tfvars"], StringComparison.OrdinalIgnoreCase);

    private static readonly HashSet<string> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        string.Empty, ".txt", ".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".csv", ".db", ".properties",
    };

    private static readonly HashSet<string> Code = new(StringComparer.OrdinalIgnoreCase)
    {
        ".py", ".pyi", ".pyx", ".pxd", ".ipynb", ".r", ".jl", ".sh", ".c", ".cpp", ".h", ".rs", ".go", ".js", ".ts", ".java", ".md", ".rst",
        ".gitignore", ".gitkeep",
    };

    private static readonly string[] BeforeKey = ["api", "access", "secret", "license", "wandb", "openai", "anthropic", "account"];

    /// <summary>Before <c>token</c>, words of language models.</summary>
    private static readonly string[] Harmless =
    [
        "pad", "eos", "bos", "unk", "mask", "sep", "cls", "special", "start", "end", "stop", "image", "max", "min", "num", "n", "per", "by", "next",
        "first", "last", "input", "output", "new", "added", "each",
    ];

    /// <summary>Whether a file is code or a text about it, by its name.</summary>
    public static bool IsCode(ReadOnlySpan<char> name) => Code.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Path.GetExtension(name));

    public static bool Contains(string path, ReadOnlySpan<char> name)
    {
        if (name.IndexOfAny(Any) < 0)
        {
            return false;
        }

        var stem = name.TrimStart('.');
        var extension = Path.GetExtension(stem);
        stem = stem[..^extension.Length];
        if (!Texts.GetAlternateLookup<ReadOnlySpan<char>>().Contains(extension))
        {
            return false;
        }

        var words = stem.ToString().ToLowerInvariant().Split(['_', '-', '.', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return false;
        }

        // What lies in bin without an ending is a program that makes or reads one.
        var isProgram = extension.IsEmpty && !name.StartsWith('.') && Path.GetFileName(Path.GetDirectoryName(path)) is "bin" or "scripts" or "sbin";
        var before = words.Length > 1 ? words[^2] : string.Empty;
        return !isProgram && words[^1] switch
        {
            "secret" or "secrets" or "password" or "apikey" or "apikeys" or "credential" or "credentials" => true,
            "key" or "keys" => Array.IndexOf(BeforeKey, before) >= 0,
            // A table of tokens, or of values for each, is data.
            "token" => before is "" or "access" or "auth" or "refresh" or "api" || (extension is "" or ".txt" && Array.IndexOf(Harmless, before) < 0),
            "tfvars" => true,
            _ => extension is ".json" && words[0] is "client" && words[1..] is ["secret", ..] or ["secrets", ..],
        };
    }
}

/// <summary>
/// Files that others may not read in an environment that they may: somebody keeps them from others, and an archive, which
/// gives files no such modes, would not. A program that nobody else may start is none.
/// </summary>
internal static class OwnerOnlyFiles
{
    private const uint OfGroup = 0x20;
    private const uint OfOthers = 0x4;

    /// <summary>Whether others may read an environment.</summary>
    public static bool IsPublic(string root) => FileStatReader.TryRead(root, out var stat) && (stat.Mode & OfOthers) != 0;

    /// <summary>Why a file is left out of a public environment; <see langword="null"/> where it is not.</summary>
    public static string? ReasonAgainst(in FileStat stat) =>
        !stat.IsRegularFile || stat.IsExecutable || (stat.Mode & OfOthers) != 0 ? null
        : (stat.Mode & OfGroup) == 0 ? "only its owner may read it"
        : "only its owner and group may read it";
}
