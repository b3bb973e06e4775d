namespace Firn.Host;

/// <summary>A <c>DT_NEEDED</c> entry and where it leads.</summary>
/// <param name="From">The file that needs it.</param>
/// <param name="Name">The name as it stands there.</param>
/// <param name="To">The file that the loader takes, or <see langword="null"/> where it finds none.</param>
/// <param name="Preloaded">
/// No search leads to it, but the environment ships it: its package must load it first, as torch does with nvidia's.
/// </param>
internal sealed record LibraryLink(SharedObject From, string Name, SharedObject? To, bool Preloaded);
