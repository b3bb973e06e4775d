using System.Text;

namespace Firn.Python.Distributions;

/// <summary>The files in <c>.dist-info</c> that an installer writes; everything else there comes from the wheel.</summary>
internal static class InstallerFileNames
{
    private static readonly string[] All =
    [
        "RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json", "provenance_url.json",
        "uv_cache.json", "uv_build.json",
    ];

    public static bool Contains(ReadOnlySpan<byte> name)
    {
        foreach (var file in All)
        {
            if (Ascii.Equals(name, file))
            {
                return true;
            }
        }

        return false;
    }

    public static bool Contains(ReadOnlySpan<char> name)
    {
        foreach (var file in All)
        {
            if (name.SequenceEqual(file))
            {
                return true;
            }
        }

        return false;
    }
}
