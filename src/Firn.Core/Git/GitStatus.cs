namespace Firn.Git;

/// <summary>What comparing a work tree has found so far.</summary>
internal sealed class GitStatus
{
    private const int MostNames = 1000;
    private readonly List<string> _modified = [];

    /// <summary>Whether there are files that could not be compared.</summary>
    public bool IsIncomplete { get; set; }

    public bool? HasStagedChanges { get; set; }

    public int ModifiedCount { get; private set; }

    /// <summary>The first of them, in the order of the index.</summary>
    public IReadOnlyList<string> Modified => _modified;

    /// <summary>Whether anything differs from the commit; <see langword="null"/> where that is not known.</summary>
    public bool? IsDirty
    {
        get
        {
            if (ModifiedCount > 0 || HasStagedChanges == true)
            {
                return true;
            }

            return IsIncomplete ? null : HasStagedChanges;
        }
    }

    /// <summary>Takes a file; a file in conflict comes several times.</summary>
    public void AddModified(string path)
    {
        if (_modified.Count > 0 && _modified[^1] == path)
        {
            return;
        }

        ModifiedCount++;
        if (_modified.Count < MostNames)
        {
            _modified.Add(path);
        }
    }

    /// <summary>Drops what was found in an index that turned out to mean something else.</summary>
    public void Forget()
    {
        _modified.Clear();
        ModifiedCount = 0;
        HasStagedChanges = null;
        IsIncomplete = true;
    }
}
