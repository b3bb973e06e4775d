namespace Firn.Tests.Fetching;

/// <summary>What a client asked for.</summary>
/// <param name="Target">The path and query, as they were sent.</param>
/// <param name="Headers">By name; names have no case.</param>
internal sealed record LoopbackRequest(string Target, IReadOnlyDictionary<string, string> Headers)
{
    public string Method { get; init; } = "GET";

    public byte[] Body { get; init; } = [];

    /// <summary>The path without its query, percent-decoded.</summary>
    public string Path => Uri.UnescapeDataString(Target.Split('?')[0]);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
