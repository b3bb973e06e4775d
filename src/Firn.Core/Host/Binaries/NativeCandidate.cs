namespace Firn.Host.Binaries;

/// <summary>A file of the environment that may be an ELF file.</summary>
/// <param name="Path">Absolute and clean.</param>
/// <param name="Owner">The distribution or conda package that lists it, or <see langword="null"/>.</param>
internal sealed record NativeCandidate(string Path, string? Owner)
{
    /// <summary>Whether a name is that of an extension module or a shared library: <c>*.so</c> or <c>*.so.1.2</c>.</summary>
    public static bool IsNamed(ReadOnlySpan<char> path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        while (true)
        {
            if (name.EndsWith(".so", StringComparison.Ordinal))
            {
                return name.Length > 3;
            }

            var dot = name.LastIndexOf('.');
            if (dot <= 0 || dot == name.Length - 1 || name[(dot + 1)..].ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            name = name[..dot];
        }
    }
}
