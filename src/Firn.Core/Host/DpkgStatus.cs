using System.Text;

namespace Firn.Host;

/// <summary>Finds versions in <c>/var/lib/dpkg/status</c> without making an object of each of its packages.</summary>
internal static class DpkgStatus
{
    /// <summary>
    /// Calls <paramref name="found"/> for each wanted package: its name, architecture and version.
    /// </summary>
    public static void Find(ReadOnlySpan<byte> status, HashSet<string> names, Action<string, string, string> found)
    {
        var package = "Package: "u8;
        while (!status.IsEmpty)
        {
            var end = status.IndexOf("\n\n"u8);
            var stanza = end < 0 ? status : status[..end];
            status = end < 0 ? [] : status[(end + 2)..];
            while (!stanza.IsEmpty && stanza[0] == (byte)'\n')
            {
                stanza = stanza[1..];
            }

            if (!stanza.StartsWith(package))
            {
                continue;
            }

            var name = Encoding.UTF8.GetString(FirstLine(stanza[package.Length..]));
            if (names.Contains(name))
            {
                found(
                    name,
                    Field(stanza, "\nArchitecture: "u8),
                    Field(stanza, "\nVersion: "u8));
            }
        }
    }

    private static string Field(ReadOnlySpan<byte> stanza, ReadOnlySpan<byte> name)
    {
        var at = stanza.IndexOf(name);
        return at < 0 ? string.Empty : Encoding.UTF8.GetString(FirstLine(stanza[(at + name.Length)..])).Trim();
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        return end < 0 ? bytes : bytes[..end];
    }
}
