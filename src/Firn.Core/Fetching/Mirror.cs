using System.Collections.Immutable;

namespace Firn.Fetching;

/// <summary>
/// Other places for all that begins with a URL. They are asked in their order, and the place itself only where it is one
/// of them, as pixi's <c>[mirrors]</c> has it.
/// </summary>
/// <param name="Prefix">The beginning of a URL, at a boundary of its path.</param>
/// <param name="Replacements">URLs or local folders that stand in its place.</param>
internal sealed record Mirror(string Prefix, ImmutableArray<string> Replacements);
