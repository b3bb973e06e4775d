namespace Firn.Host.SystemPackages;

/// <summary>
/// Guesses which Debian package ships a library, so that most owners are found in a few lists instead of thousands.
/// A guess costs one failed <c>open</c> when it is wrong; it never decides anything.
/// </summary>
internal static class DebianPackageNames
{
    private const int StemLength = 5;

    /// <summary>Names to try for a library's file name, most likely first (Debian Policy 8.1).</summary>
    public static List<string> Guess(string fileName)
    {
        var guesses = new List<string>(4);
        var (name, version) = Split(fileName);
        if (Exception(name, version) is { } exception)
        {
            guesses.Add(exception);
            guesses.Add(exception + "t64");
            return guesses;
        }

        var package = name.ToLowerInvariant().Replace('_', '-');
        // The soname is the first number, or for a few all of them: libbz2.so.1.0, libpython3.11.so.1.0.
        var dot = version.IndexOf('.', StringComparison.Ordinal);
        var major = dot < 0 ? version : version[..dot];
        var joint = package.Length > 0 && char.IsAsciiDigit(package[^1]) && major.Length > 0 ? "-" : string.Empty;
        guesses.Add(package + joint + major);
        guesses.Add(package + joint + major + "t64");
        guesses.Add(package);
        if (package.StartsWith("lib", StringComparison.Ordinal))
        {
            guesses.Add(package[3..]);
        }

        if (version.Length == 0 && package.LastIndexOf('-') is var dash and > 0)
        {
            guesses.Add(package.Remove(dash, 1));
        }

        if (dot >= 0)
        {
            var second = version.IndexOf('.', dot + 1);
            guesses.Add(package + joint + (second < 0 ? version : version[..second]));
        }

        return guesses;
    }

    /// <summary>The start that a package's name probably has in common with the library's: <c>libbr</c> of <c>libbrotlidec.so.1</c>.</summary>
    public static string Stem(string fileName)
    {
        var (name, _) = Split(fileName);
        return name[..Math.Min(StemLength, name.Length)].ToLowerInvariant().Replace('_', '-');
    }

    /// <summary>Whether the package's name starts with one of the stems.</summary>
    public static bool HasStem(string package, HashSet<string> stems) =>
        package.Length >= StemLength && stems.Contains(package[..StemLength]);

    private static (string Name, string Version) Split(string fileName)
    {
        var at = fileName.IndexOf(".so", StringComparison.Ordinal);
        if (at < 0)
        {
            return (fileName, string.Empty);
        }

        var name = fileName[..at];
        var version = fileName[(at + 3)..].TrimStart('.');
        // glib-style names carry the version before the suffix: libdb-5.3.so, libopcodes-2.40-system.so.
        return (name, version);
    }

    private static string? Exception(string name, string version) => name switch
    {
        "libc" or "libm" or "libmvec" or "libpthread" or "libdl" or "librt" or "libutil" or "libresolv"
            or "libanl" or "ld-linux-x86-64" or "ld-linux-aarch64" or "ld-linux" or "ld-linux-armhf" or "ld64" => "libc6",
        "libnsl" when version == "1" => "libc6",
        "libz" => "zlib1g",
        "libglib-2.0" or "libgio-2.0" or "libgobject-2.0" or "libgmodule-2.0" or "libgthread-2.0" => "libglib2.0-0",
        "libbrotlicommon" or "libbrotlidec" or "libbrotlienc" => "libbrotli1",
        "libpanelw" or "libmenuw" or "libformw" => "libncursesw" + version[..Math.Min(1, version.Length)],
        "libopenblas" or "libopenblasp-r0" => "libopenblas0-pthread",
        "libssl" or "libcrypto" when version.StartsWith('3') => "libssl3",
        "libssl" or "libcrypto" when version.StartsWith("1.1", StringComparison.Ordinal) => "libssl1.1",
        "libgssapi_krb5" => "libgssapi-krb5-2",
        _ => null,
    };
}
