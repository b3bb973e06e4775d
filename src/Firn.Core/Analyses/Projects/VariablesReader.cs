using System.Collections.Immutable;
using Firn.Common.Yaml;

namespace Firn.Analyses.Projects;

/// <summary>Reads <c>variables</c>: names of variables with their values, null to unset one.</summary>
internal sealed class VariablesReader(FieldReader fields)
{
    /// <summary>The variables on top of those that the project has.</summary>
    public ImmutableSortedDictionary<string, string?> Read(
        YamlNode? node, ImmutableSortedDictionary<string, string?> inherited)
    {
        if (node is null)
        {
            return inherited;
        }

        var variables = inherited.ToBuilder();
        foreach (var (key, value) in fields.Map(node, "variables").Entries)
        {
            Check(key);
            variables[key.Value] = value switch
            {
                YamlText { IsNull: true } => null,
                YamlText { Value.Length: 0 } => string.Empty,
                _ => fields.Text(value, $"the variable {key.Value}"),
            };
        }

        return variables.ToImmutable();
    }

    private void Check(YamlText key)
    {
        if (!IsName(key.Value))
        {
            throw fields.Failure(
                key, $"'{key.Value}' is no name of a variable", "take letters, digits and _, and no digit first");
        }

        if (Owner(key.Value) is { } instead)
        {
            throw fields.Failure(key, $"{key.Value} is set by firn itself", instead);
        }
    }

    /// <summary>What a shell can export (POSIX, 3.231 Name).</summary>
    private static bool IsName(string name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_')
            {
                return false;
            }
        }

        return name.Length > 0 && !char.IsAsciiDigit(name[0]);
    }

    /// <summary>What to write instead of a variable that follows from the environment.</summary>
    private static string? Owner(string name) => name switch
    {
        "PYTHONPATH" => "write the folders below pythonpath",
        "PATH" => "the environment's programs come first in it; name others by their paths in command",
        "VIRTUAL_ENV" or "CONDA_PREFIX" or "CONDA_DEFAULT_ENV" or "PYTHONHOME" =>
            "it follows from environment; leave it out",
        _ => name.StartsWith("FIRN_", StringComparison.Ordinal) ? "names with FIRN_ are firn's; take another one" : null,
    };
}
