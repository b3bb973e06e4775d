namespace Firn.Analyses.Observation;

/// <summary>What one Python process told of itself.</summary>
internal sealed class ProcessReport
{
    public required int ProcessId { get; init; }

    /// <summary>Whether it is the copy of a Python process, whose modules it has.</summary>
    public required bool IsFork { get; init; }

    public required string Version { get; init; }

    /// <summary><c>sys.executable</c>; may be empty.</summary>
    public required string Executable { get; init; }

    /// <summary><c>sys.prefix</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary><c>sys.base_prefix</c>.</summary>
    public required string BasePrefix { get; init; }

    /// <summary>The folder of its standard library, with a final slash.</summary>
    public required string StandardLibrary { get; init; }

    /// <summary>The files of modules by their names, those of its own standard library left out.</summary>
    public Dictionary<string, string> Modules { get; } = new(StringComparer.Ordinal);

    /// <summary>The shared objects that it had mapped at its end.</summary>
    public HashSet<string> Libraries { get; } = new(StringComparer.Ordinal);

    /// <summary>The module that it was about to import when its report breaks off; its file is not known.</summary>
    public string? LastImport { get; set; }

    /// <summary>Whether it came to its end: it was not killed.</summary>
    public bool HasEnded { get; set; }
}
