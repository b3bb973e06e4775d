using Firn.Storage;

namespace Firn.Captures.Archives.Locating;

/// <summary>A capture that the user named, and its archive where a store has one.</summary>
/// <param name="Capture">The capture.</param>
/// <param name="Archive">The archive; <see langword="null"/> where none was found.</param>
/// <param name="Store">The store that it is in.</param>
internal sealed record LocatedCapture(Capture Capture, LocatedArchive? Archive, Store? Store);
