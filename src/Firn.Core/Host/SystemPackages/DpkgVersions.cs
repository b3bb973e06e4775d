using System.Text;

namespace Firn.Host.SystemPackages;

/// <summary>Versions and shown names of packages that are known by the names of their lists.</summary>
internal sealed class DpkgVersions
{
    private const string DpkgItself = "dpkg";
    private readonly HashSet<string> _names = new(StringComparer.Ordinal) { DpkgItself };
    private readonly HashSet<string> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _architectures = new(StringComparer.Ordinal);

    public bool IsEmpty => _owners.Count == 0;

    /// <param name="owner">The name of a list: <c>dash</c>, or <c>libc6:amd64</c> for a package of "Multi-Arch: same".</param>
    public void Want(string owner)
    {
        if (_owners.Add(owner))
        {
            _names.Add(Name(owner));
        }
    }

    public void Read(ReadOnlySpan<byte> status) => DpkgStatus.Find(status, _names, Add);

    /// <summary>Reads <c>status.d</c>, where each package has a file of its own.</summary>
    public void ReadDistroless(string folder, ReusableFileReader buffer)
    {
        foreach (var owner in _owners)
        {
            if (!_versions.ContainsKey(owner))
            {
                Read(buffer.Read(Path.Join(folder, owner)));
            }
        }
    }

    /// <summary>
    /// The name as <c>dpkg-query</c> shows it (with the architecture only where it is foreign), and the version.
    /// </summary>
    public (string Name, string Version) Of(string owner)
    {
        var version = _versions.GetValueOrDefault(owner, string.Empty);
        var name = Name(owner);
        // The architecture of the dpkg package is the system's own.
        var isForeign = _architectures.TryGetValue(DpkgItself, out var native)
            && _architectures.TryGetValue(owner, out var own)
            && own != native
            && own != "all";
        return (isForeign ? $"{name}:{_architectures[owner]}" : name, version);
    }

    private void Add(string name, string architecture, string version)
    {
        // A package of several architectures has a stanza for each; its lists carry the architecture then.
        AddOwner(name, architecture, version);
        AddOwner($"{name}:{architecture}", architecture, version);
    }

    private void AddOwner(string owner, string architecture, string version)
    {
        _versions.TryAdd(owner, version);
        _architectures.TryAdd(owner, architecture);
    }

    private static string Name(string owner)
    {
        var colon = owner.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? owner : owner[..colon];
    }
}

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
