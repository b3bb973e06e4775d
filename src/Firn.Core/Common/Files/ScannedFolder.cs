namespace Firn.Common.Files;

/// <summary>A folder of a scanned tree.</summary>
/// <param name="Path">Relative to the root; empty for the root itself.</param>
/// <param name="Content">
/// The digest of the names in it, in the order of the file system, and of what that says of each. Two equal ones mean that
/// nothing there has changed; the same folder may give another one after it was mounted anew.
/// </param>
/// <param name="NewestChange">The latest change of anything in it but folders, in nanoseconds since 1970.</param>
internal sealed record ScannedFolder(string Path, Sha256Digest Content, long NewestChange);
