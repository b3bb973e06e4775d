using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;

namespace Firn.Conda;

/// <summary>The small files beside the records: <c>conda-meta/pinned</c> and <c>conda-meta/state</c>.</summary>
internal static class CondaSettingsFiles
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

    /// <summary>The names in <c>env_vars</c> that are set, in the file's order. The values are not kept.</summary>
    public static ImmutableArray<string> ReadVariableNames(string path, List<Problem> problems)
    {
        var content = BoundedFile.Read(path, Limit);
        if (content.Status == FileReadStatus.Missing)
        {
            return [];
        }

        try
        {
            if (content.IsComplete)
            {
                return Names(content.Memory);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Told below, like a file that cannot be read.
        }

        problems.Add(new Problem("conda-state-unreadable", path, "the environment's variables cannot be read"));
        return [];
    }

    private static ImmutableArray<string> Names(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var names = ImmutableArray.CreateBuilder<string>();
        if (document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("env_vars", out var variables)
            && variables.ValueKind == JsonValueKind.Object)
        {
            foreach (var variable in variables.EnumerateObject())
            {
                if (variable.Value.ValueKind != JsonValueKind.String || !variable.Value.ValueEquals(Unset))
                {
                    names.Add(variable.Name);
                }
            }
        }

        return names.DrainToImmutable();
    }
}
