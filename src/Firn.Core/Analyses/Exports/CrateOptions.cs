namespace Firn.Analyses.Exports;

/// <summary>What a crate says that no run knows.</summary>
/// <param name="License">An SPDX id or a URL.</param>
/// <param name="Author">Who ran it.</param>
internal sealed record CrateOptions(string? License, string? Author);
