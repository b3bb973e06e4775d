using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Conda.Prefixes;

/// <summary>
/// The small files of a prefix beside the records: <c>conda-meta/pinned</c>, <c>conda-meta/state</c> with the environment's
/// own variables, and the variables of packages in <c>etc/conda/env_vars.d</c>.
/// </summary>
internal static class CondaStateFiles
{
    private const int Limit = 16 * 1024 * 1024;

    /// <summary>conda marks a variable as taken away by this value (base/constants.py CONDA_ENV_VARS_UNSET_VAR).</summary>
    private const string Unset = "***unset***";

    /// <summary>The specs, one a line; <c>#</c> starts a comment line.</summary>
    public static ImmutableArray<string> ReadPinned(string path)
    {
        var specs = ImmutableArray.CreateBuilder<string>();
        foreach (var line in new TextLines(BoundedFile.ReadText(path, Limit).AsSpan()))
        {
            if (line.Trim() is { Length: > 0 } spec && !spec.StartsWith('#'))
            {
                specs.Add(Credentials.Remove(spec.ToString()));
            }
        }

        return specs.DrainToImmutable();
    }

    /// <summary>Where packages have variables that activation sets, a file each.</summary>
    public const string VariablesFolder = "etc/conda/env_vars.d";

    /// <summary>
    /// The variables that activation sets: those of packages by the names of their files, then those of the environment
    /// (conda activate.py _get_environment_env_vars). A file that cannot be read sets none.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadVariables(string prefix)
    {
        var variables = new List<KeyValuePair<string, string>>();
        var folder = Path.Join(prefix, VariablesFolder);
        foreach (var entry in DirectoryReader.List(folder, out _).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            Add(Path.Join(folder, entry.Name), isState: false);
        }

        Add(StateFile(prefix), isState: true);
        return variables;

        void Add(string path, bool isState)
        {
            // Of what cannot be read a capture says so (conda-state-unreadable), or conda passes over it.
            if (BoundedFile.Read(path, Limit) is { IsComplete: true } content)
            {
                variables.AddRange(Variables(content.Memory, isState) ?? []);
            }
        }
    }

    /// <summary>Writes the environment's own variables, as conda does (core/prefix_data.py set_environment_env_vars).</summary>
    public static void WriteVariables(string prefix, IReadOnlyList<KeyValuePair<string, string>> variables)
    {
        var members = variables.Select(variable => $"{Quoted(variable.Key)}: {Quoted(variable.Value)}");
        var text = $"{{\"version\": 1, \"env_vars\": {{{string.Join(", ", members)}}}}}";
        using var file = AtomicFile.Stage(StateFile(prefix), Encoding.UTF8.GetBytes(text));
        file.Place();

        static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
    }

    private static string StateFile(string prefix) => Path.Join(prefix, "conda-meta", "state");

    /// <summary>The names in <c>env_vars</c> that are set, in the file's order. The values are not kept.</summary>
    public static ImmutableArray<string> ReadVariableNames(string path, List<Problem> problems)
    {
        var content = BoundedFile.Read(path, Limit);
        if (content.Status == FileReadStatus.Missing)
        {
            return [];
        }

        if (content.IsComplete && Variables(content.Memory, isState: true) is { } variables)
        {
            var names = ImmutableArray.CreateBuilder<string>();
            foreach (var (name, _) in variables)
            {
                names.Add(name);
            }

            return names.DrainToImmutable();
        }

        problems.Add(new Problem("conda-state-unreadable", path, "the environment's variables cannot be read"));
        return [];
    }

    private static List<KeyValuePair<string, string>>? Variables(ReadOnlyMemory<byte> json, bool isState) =>
        JsonFields.TryRead(json, root => Variables(root, isState));

    private static List<KeyValuePair<string, string>> Variables(JsonElement variables, bool isState)
    {
        var found = new List<KeyValuePair<string, string>>();
        if (isState && (variables.ValueKind != JsonValueKind.Object || !variables.TryGetProperty("env_vars", out variables)))
        {
            return found;
        }

        foreach (var variable in variables.ValueKind == JsonValueKind.Object ? variables.EnumerateObject() : default)
        {
            // What a YAML file gave as a number stands there as one.
            var value = variable.Value.ValueKind == JsonValueKind.String ? variable.Value.GetString()! : variable.Value.GetRawText();
            if (value != Unset)
            {
                found.Add(new KeyValuePair<string, string>(variable.Name, value));
            }
        }

        return found;
    }
}
