using System.Text;

namespace Firn.Host;

/// <summary>The names that are looked for, compared where they stand in a file's strings.</summary>
internal sealed class SymbolNames
{
    private readonly ElfWindow _window;
    private readonly byte[][] _names;

    /// <param name="window">A window on the file of its own: the one on the tables must not move for each name.</param>
    /// <param name="names">In C's spelling.</param>
    /// <param name="prefix">What the format puts before each: Mach-O has an underscore.</param>
    public SymbolNames(ElfWindow window, IReadOnlyList<string> names, string prefix)
    {
        _window = window;
        _names = new byte[names.Count][];
        for (var i = 0; i < names.Count; i++)
        {
            _names[i] = Encoding.ASCII.GetBytes($"{prefix}{names[i]}\0");
        }
    }

    /// <summary>Whether one of the names stands at the offset.</summary>
    public bool StandAt(ulong offset)
    {
        foreach (var name in _names)
        {
            if (_window.At(offset, name.Length).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}
