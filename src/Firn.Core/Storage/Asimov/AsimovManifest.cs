using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Storage.Asimov;

/// <summary>
/// asimov's index of a store, <c>.manifest/manifest.yaml</c>: <c>events</c>, <c>EVENT</c>, <c>PRODUCTION</c>,
/// <c>FILE</c>, and there <c>hash</c> and <c>uuid</c> (asimov/storage.py). Members that asimov does not know are kept.
/// </summary>
internal sealed class AsimovManifest
{
    /// <summary>A store of some 500,000 files.</summary>
    private const int LargestManifest = 128 * 1024 * 1024;

    private readonly AsimovMapping _root;

    private AsimovManifest(AsimovMapping root) => _root = root;

    /// <summary>Where the manifest of a store stands.</summary>
    public static string PathIn(string store) => Path.Join(store, ".manifest", "manifest.yaml");

    /// <summary>A manifest without files.</summary>
    public static AsimovManifest Create(string name)
    {
        var root = new AsimovMapping();
        root.Set("name", name);
        root.Set("events", new AsimovMapping());
        return new AsimovManifest(root);
    }

    /// <exception cref="FirnException">There is none, or it is not a manifest.</exception>
    public static AsimovManifest Load(string store) => Parse(LoadBytes(store), PathIn(store));

    /// <summary>The bytes of a store's manifest.</summary>
    /// <exception cref="FirnException">There is none, or it cannot be read.</exception>
    public static byte[] LoadBytes(string store)
    {
        var path = PathIn(store);
        var content = BoundedFile.Read(path, LargestManifest);
        return content.Status switch
        {
            FileReadStatus.Read => content.Bytes.ToArray(),
            FileReadStatus.Missing => throw new FirnException(
                $"{store} is not a store of asimov's: there is no {path}",
                "name the folder that holds .manifest, in a project of asimov's usually results/"),
            _ => throw new FirnException($"cannot read {path}: {content.Reason}", "check its permissions and its size"),
        };
    }

    /// <exception cref="FirnException">The bytes are not a manifest.</exception>
    public static AsimovManifest Parse(ReadOnlySpan<byte> bytes, string path)
    {
        var root = AsimovYamlReader.Read(Encoding.UTF8.GetString(bytes), path);
        return root.Find("events") is null or AsimovMapping or AsimovScalar { IsNull: true }
            ? new AsimovManifest(root)
            : throw new FirnException(
                $"{path} is not a manifest of asimov's: `events` is not a mapping", "restore it from a backup");
    }

    /// <summary>What the store is called; empty where it has no name.</summary>
    public string Name => _root.Text("name") ?? string.Empty;

    /// <summary>All files, ordered by event, production and key; one that is not a mapping has neither hash nor uuid.</summary>
    public IEnumerable<AsimovResource> Resources()
    {
        foreach (var (eventName, productions) in MembersOf(_root.Find("events")))
        {
            foreach (var (production, files) in MembersOf(productions))
            {
                foreach (var (key, file) in MembersOf(files))
                {
                    var record = file as AsimovMapping;
                    yield return new AsimovResource(
                        eventName, production, key, record?.Text("hash"), record?.Text("uuid"));
                }
            }
        }
    }

    /// <summary>The record of a file, with members that asimov does not know; <see langword="null"/> where there is none.</summary>
    public AsimovMapping? Find(string eventName, string production, string key) =>
        ((_root.Find("events") as AsimovMapping)?.Find(eventName) is AsimovMapping productions
            ? productions.Find(production) as AsimovMapping
            : null)?.Find(key) as AsimovMapping;

    /// <summary>Puts a file's record in.</summary>
    public void Set(string eventName, string production, string key, AsimovMapping record) =>
        _root.Enter("events").Enter(eventName).Enter(production).Set(key, record);

    /// <summary>Takes a file's record out, and its production and event where they are empty then.</summary>
    public void Remove(string eventName, string production, string key)
    {
        var events = _root.Enter("events");
        if (events.Find(eventName) is not AsimovMapping productions
            || productions.Find(production) is not AsimovMapping files || !files.Remove(key))
        {
            return;
        }

        if (files.Count == 0)
        {
            productions.Remove(production);
        }

        if (productions.Count == 0)
        {
            events.Remove(eventName);
        }
    }

    /// <summary>The manifest as asimov reads it; <c>events</c> is always a mapping, since asimov fails on a null.</summary>
    public byte[] Write()
    {
        _root.Enter("events");
        if (_root.Find("name") is null)
        {
            _root.Set("name", string.Empty);
        }

        return Encoding.UTF8.GetBytes(AsimovYamlWriter.Write(_root));
    }

    private static IEnumerable<KeyValuePair<string, AsimovNode>> MembersOf(AsimovNode? node) =>
        node is AsimovMapping mapping ? mapping.Members : [];
}

/// <summary>One file of an asimov store, as its manifest has it and nothing checked.</summary>
/// <param name="Event">The event, for Firn a subject.</param>
/// <param name="Production">The production, for Firn the name of the analysis; <c>shared</c> holds files of all.</param>
/// <param name="Key">The file's name; up to asimov 0.3 the path it came from.</param>
/// <param name="Hash">The MD5 of its content, or whatever stands there.</param>
/// <param name="Uuid">32 hexadecimal digits, or whatever stands there.</param>
internal sealed record AsimovResource(string Event, string Production, string Key, string? Hash, string? Uuid);
