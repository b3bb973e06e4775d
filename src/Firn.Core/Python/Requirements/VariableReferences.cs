using System.Text;
using Firn.Common;

namespace Firn.Python.Requirements;

/// <summary>Variables in requirement files: <c>${NAME}</c> of capitals, digits and <c>_</c> only (pip: req/req_file.py expand_env_variables).</summary>
internal static class VariableReferences
{
    /// <summary>The line with the values of those that are set and not empty; the others stay.</summary>
    public static string Expand(string line, Surroundings surroundings)
    {
        if (!line.Contains("${", StringComparison.Ordinal))
        {
            return line;
        }

        var buffer = new StringBuilder();
        var at = 0;
        while (line.IndexOf("${", at, StringComparison.Ordinal) is >= 0 and var start)
        {
            var end = start + 2;
            while (end < line.Length && (char.IsAsciiLetterUpper(line[end]) || char.IsAsciiDigit(line[end]) || line[end] == '_'))
            {
                end++;
            }

            var value = end > start + 2 && end < line.Length && line[end] == '}' ? surroundings.Variable(line[(start + 2)..end]) : null;
            buffer.Append(line, at, start - at).Append(value ?? line[start..end]);
            at = value is null ? end : end + 1;
        }

        return buffer.Append(line, at, line.Length - at).ToString();
    }
}
