namespace Firn.Common.Tar;

/// <summary>A record of a pax header that the tar format does not define, such as <c>FIRN.prefix=17 240</c>.</summary>
/// <param name="Keyword">ASCII, with a vendor's name before a dot.</param>
/// <param name="Value">Any text without NUL.</param>
internal sealed record PaxRecord(string Keyword, string Value);
