using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Host;

/// <summary>Takes the variables that change numbers, and none else: a list of names decides, no pattern.</summary>
internal static class CapturedVariables
{
    private const int LongestValue = 64 * 1024;

    /// <summary>The variables on the list that are set, sorted by name.</summary>
    public static ImmutableArray<CapturedVariable> Read(Surroundings surroundings)
    {
        var captured = new List<CapturedVariable>();
        foreach (var (name, value) in surroundings.Variables)
        {
            if (VariableKinds.Of(name) is not null && value.Length <= LongestValue)
            {
                captured.Add(new CapturedVariable(name, WithoutCredentials(value)));
            }
        }

        captured.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return [.. captured];
    }

    /// <summary>Cleans each URL of the value; folders are left alone, where <c>/t/</c> is no token.</summary>
    private static string WithoutCredentials(string value)
    {
        if (!value.Contains("://", StringComparison.Ordinal))
        {
            return value;
        }

        var words = value.Split(' ');
        for (var i = 0; i < words.Length; i++)
        {
            var parts = words[i].Split(',');
            for (var j = 0; j < parts.Length; j++)
            {
                parts[j] = parts[j].Contains("://", StringComparison.Ordinal) ? Credentials.Remove(parts[j]) : parts[j];
            }

            words[i] = string.Join(',', parts);
        }

        return string.Join(' ', words);
    }
}
