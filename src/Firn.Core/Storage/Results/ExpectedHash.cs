using Firn.Common;

namespace Firn.Storage.Results;

/// <summary>A digest that the caller of <c>fetch</c> expects, a SHA-256 or, as asimov has it, an MD5.</summary>
/// <param name="Sha256">The SHA-256, or <see langword="null"/>.</param>
/// <param name="Md5">The MD5 in 32 lower-case digits, or <see langword="null"/>.</param>
internal sealed record ExpectedHash(Sha256Digest? Sha256, string? Md5)
{
    private const string Md5Start = "md5:";
    private const int Md5Digits = 32;

    /// <summary>Reads <c>sha256:HEX</c>, <c>md5:HEX</c>, or the digits alone.</summary>
    /// <exception cref="FirnException">It is neither.</exception>
    public static ExpectedHash Parse(string text)
    {
        if (Sha256Digest.TryParse(text, out var digest))
        {
            return new ExpectedHash(digest, null);
        }

        var digits = text.StartsWith(Md5Start, StringComparison.Ordinal) ? text[Md5Start.Length..] : text;
        return digits.Length == Md5Digits && Hex.Parse(digits) is not null
            ? new ExpectedHash(null, digits.ToLowerInvariant())
            : throw new FirnException(
                $"'{text}' is neither a SHA-256 nor an MD5", "give sha256: and 64 hexadecimal digits, or an MD5's 32", ExitCodes.Usage);
    }

    public override string ToString() => Sha256?.ToString() ?? $"{Md5Start}{Md5}";
}
