using System.Collections.Concurrent;
using Firn.Common;

namespace Firn.Benchmarks.Packages;

/// <summary>
/// Debian's packages on the loopback device: what is asked for is fetched once and kept, so that builds of several engines do
/// the same work and none waits for a network.
/// </summary>
/// <param name="folder">Packages are kept here from one benchmark to the next; their lists are fetched anew by each.</param>
internal sealed class DebianMirror(string folder) : IDisposable
{
    private const string Origin = "http://deb.debian.org/debian";

    private readonly HttpClient _client = new();
    private readonly ConcurrentDictionary<string, Lazy<ServedFile?>> _fetched = new(StringComparer.Ordinal);
    private PackageServer? _server;

    /// <summary>What stands after <c>deb</c> in a list of sources.</summary>
    public string Address => (_server ??= new PackageServer([], path => _fetched.GetOrAdd(path, new Lazy<ServedFile?>(() => Fetch(path))).Value)).Address;

    public void Dispose()
    {
        _server?.Dispose();
        _client.Dispose();
    }

    private ServedFile? Fetch(string path)
    {
        // Names of packages hold their versions; a list's name holds none.
        var isPackage = path.StartsWith("/pool/", StringComparison.Ordinal);
        var place = Path.Join(folder, Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(path)).Hex);
        if (!isPackage || !File.Exists(place))
        {
            using var answer = _client.GetAsync(new Uri(Origin + path)).GetAwaiter().GetResult();
            if (!answer.IsSuccessStatusCode)
            {
                return null;
            }

            Directory.CreateDirectory(folder);
            File.WriteAllBytes(place + ".new", answer.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult());
            File.Move(place + ".new", place, overwrite: true);
            File.SetLastWriteTimeUtc(place, (answer.Content.Headers.LastModified ?? DateTimeOffset.UnixEpoch).UtcDateTime);
        }

        return new ServedFile(place, [], "application/octet-stream", $"\"{Path.GetFileName(place)[..32]}\"")
        {
            Modified = File.GetLastWriteTimeUtc(place).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
