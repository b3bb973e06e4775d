using System.Text;
using Firn.Common.Files;
using Firn.Python;
using Firn.Python.Versions;

namespace Firn.Runs.Observation;

/// <summary>
/// The distributions whose metadata lie in one folder now, and which of them owns a file there: by RECORD,
/// <c>installed-files.txt</c> or <c>top_level.txt</c>, else by the module's name.
/// </summary>
internal sealed class ModuleOwners
{
    private const int Limit = 64 * 1024 * 1024;

    private readonly List<Entry> _entries = [];

    public ModuleOwners(string folder)
    {
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            var isWheel = entry.Name.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase);
            if (isWheel || entry.Name.EndsWith(".egg-info", StringComparison.OrdinalIgnoreCase))
            {
                _entries.Add(new Entry(Path.Join(folder, entry.Name), entry.Name[..^".dist-info".Length], isWheel));
            }
        }
    }

    /// <summary>The metadata of the distribution that owns a module's file; <see langword="null"/> where none does.</summary>
    /// <param name="relative">The file, relative to the folder, with <c>/</c> between its parts.</param>
    public InstalledName? OwnerOf(string relative)
    {
        var slash = relative.IndexOfAny(['/', '.']);
        var top = slash < 0 ? relative : relative[..slash];
        var canonical = CanonicalName.Of(top);

        // Nearly always the distribution has the module's name: the others' lists are read only where it does not.
        return Owner(relative, top, entry => entry.Name == canonical)
            ?? Owner(relative, top, entry => entry.Name != canonical)
            ?? _entries.Find(entry => entry.Name == canonical && entry.HasNoFiles)?.Installed;
    }

    private InstalledName? Owner(string relative, string top, Predicate<Entry> isMeant) =>
        _entries.Find(entry => isMeant(entry) && entry.Lists(relative, top))?.Installed;

    private sealed class Entry
    {
        private readonly string _path;
        private readonly bool _isWheel;
        private byte[]? _files;
        private byte[]? _top;

        public Entry(string path, string name, bool isWheel)
        {
            (_path, _isWheel) = (path, isWheel);
            var parts = name.Split('-');
            Name = CanonicalName.Of(parts[0]);
            Installed = new InstalledName(path, parts[0], parts.Length > 1 ? Normal(parts[1]) : string.Empty);
        }

        /// <summary>The canonical name.</summary>
        public string Name { get; }

        public InstalledName Installed { get; }

        /// <summary>Whether the metadata tells no files at all.</summary>
        public bool HasNoFiles => Files().Length == 0 && Top().Length == 0;

        public bool Lists(string relative, string top) =>
            Files().Length > 0
                ? HasLine(Files(), _isWheel ? relative + "," : "../" + relative, isWhole: !_isWheel)
                    || (_isWheel && HasLine(Files(), $"\"{relative}\",", isWhole: false))
                : HasLine(Top(), top, isWhole: true);

        private byte[] Files() => _files ??= Read(_isWheel ? "RECORD" : "installed-files.txt");

        private byte[] Top() => _top ??= Read("top_level.txt");

        private byte[] Read(string name) => BoundedFile.Read(Path.Join(_path, name), Limit).Bytes.ToArray();

        private static string Normal(string version) => Pep440Version.Normalize(version) ?? version;

        private static bool HasLine(ReadOnlySpan<byte> text, string line, bool isWhole)
        {
            var wanted = Encoding.UTF8.GetBytes(line).AsSpan();
            var start = 0;
            while (text[start..].IndexOf(wanted) is >= 0 and var found)
            {
                var at = start + found;
                start = at + wanted.Length;
                var startsLine = at == 0 || text[at - 1] == (byte)'\n';
                if (startsLine && (!isWhole || start == text.Length || text[start] is (byte)'\n' or (byte)'\r'))
                {
                    return true;
                }
            }

            return false;
        }
    }
}

/// <summary>A distribution as its metadata's file name tells.</summary>
/// <param name="MetadataPath">The <c>.dist-info</c> or <c>.egg-info</c>.</param>
/// <param name="Name">As it is spelt there.</param>
/// <param name="Version">Empty where it is not told.</param>
internal sealed record InstalledName(string MetadataPath, string Name, string Version);
