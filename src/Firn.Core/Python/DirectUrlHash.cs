namespace Firn.Python;

/// <summary>The digest of the archive that a distribution was installed from.</summary>
/// <param name="Algorithm">For example <c>sha256</c>.</param>
/// <param name="Value">The digest in hexadecimal, as recorded.</param>
internal sealed record DirectUrlHash(string Algorithm, string Value);
