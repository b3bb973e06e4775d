namespace Firn.Python.Indexes;

/// <summary>Whether wheels and source archives may be taken (pip: models/format_control.py).</summary>
internal sealed class FormatControl
{
    private const string All = ":all:";
    private const string None = ":none:";

    private readonly HashSet<string> _noBinary = new(StringComparer.Ordinal);
    private readonly HashSet<string> _onlyBinary = new(StringComparer.Ordinal);

    /// <summary>What holds after the options, one after the other.</summary>
    public FormatControl(IEnumerable<FormatChange> changes)
    {
        foreach (var change in changes)
        {
            Apply(change.Value, change.IsNoBinary ? _noBinary : _onlyBinary, change.IsNoBinary ? _onlyBinary : _noBinary);
        }
    }

    /// <summary>Whether the project's wheels may be taken.</summary>
    public bool AllowsWheels(string canonicalName) =>
        _onlyBinary.Contains(canonicalName)
        || (!_noBinary.Contains(canonicalName) && (_onlyBinary.Contains(All) || !_noBinary.Contains(All)));

    /// <summary>Whether the project's source archives may be taken.</summary>
    public bool AllowsSources(string canonicalName) =>
        !_onlyBinary.Contains(canonicalName) && (_noBinary.Contains(canonicalName) || !_onlyBinary.Contains(All));

    private static void Apply(string value, HashSet<string> target, HashSet<string> other)
    {
        var names = value.Split(',', StringSplitOptions.TrimEntries);
        var start = Array.LastIndexOf(names, All) + 1;
        if (start > 0)
        {
            other.Clear();
            target.Clear();
            target.Add(All);
            // :all: covers the names behind it, unless :none: takes it back.
            if (Array.IndexOf(names, None, start) < 0)
            {
                return;
            }
        }

        foreach (var name in names.AsSpan(start))
        {
            if (name == None)
            {
                target.Clear();
            }
            else if (name.Length > 0)
            {
                other.Remove(CanonicalName.Of(name));
                target.Add(CanonicalName.Of(name));
            }
        }
    }
}
