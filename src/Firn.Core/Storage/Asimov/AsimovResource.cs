namespace Firn.Storage.Asimov;

/// <summary>One file of an asimov store, as its manifest has it and nothing checked.</summary>
/// <param name="Event">The event, for Firn a subject.</param>
/// <param name="Production">The production, for Firn the name of the analysis; <c>shared</c> holds files of all.</param>
/// <param name="Key">The file's name; up to asimov 0.3 the path it came from.</param>
/// <param name="Hash">The MD5 of its content, or whatever stands there.</param>
/// <param name="Uuid">32 hexadecimal digits, or whatever stands there.</param>
internal sealed record AsimovResource(string Event, string Production, string Key, string? Hash, string? Uuid);
