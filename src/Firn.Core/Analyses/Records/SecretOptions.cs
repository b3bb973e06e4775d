namespace Firn.Analyses.Records;

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
