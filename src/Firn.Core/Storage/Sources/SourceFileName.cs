namespace Firn.Storage.Sources;

/// <summary>The names of source documents: <c>sources/sha256/ab/HEX.json</c>, or <c>HEX.VARIANT.json</c>.</summary>
internal static class SourceFileName
{
    private const string Extension = ".json";
    private const int HexLength = 64;

    /// <summary>The path of a document, relative to the store.</summary>
    public static string PathOf(string hex, string variant) =>
        $"{StoreLayout.Sources}/sha256/{hex[..2]}/{hex}{(variant.Length == 0 ? string.Empty : "." + variant)}{Extension}";

    /// <summary>Whether a file's name in the folder of a start of digests is a document's.</summary>
    public static bool IsValid(string folder, string name)
    {
        if (name.Length < HexLength + Extension.Length || !name.EndsWith(Extension, StringComparison.Ordinal)
            || !name.StartsWith(folder, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var digit in name.AsSpan(0, HexLength))
        {
            if (!char.IsAsciiHexDigitLower(digit))
            {
                return false;
            }
        }

        var variant = name.AsSpan(HexLength, name.Length - HexLength - Extension.Length);
        return variant.IsEmpty || (variant[0] == '.' && IsVariant(variant[1..]));
    }

    /// <summary>The paths of all documents, relative to the store.</summary>
    public static IEnumerable<string> List(string store)
    {
        var root = $"{StoreLayout.Sources}/sha256";
        foreach (var folder in StoreTree.List(store, Path.Join(store, root), out _))
        {
            foreach (var file in StoreTree.List(store, Path.Join(store, root, folder.Name), out _))
            {
                if (IsValid(folder.Name, file.Name))
                {
                    yield return $"{root}/{folder.Name}/{file.Name}";
                }
            }
        }
    }

    private static bool IsVariant(ReadOnlySpan<char> variant)
    {
        foreach (var character in variant)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return variant.Length is > 0 and <= 64;
    }
}
