using Firn.Common;
using Firn.Python.Wheels.Zip;

namespace Firn.Python.Wheels;

/// <summary>Gathers what is doubtful in the same way about many files into one problem for each kind.</summary>
/// <param name="wheel">The wheel's file name.</param>
internal sealed class WheelTally(string wheel)
{
    private readonly SortedDictionary<string, (string Message, string First, int Count)> _found = new(StringComparer.Ordinal);

    /// <param name="code">The problem's code.</param>
    /// <param name="message">What is so, for example "RECORD has no hash for a file".</param>
    /// <param name="path">The file.</param>
    public void Add(string code, string message, string path) =>
        _found[code] = _found.TryGetValue(code, out var known)
            ? known with { Count = known.Count + 1 }
            : (message, ZipEntryName.Show(path), 1);

    public void WriteTo(List<Problem> problems)
    {
        foreach (var (code, (message, first, count)) in _found)
        {
            problems.Add(new Problem(
                code, wheel, count == 1 ? $"{message}, {first}" : $"{message}, {first} and {count - 1} more"));
        }
    }
}
