using System.Collections.Immutable;
using Firn.Common.Yaml;

namespace Firn.Analyses.Projects;

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
