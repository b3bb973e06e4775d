using Firn.Common;

namespace Firn.Fetching;

/// <summary>A small file that was read into memory, for example a page of an index.</summary>
/// <param name="Content">Its bytes, decompressed.</param>
/// <param name="ContentType">The header with its parameters, or empty.</param>
/// <param name="Url">
/// Where it was found at last, the base of its relative links. It has no <c>user:password@</c>; a token in its path is
/// still there, since the links need it: <see cref="Credentials.Remove"/> comes before a message.
/// </param>
internal sealed record FetchedDocument(byte[] Content, string ContentType, string Url)
{
    public override string ToString() => Credentials.Remove(Url);
}
