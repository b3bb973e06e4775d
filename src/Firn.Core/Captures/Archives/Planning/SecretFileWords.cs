using System.Buffers;

namespace Firn.Captures.Archives.Planning;

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
