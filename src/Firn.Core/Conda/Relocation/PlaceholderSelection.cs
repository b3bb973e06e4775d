namespace Firn.Conda.Relocation;

/// <summary>
/// Which of the spots that hold the prefix are taken for placeholders: first all, then all that end a path, then all but
/// one, but two and so on. The prefix may have stood in the published file, too: many packages name
/// <c>/opt/conda</c> or <c>/usr/local</c>.
/// </summary>
internal sealed class PlaceholderSelection
{
    private readonly List<PlaceholderSite> _sites;
    private readonly long _length;
    private readonly bool[] _isTaken;

    /// <summary>The string of each spot as an index into <see cref="_strings"/>; -1 in text.</summary>
    private readonly int[] _stringOf;

    private readonly List<NulPaddedString> _strings = [];

    /// <summary>How many spots are taken in each string.</summary>
    private readonly int[] _counts;

    private int[] _left = [];
    private int _step;

    /// <param name="sites">The spots in order.</param>
    /// <param name="length">The length of the file.</param>
    public PlaceholderSelection(List<PlaceholderSite> sites, long length)
    {
        _length = length;
        _sites = sites;
        _isTaken = new bool[sites.Count];
        _stringOf = new int[sites.Count];
        var indices = new Dictionary<NulPaddedString, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < sites.Count; i++)
        {
            _stringOf[i] = sites[i].String is { } text ? IndexOf(text, indices) : -1;
        }

        _counts = new int[_strings.Count];
    }

    /// <summary>Whether the selection is one of the few that fit most files.</summary>
    public bool IsCommon => _step <= 3;

    /// <summary>Steps to the next selection that the file has room for; <see langword="false"/> behind the last one.</summary>
    /// <param name="tries">Is lowered for each selection looked at; at 0 it ends.</param>
    public bool MoveNext(ref int tries)
    {
        while (tries > 0 && Step())
        {
            tries--;
            if (HasRoom())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The edits that bring the placeholder back at the selected spots; <see langword="null"/> where strings of two
    /// encodings reach into each other.
    /// </summary>
    /// <param name="start">An edit of the file's start, in the place of the selected spots there.</param>
    public List<ByteEdit>? Edits(ByteEdit? start)
    {
        var edits = new List<ByteEdit>();
        var from = start is null ? 0 : start.Removed;
        if (start is not null)
        {
            edits.Add(start);
        }

        for (var i = 0; i < _sites.Count; i++)
        {
            var site = _sites[i];
            if (_isTaken[i] && site.Start >= from)
            {
                edits.Add(new ByteEdit(site.Start, site.Length, site.Original));
            }
        }

        for (var i = 0; i < _strings.Count; i++)
        {
            var padding = (long)_strings[i].Shrink * _counts[i];
            if (padding > 0)
            {
                edits.Add(new ByteEdit(_strings[i].Terminator, padding, ReadOnlyMemory<byte>.Empty));
            }
        }

        return InOrder(edits) ? edits : null;
    }

    private int IndexOf(NulPaddedString text, Dictionary<NulPaddedString, int> indices)
    {
        if (!indices.TryGetValue(text, out var index))
        {
            index = _strings.Count;
            indices.Add(text, index);
            _strings.Add(text);
        }

        return index;
    }

    /// <summary>
    /// Sorts the edits. Where NULs of two encodings' strings come together, or a prefix of the other byte order ends in
    /// one, which of the zeros are taken is all the same.
    /// </summary>
    private bool InOrder(List<ByteEdit> edits)
    {
        edits.Sort((left, right) => left.Start.CompareTo(right.Start));
        for (var i = 1; i < edits.Count; i++)
        {
            var end = edits[i - 1].Start + edits[i - 1].Removed;
            if (end > edits[i].Start && edits[i].Added == 0)
            {
                edits[i] = edits[i] with { Start = end };
            }
            else if (end > edits[i].Start)
            {
                return false;
            }
        }

        return edits.Count == 0 || edits[^1].Start + edits[^1].Removed <= _length;
    }

    private bool Step()
    {
        switch (_step++)
        {
            case 0:
                TakeAll();
                return true;
            case 1:
                TakeBounded();
                return true;
            case 2:
                FillRoom();
                return true;
            default:
                return LeaveNext();
        }
    }

    private void TakeAll() => Array.Fill(_isTaken, true);

    private void TakeBounded()
    {
        for (var i = 0; i < _isTaken.Length; i++)
        {
            _isTaken[i] = _sites[i].IsBounded;
        }
    }

    /// <summary>In each string as many as it has room for, those that end a path first.</summary>
    private void FillRoom()
    {
        Array.Clear(_isTaken);
        Array.Clear(_counts);
        foreach (var bounded in (ReadOnlySpan<bool>)[true, false])
        {
            for (var i = 0; i < _isTaken.Length; i++)
            {
                var text = _stringOf[i];
                if (_sites[i].IsBounded == bounded && (text < 0 || _counts[text]++ < _strings[text].Room))
                {
                    _isTaken[i] = true;
                }
            }
        }
    }

    /// <summary>The next set of spots to leave out, the smaller ones first, each in the order of the spots.</summary>
    private bool LeaveNext()
    {
        var count = _sites.Count;
        var at = _left.Length - 1;
        while (at >= 0 && _left[at] == count - _left.Length + at)
        {
            at--;
        }

        if (at < 0)
        {
            if (_left.Length >= count)
            {
                return false;
            }

            _left = new int[_left.Length + 1];
            at = 0;
            _left[0] = -1;
        }

        _left[at]++;
        for (var i = at + 1; i < _left.Length; i++)
        {
            _left[i] = _left[i - 1] + 1;
        }

        TakeAll();
        foreach (var index in _left)
        {
            _isTaken[index] = false;
        }

        return true;
    }

    private bool HasRoom()
    {
        Array.Clear(_counts);
        for (var i = 0; i < _sites.Count; i++)
        {
            if (_isTaken[i] && _stringOf[i] is >= 0 and var text && ++_counts[text] > _strings[text].Room)
            {
                return false;
            }
        }

        return true;
    }
}
