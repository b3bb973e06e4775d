namespace Firn.Storage.Contents;

/// <summary>Who needs an object.</summary>
/// <param name="NeededBy">The first that names it, for example <c>GW150914/Prod0@3 (posterior.h5)</c>.</param>
/// <param name="Size">How long it must be, where that is recorded.</param>
internal sealed record Reference(string NeededBy, long? Size);
