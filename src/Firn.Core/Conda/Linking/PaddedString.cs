namespace Firn.Conda.Linking;

/// <summary>
/// A string in a binary file that ends in NUL and holds the prefix. For each placeholder that a prefix took the place
/// of, the installer wrote as many NULs behind the string as the prefix is shorter, so the NULs that are there say how
/// many there can have been at most.
/// </summary>
/// <param name="Terminator">Where its NULs start.</param>
/// <param name="Shrink">By how many bytes the prefix is shorter than the placeholder; 0 where it is not.</param>
/// <param name="Room">How many placeholders the NULs leave room for.</param>
internal sealed record PaddedString(long Terminator, int Shrink, int Room);
