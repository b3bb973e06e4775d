using System.Diagnostics.CodeAnalysis;

namespace Firn.Fetching;

/// <summary>What a lock says of a file's bytes.</summary>
/// <param name="Algorithm"><c>sha256</c>, <c>sha384</c>, <c>sha512</c> or <c>md5</c>.</param>
/// <param name="Hex">Lower-case hexadecimal digits.</param>
internal sealed record FileHash(string Algorithm, string Hex)
{
    public const string Md5 = "md5";
    public const string Sha256 = "sha256";
    public const string Sha384 = "sha384";
    public const string Sha512 = "sha512";

    /// <summary>Reads <c>sha256=HEX</c> (a URL's fragment) or <c>sha256:HEX</c> (pip's --hash), in either case.</summary>
    /// <returns>Whether the text is a hash that Firn can check.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out FileHash? hash)
    {
        hash = null;
        var at = text?.AsSpan().IndexOfAny('=', ':') ?? -1;
        if (at < 0)
        {
            return false;
        }

        var algorithm = text![..at].ToLowerInvariant();
        var hex = text.AsSpan(at + 1);
        if (hex.Length == 0 || hex.Length != DigitsOf(algorithm) || Common.Hex.Parse(hex) is null)
        {
            return false;
        }

        hash = new FileHash(algorithm, hex.ToString().ToLowerInvariant());
        return true;
    }

    /// <summary>How much a hash of the algorithm proves; 0 for one that is not known.</summary>
    public static int StrengthOf(string algorithm) => algorithm switch
    {
        Md5 => 1,
        Sha256 => 2,
        Sha384 => 3,
        Sha512 => 4,
        _ => 0,
    };

    /// <summary>As pip's --hash has it.</summary>
    public override string ToString() => $"{Algorithm}:{Hex}";

    private static int DigitsOf(string algorithm) => algorithm switch
    {
        Md5 => 32,
        Sha256 => 64,
        Sha384 => 96,
        Sha512 => 128,
        _ => 0,
    };
}
