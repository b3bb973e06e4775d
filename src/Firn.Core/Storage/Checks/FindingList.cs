namespace Firn.Storage.Checks;

/// <summary>Findings as they come in, from several threads.</summary>
internal sealed class FindingList
{
    private readonly Lock _lock = new();
    private readonly List<Finding> _findings = [];

    public void Add(Finding finding)
    {
        lock (_lock)
        {
            _findings.Add(finding);
        }
    }

    /// <summary>All of them, damage first, then by path; the same in every run.</summary>
    public List<Finding> Sorted()
    {
        lock (_lock)
        {
            var sorted = new List<Finding>(_findings);
            sorted.Sort(static (left, right) =>
            {
                var order = right.Kind.Level.CompareTo(left.Kind.Level);
                order = order != 0 ? order : string.CompareOrdinal(left.Path, right.Path);
                order = order != 0 ? order : string.CompareOrdinal(left.Kind.Code, right.Kind.Code);
                return order != 0 ? order : string.CompareOrdinal(left.Message, right.Message);
            });
            return sorted;
        }
    }
}
