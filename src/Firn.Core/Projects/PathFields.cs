using System.Collections.Immutable;
using Firn.Common.Yaml;

namespace Firn.Projects;

/// <summary>Reads the keys that hold paths: <c>pythonpath</c>, <c>inputs</c>, <c>outputs</c>.</summary>
internal sealed class PathFields(FieldReader fields)
{
    /// <summary>The folders of <c>pythonpath</c>, in their order.</summary>
    public ImmutableArray<string> PythonPath(YamlNode node)
    {
        var folders = ImmutableArray.CreateBuilder<string>();
        foreach (var text in fields.Texts(node, "pythonpath"))
        {
            var path = fields.PathText(text, "a folder of pythonpath");
            if (path.Contains(Path.PathSeparator, StringComparison.Ordinal))
            {
                throw fields.Failure(
                    text, $"a folder of pythonpath holds '{Path.PathSeparator}'", "write the folders as a list");
            }

            folders.Add(path);
        }

        return folders.ToImmutable();
    }

    /// <summary>Paths and globs, which may lead anywhere: inputs are only read, and stay where they are.</summary>
    public ImmutableArray<string> Inputs(YamlNode node)
    {
        var inputs = ImmutableArray.CreateBuilder<string>();
        foreach (var text in fields.Texts(node, "inputs"))
        {
            inputs.Add(Plain(fields.PathText(text, "an input")));
        }

        return inputs.ToImmutable();
    }

    /// <summary>Names of files anywhere in the project, and paths and globs below its folder.</summary>
    public ImmutableArray<string> Secrets(YamlNode node)
    {
        var secrets = ImmutableArray.CreateBuilder<string>();
        foreach (var text in fields.Texts(node, "secrets"))
        {
            secrets.Add(Plain(fields.PathText(text, "a secret")));
        }

        return secrets.ToImmutable();
    }

    /// <summary>Paths and globs below the project's folder: they are copied to the store under their names.</summary>
    public ImmutableArray<string> Outputs(YamlNode node)
    {
        var outputs = ImmutableArray.CreateBuilder<string>();
        foreach (var text in fields.Texts(node, "outputs"))
        {
            var path = Plain(fields.PathText(text, "an output"));
            if (Path.IsPathRooted(path) || path.StartsWith('~') || LeadsOutside(path))
            {
                throw fields.Failure(
                    text, $"the output {text.Value} leads out of the project",
                    "write a path relative to the folder of firn.yaml, without ..");
            }

            var first = path.Split('/')[0];
            if (first == Project.StateFolder)
            {
                throw fields.Failure(text, $"the output {text.Value} lies in firn's own folder", "write it elsewhere");
            }

            outputs.Add(path);
        }

        return outputs.ToImmutable();
    }

    /// <summary>Without <c>./</c> in front; a final slash means all that the folder holds.</summary>
    private static string Plain(string path)
    {
        while (path.StartsWith("./", StringComparison.Ordinal) && path.Length > 2)
        {
            path = path[2..];
        }

        return path.EndsWith('/') && path.Length > 1 ? path + "**" : path;
    }

    private static bool LeadsOutside(string path)
    {
        foreach (var part in path.Split('/', '\\'))
        {
            if (part is "..")
            {
                return true;
            }
        }

        return false;
    }
}

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
                key, $"'{key.Value}' is not a name of a variable", "take letters, digits and _, and no digit first");
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
