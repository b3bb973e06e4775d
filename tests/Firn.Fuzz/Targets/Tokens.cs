using System.Collections.Immutable;
using System.Text;

namespace Firn.Fuzz.Targets;

/// <summary>The words of the formats.</summary>
internal static class Tokens
{
    public static ImmutableArray<byte[]> Metadata { get; } = Of(
        "Name: ", "Version: ", "Metadata-Version: 2.1\n", "Requires-Dist: ", "\n ", "\n\t", "\r\n", "\n\n", ": ", "From x\n",
        "Summary:", "License-File: ", "        |");

    public static ImmutableArray<byte[]> Record { get; } = Of(
        "\"", "\"\"", ",", "\r\n", ",,\n", "../../../bin/x", "sha256=", "/etc/passwd", ".dist-info/RECORD", ".pyc", "\"a\nb\",,",
        "C:/x", "\\..\\", "./", "include/site/python3.11/x/", ".so", ".libs/", "-script.py", "99999999999999999999");

    public static ImmutableArray<byte[]> Json { get; } = Of(
        "{", "}", "[", "]", ":", ",", "null", "true", "false", "\"\"", "\\u0000", "\\ud800", "\"\\", "1e999", "-", "/*", "//",
        "\"a\":", "{\"a\":{}}", "\uFEFF", "\"\\ud83d\\ude00\"");

    public static ImmutableArray<byte[]> DirectUrl { get; } = Json.AddRange(Of(
        "\"url\"", "\"vcs_info\"", "\"archive_info\"", "\"dir_info\"", "\"hashes\"", "\"hash\": \"sha256=", "\"editable\"", "\"subdirectory\"",
        "file://", "https://u:p@h/"));

    public static ImmutableArray<byte[]> Versions { get; } = Of(
        "!", "+", ".", "-", "_", "rc", "a", "b", "post", "dev", "alpha", "preview", "c", "r", "rev", "v", "*", "00", ".*", "==", ">=", "<=",
        "~=", "!=", "|", ",", "(", ")", "[", "]", "::", "=", " ");

    public static ImmutableArray<byte[]> Settings { get; } = Of(
        "home = ", "include-system-site-packages = ", "version_info = ", "=", "\n", "import ", "import site", "#", "envs_dirs:", "- ", "[", "]",
        "'", "\"", "/", "..", "C:\\", "~", "$HOME", "${X}", "%(x)s", ":", "[freeze]", "find-links", "@ROOT@", "/tmp", "*", "***unset***");

    public static ImmutableArray<byte[]> CondaRecord { get; } = Json.AddRange(Of(
        "\"name\"", "\"version\"", "\"build\"", "\"depends\"", "\"paths_data\"", "\"paths\"", "\"_path\"", "\"sha256\"", "\"path_type\"", "\"softlink\"",
        "\"files\"", "\"url\"", "\"channel\"", "\"noarch\": true", "\"timestamp\"", "\"size\"", "lib/python3.11/site-packages/", "\"pyc_file\"",
        "https://u:p@conda.anaconda.org/t/tk-1/x/linux-64/", "python >=3.11,<3.12.0a0", "menuinst", "\"python_site_packages_path\""));

    public static ImmutableArray<byte[]> CondaText { get; } = Of(
        "# update specs: ", "# remove specs: ", "==> ", "# cmd: ", "# conda version: ", "['", "']", "::", "[version=", "+conda-forge/", "neutered",
        "channels:", "envs_dirs:", "- ");

    public static ImmutableArray<byte[]> Elf { get; } =
    [
        [0x7F, (byte)'E', (byte)'L', (byte)'F'], [2, 1, 1], [1, 2, 1], [.. "GLIBC_2.34\0"u8], [.. "GNU\0"u8], [.. "$ORIGIN/../lib\0"u8],
        [.. "${LIB}"u8], [.. "libc.so.6\0"u8], [1, 0, 0, 0], [4, 0, 0, 0], [3, 0, 0, 0, 0x14, 0, 0, 0], [0xFE, 0xFF, 0xFF, 0x6F], [.. "glibc-ld.so.cache1.1"u8],
    ];

    public static ImmutableArray<byte[]> Debian { get; } = Of(
        "Package: ", "\nVersion: ", "\nArchitecture: ", "\n\n", "/usr/lib/", "libmelt.so.1\n", "P:", "V:", "F:", "R:", ":\n", ":amd64", "\n:\n", "0000");

    public static ImmutableArray<byte[]> System { get; } = Of(
        "0::/", "cgroup2", " - cgroup ", "/..", "max", "model name\t: ", "flags\t\t: avx2", "ID=", "\"", "'", ": ", "cpu,memory", "-", ",", "Kernel Module ");

    public static ImmutableArray<byte[]> Git { get; } = Of(
        "ref: ", "refs/heads/main", "gitdir: ", "[include]\n\tpath = ", "[includeIf \"gitdir:**/\"]\n", "[core]\n", "worktree = ", "[remote \"", "\"]", "\\\n",
        "\\\"", ";", "[attr]", "[a-", "]", "**/", "text", "-text", "DIRC", "link\0\0\0\0", "tree ", "commit ", "# pack-refs", "^", "\0", "objectformat = sha256",
        "@ROOT@", "../");

    public static ImmutableArray<byte[]> Requirements { get; } = Of(
        "-e ", "--editable=", "#egg=", "&subdirectory=", "; ", " @ ", "==", "[x]", ".whl", "-r ", "--hash=", " # ", "git+https://", "file:///", "\\\n");

    private static ImmutableArray<byte[]> Of(params ReadOnlySpan<string> words)
    {
        var tokens = ImmutableArray.CreateBuilder<byte[]>(words.Length);
        foreach (var word in words)
        {
            tokens.Add(Encoding.UTF8.GetBytes(word));
        }

        return tokens.MoveToImmutable();
    }
}
