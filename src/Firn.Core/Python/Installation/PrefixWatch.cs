using System.Text;
using Firn.Common;

namespace Firn.Python.Installation;

/// <summary>Notes the small texts that name a prefix, of files that are kept as they are.</summary>
/// <param name="names">What the prefix is called.</param>
internal sealed class PrefixWatch(IEnumerable<string> names) : IContentWatch
{
    private readonly byte[][] _names = [.. names.Where(PrefixToken.IsTelling).Select(Encoding.UTF8.GetBytes)];
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);

    /// <summary>Whether there is anything to look for.</summary>
    public bool IsOn => _names.Length > 0;

    /// <summary>The files, by where they were read.</summary>
    public IReadOnlySet<string> Found => _found;

    public void See(string path, ReadOnlySpan<byte> content)
    {
        foreach (var name in _names)
        {
            if (new PrefixSpots(name).Next(content, 0) >= 0 && content.IndexOf((byte)0) < 0)
            {
                _found.Add(path);
            }
        }
    }
}
