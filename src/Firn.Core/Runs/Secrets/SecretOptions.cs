namespace Firn.Runs.Secrets;

/// <summary>
/// The short options that mean a password, by program: <c>-p</c> is a port or a number elsewhere. The sources are the
/// programs' manuals.
/// </summary>
internal static class SecretOptions
{
    private static readonly SecretOption[] AttachedP = [new("-p", SecretOptionForm.Attached)];
    private static readonly SecretOption[] P = [new("-p", SecretOptionForm.Either)];
    private static readonly SecretOption[] CapitalP = [new("-P", SecretOptionForm.Either)];
    private static readonly SecretOption[] W = [new("-w", SecretOptionForm.Either)];
    private static readonly SecretOption[] User = [new("-U", SecretOptionForm.Either, '%')];
    private static readonly SecretOption[] Putty = [new("-pw", SecretOptionForm.Next)];
    private static readonly SecretOption[] AsUser = [new("-a", SecretOptionForm.Either, ':'), new("--auth", SecretOptionForm.Either, ':')];

    private static readonly SecretOption[] Keys =
        [new("-storepass", SecretOptionForm.Next), new("-keypass", SecretOptionForm.Next)];

    /// <summary>Of programs that are not known.</summary>
    public static IReadOnlyList<SecretOption> Any { get; } = [new("--proxy-user", SecretOptionForm.Either, ':')];

    private static readonly Dictionary<string, SecretOption[]> Programs = new(StringComparer.Ordinal)
    {
        ["mysql"] = AttachedP,
        ["mysqldump"] = AttachedP,
        ["mysqladmin"] = AttachedP,
        ["mysqlimport"] = AttachedP,
        ["mysqlshow"] = AttachedP,
        ["mysqlcheck"] = AttachedP,
        ["mysqlslap"] = AttachedP,
        ["mysqlbinlog"] = AttachedP,
        ["mariadb"] = AttachedP,
        ["mariadb-dump"] = AttachedP,
        ["mariadb-admin"] = AttachedP,
        ["mariadb-import"] = AttachedP,
        ["7z"] = AttachedP,
        ["7za"] = AttachedP,
        ["7zr"] = AttachedP,
        ["7zz"] = AttachedP,
        ["rar"] = AttachedP,
        ["unrar"] = AttachedP,
        ["sshpass"] = P,
        ["mongo"] = P,
        ["mongosh"] = P,
        ["mongodump"] = P,
        ["mongorestore"] = P,
        ["mongoexport"] = P,
        ["mongoimport"] = P,
        // docker login, podman login, az login and their like.
        ["login"] = P,
        ["zip"] = CapitalP,
        ["unzip"] = CapitalP,
        ["sqlcmd"] = CapitalP,
        ["bcp"] = CapitalP,
        ["ipmitool"] = CapitalP,
        ["redis-cli"] = [new("-a", SecretOptionForm.Either)],
        ["ldapsearch"] = W,
        ["ldapadd"] = W,
        ["ldapmodify"] = W,
        ["ldapdelete"] = W,
        ["ldapwhoami"] = W,
        ["ldappasswd"] = W,
        ["smbclient"] = User,
        ["rpcclient"] = User,
        ["lftp"] = [new("-u", SecretOptionForm.Either, ',')],
        ["plink"] = Putty,
        ["pscp"] = Putty,
        ["psftp"] = Putty,
        ["keytool"] = Keys,
        ["jarsigner"] = Keys,
        ["openssl"] =
        [
            new("-passin", SecretOptionForm.Next), new("-passout", SecretOptionForm.Next), new("-k", SecretOptionForm.Next),
            new("-K", SecretOptionForm.Next),
        ],
        ["curl"] =
        [
            new("-u", SecretOptionForm.Either, ':'), new("-U", SecretOptionForm.Either, ':'), new("--user", SecretOptionForm.Either, ':'),
            new("--proxy-user", SecretOptionForm.Either, ':'),
        ],
        ["http"] = AsUser,
        ["https"] = AsUser,
        ["xh"] = AsUser,
    };

