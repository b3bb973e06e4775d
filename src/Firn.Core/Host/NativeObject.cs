using System.Collections.Immutable;

namespace Firn.Host;

/// <summary>An extension module or a library that the environment ships.</summary>
/// <param name="Path">Relative to the prefix where it lies there, else absolute.</param>
/// <param name="Owner">The distribution or conda package that lists it.</param>
/// <param name="BuildId">The GNU build id.</param>
/// <param name="Needed">Its <c>DT_NEEDED</c>, in the file's order.</param>
public sealed record NativeObject(string Path, string? Owner, string? BuildId, ImmutableArray<string> Needed);
