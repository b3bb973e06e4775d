using Firn.Common;

namespace Firn.Storage;

/// <summary>Environment ids as texts: <c>firn1:sha256:</c> and 64 lower-case hexadecimal digits.</summary>
internal static class EnvironmentIdText
{
    public const string Start = "firn1:sha256:";

    /// <summary>The digits, which name the environment's folder.</summary>
    /// <exception cref="FirnException">It is no environment id.</exception>
    public static string Hex(string environmentId) => IsValid(environmentId)
        ? environmentId[Start.Length..]
        : throw new FirnException(
            $"'{environmentId}' is no environment id", $"an environment id is {Start} and 64 digits, as in environment.json");

    public static bool IsValid(string? text) =>
        text is not null
        && text.StartsWith(Start, StringComparison.Ordinal)
        && Sha256Digest.TryParse(text[Start.Length..], out var digest)
        && text.EndsWith(digest.Hex, StringComparison.Ordinal);
}
