namespace Firn.Fuzz;

/// <summary>An input to start from.</summary>
/// <param name="Name">For people.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Protected">How many bytes at the start are not mutated: they say which file of a tree is meant.</param>
internal sealed record FuzzSeed(string Name, byte[] Content, int Protected = 0);
