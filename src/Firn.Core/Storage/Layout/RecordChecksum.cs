using Firn.Common;

namespace Firn.Storage.Layout;

/// <summary>
/// The last member of a record and of <c>firn-store.json</c>, <c>sum</c>: the digest of the document without it. The
/// record behind names a record's bytes, but nothing names the last one: so each vouches for itself too.
/// </summary>
internal static class RecordChecksum
{
    private const int HexLength = 64;

    private static ReadOnlySpan<byte> Start => ",\n  \"sum\": \"sha256:"u8;

    private static ReadOnlySpan<byte> End => "\"\n}\n"u8;

    private static ReadOnlySpan<byte> Close => "\n}\n"u8;

    private static int Length => Start.Length + HexLength + End.Length;

    /// <summary>The document with its sum, in place of one that it has; no object in canonical form stays as it is.</summary>
    public static byte[] Add(byte[] document)
    {
        if (document.Length < Close.Length || !document.AsSpan(document.Length - Close.Length).SequenceEqual(Close))
        {
            return document;
        }

        ReadOnlySpan<byte> body = document.AsSpan(0, document.Length - (IsSealed(document) ? Length : Close.Length));
        var result = new byte[body.Length + Length];
        body.CopyTo(result);
        Start.CopyTo(result.AsSpan(body.Length));
        Digits(body).AsSpan().CopyTo(result.AsSpan(body.Length + Start.Length));
        End.CopyTo(result.AsSpan(result.Length - End.Length));
        return result;
    }

    /// <summary>Whether the document has a sum, and the sum is its own.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> document)
    {
        if (!IsSealed(document))
        {
            return false;
        }

        var body = document[..^Length];
        return document.Slice(body.Length + Start.Length, HexLength).SequenceEqual(Digits(body));
    }

    private static byte[] Digits(ReadOnlySpan<byte> body)
    {
        using var hasher = new Sha256Hasher();
        hasher.Append(body);
        hasher.Append(Close);
        return System.Text.Encoding.ASCII.GetBytes(hasher.Finish().Hex);
    }

    private static bool IsSealed(ReadOnlySpan<byte> document) =>
        document.Length > Length && document[^End.Length..].SequenceEqual(End)
        && document.Slice(document.Length - Length, Start.Length).SequenceEqual(Start);
}
