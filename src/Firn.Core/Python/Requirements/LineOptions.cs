using System.Collections.Immutable;

namespace Firn.Python.Requirements;

/// <summary>The options of a line of a requirement file, in order, and what is wrong with them.</summary>
internal sealed record LineOptions
{
    /// <summary>The options: long names without dashes, and values; empty for switches.</summary>
    public ImmutableArray<(string Name, string Value)> Options { get; init; } = [];

    /// <summary>Why they cannot be read; nothing of the line counts then.</summary>
    public string? Reason { get; init; }

    /// <summary>The first value of an option; <see langword="null"/> where it is not given.</summary>
    public string? First(string name)
    {
        foreach (var option in Options)
        {
            if (option.Name == name)
            {
                return option.Value;
            }
        }

        return null;
    }

    /// <summary>The last value of an option; <see langword="null"/> where it is not given.</summary>
    public string? Last(string name)
    {
        string? value = null;
        foreach (var option in Options)
        {
            value = option.Name == name ? option.Value : value;
        }

        return value;
    }

    /// <summary>All values of an option.</summary>
    public IEnumerable<string> All(string name) => Options.Where(option => option.Name == name).Select(option => option.Value);
}
