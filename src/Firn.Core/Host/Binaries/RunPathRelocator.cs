using System.Text;

namespace Firn.Host.Binaries;

/// <summary>
/// Rewrites the text of a <c>DT_RPATH</c> or <c>DT_RUNPATH</c>: entries in a moved folder follow it, others stay as they
/// are. Text is bytes, one char each (Latin-1), since a path on Linux is not Unicode.
/// </summary>
internal sealed class RunPathRelocator
{
    private const string Origin = "$ORIGIN";
    private readonly (string Old, string New)[] _moves;
    private readonly string[] _folder;

    /// <param name="moves">Moved folders; where one lies in another, the deeper one counts.</param>
    /// <param name="fileInPrefix">The file's path relative to the new prefix, with <c>/</c>.</param>
    public RunPathRelocator(IReadOnlyList<RunPathMove> moves, string fileInPrefix)
    {
        _moves = new (string, string)[moves.Count];
        for (var i = 0; i < _moves.Length; i++)
        {
            _moves[i] = (AsBytes(moves[i].OldFolder).TrimEnd('/'), AsBytes(moves[i].NewPlace).TrimEnd('/'));
        }

        Array.Sort(_moves, static (a, b) => b.Old.Length - a.Old.Length);
        var names = Segments(AsBytes(fileInPrefix));
        _folder = names.Length == 0 ? names : names[..^1];
    }

    /// <summary>The new text, or <see langword="null"/> where no entry lies in a moved folder.</summary>
    public string? Rewrite(string runPath)
    {
        var entries = runPath.Split(':');
        var isChanged = false;
        for (var i = 0; i < entries.Length; i++)
        {
            if (Moved(entries[i]) is { } entry)
            {
                isChanged |= entry != entries[i];
                entries[i] = entry;
            }
        }

        return isChanged ? string.Join(':', entries) : null;
    }

    /// <summary>The text without entries that an earlier one repeats: the loader would search the same folder again.</summary>
    public static string WithoutRepetition(string runPath)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<string>();
        foreach (var entry in runPath.Split(':'))
        {
            if (seen.Add(entry))
            {
                kept.Add(entry);
            }
        }

        return string.Join(':', kept);
    }

    private string? Moved(string entry)
    {
        foreach (var (old, place) in _moves)
        {
            if (old.Length > 0 && entry.StartsWith(old, StringComparison.Ordinal)
                && (entry.Length == old.Length || entry[old.Length] == '/'))
            {
                return Place(place, Segments(entry[old.Length..]));
            }
        }

        return null;
    }

    /// <summary>The entry for a folder below the place; <see langword="null"/> where it leaves the place again by <c>..</c>.</summary>
    private string? Place(string place, string[] below)
    {
        var depth = 0;
        foreach (var name in below)
        {
            depth += name == ".." ? -1 : 1;
            if (depth < 0)
            {
                return null;
            }
        }

        if (place.StartsWith('/'))
        {
            return below.Length == 0 ? place : $"{place}/{string.Join('/', below)}";
        }

        return FromOrigin([.. Segments(place), .. below]);
    }

    private string FromOrigin(string[] target)
    {
        var shared = 0;
        // A ".." after a link leads elsewhere than in the text: only what stands before it is compared.
        while (shared < target.Length && shared < _folder.Length && target[shared] == _folder[shared]
            && Array.IndexOf(target, "..") < 0)
        {
            shared++;
        }

        var text = new StringBuilder(Origin);
        for (var i = shared; i < _folder.Length; i++)
        {
            text.Append("/..");
        }

        foreach (var name in target.AsSpan(shared))
        {
            text.Append('/').Append(name);
        }

        return text.ToString();
    }

    private static string[] Segments(string path)
    {
        var names = new List<string>();
        foreach (var name in path.Split('/'))
        {
            if (name.Length > 0 && name != ".")
            {
                names.Add(name);
            }
        }

        return [.. names];
    }

    private static string AsBytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}

/// <summary>A folder that files were linked against, and where it is now.</summary>
/// <param name="OldFolder">The absolute path that run paths name, for example the prefix at capture.</param>
/// <param name="NewPlace">
/// The folder now: relative to the new prefix (empty is the prefix itself), then run paths become <c>$ORIGIN/...</c>; or
/// absolute, then they name it.
/// </param>
internal sealed record RunPathMove(string OldFolder, string NewPlace);
