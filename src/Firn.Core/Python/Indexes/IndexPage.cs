namespace Firn.Python.Indexes;

/// <summary>What an index answered.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="ContentType">The header, for example <c>text/html; charset=utf-8</c>.</param>
/// <param name="Url">Where the answer came from in the end, which relative links start from.</param>
internal sealed record IndexPage(byte[] Content, string ContentType, string Url);
