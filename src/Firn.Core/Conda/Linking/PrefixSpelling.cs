namespace Firn.Conda.Linking;

/// <summary>One way in which a file may hold the prefix.</summary>
/// <param name="Installed">The prefix as the file holds it.</param>
/// <param name="Original">The placeholder in the same form.</param>
/// <param name="Width">The bytes of the NUL that ends a string in this encoding.</param>
internal sealed record PrefixSpelling(byte[] Installed, byte[] Original, int Width);