    /// <summary>Programs that start another one, which comes among their arguments.</summary>
    private static readonly HashSet<string> Starters = new(StringComparer.Ordinal)
    {
        "env", "sudo", "doas", "nohup", "time", "nice", "ionice", "timeout", "stdbuf", "setsid", "exec", "command", "xargs", "srun", "mpirun",
        "mpiexec", "ssh", "sshpass", "docker", "podman", "nerdctl", "apptainer", "singularity", "kubectl", "oc", "az", "helm",
    };

    /// <summary>The options of a program; none where it has none.</summary>
    public static IReadOnlyList<SecretOption> Of(string program) => Programs.GetValueOrDefault(program) ?? [];

    public static bool StartsOthers(string program) => Starters.Contains(program);
}

/// <summary>An option whose value is a secret.</summary>
/// <param name="Name">The option.</param>
/// <param name="Form">How the value is written.</param>
/// <param name="Separator">What stands before the secret in the value; <c>'\0'</c> where all of it is one.</param>
internal readonly record struct SecretOption(string Name, SecretOptionForm Form, char Separator = '\0');

/// <summary>How the value of a <see cref="SecretOption"/> is written.</summary>
internal enum SecretOptionForm
{
    /// <summary>In the same word, or as the next.</summary>
    Either,

    /// <summary>In the same word; alone, it asks.</summary>
    Attached,

    /// <summary>As the next word.</summary>
    Next,
}

/// <summary>Follows the words of a command and knows which program they are for, and so what their options mean.</summary>
internal sealed class SecretProgram
{
    private IReadOnlyList<SecretOption> _options = SecretOptions.Any;
    private bool _isToCome = true;
    private bool _isStarted;

    /// <summary>Takes a word; the program is the first that is not an assignment, or another that it starts.</summary>
    public void Take(string word)
    {
        if (!_isToCome || word.StartsWith('-') || word.Contains('=', StringComparison.Ordinal))
        {
            return;
        }

        var name = word[(word.LastIndexOf('/') + 1)..];
        var options = SecretOptions.Of(name);
        var startsOthers = SecretOptions.StartsOthers(name);
        _options = options.Count > 0 || startsOthers ? options : _options;
        // Behind `sudo -u ana` and the like comes a word that is not a program: one that is known is looked for.
        _isToCome = startsOthers || (_isStarted && options.Count == 0);
        _isStarted |= startsOthers;
    }

    /// <summary>The option that a word is or begins with.</summary>
    /// <param name="word">A word.</param>
    /// <param name="valueAt">Where in the word the value begins; 0 where it is the next word.</param>
    public SecretOption? Find(string word, out int valueAt)
    {
        valueAt = 0;
        foreach (var option in _options)
        {
            var isLong = option.Name.StartsWith("--", StringComparison.Ordinal);
            if (word == option.Name || IsGroup(word, option))
            {
                return option.Form == SecretOptionForm.Attached ? null : option;
            }

            if (option.Form != SecretOptionForm.Next && word.StartsWith(option.Name, StringComparison.Ordinal)
                && (!isLong || word[option.Name.Length] == '='))
            {
                valueAt = option.Name.Length + (isLong ? 1 : 0);
                return option;
            }
        }

        return null;
    }

    /// <summary><c>-sSu</c>: switches of one letter, and the option as the last.</summary>
    private static bool IsGroup(string word, SecretOption option)
    {
        if (option is not { Separator: ':', Name.Length: 2 } || word.Length < 3 || word[0] != '-' || word[^1] != option.Name[1])
        {
            return false;
        }

        foreach (var c in word.AsSpan(1))
        {
            if (!char.IsAsciiLetter(c))
            {
                return false;
            }
        }

        return word[1] != option.Name[1];
    }
}
