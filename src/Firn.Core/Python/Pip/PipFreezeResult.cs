using System.Collections.Immutable;

namespace Firn.Python.Pip;

/// <summary>What <c>pip freeze</c> prints.</summary>
/// <param name="Entries">The entries in their order, each of one line or more, without the last line end.</param>
/// <param name="Discovery">The distributions behind them, and those that they hide.</param>
internal sealed record PipFreezeResult(ImmutableArray<string> Entries, DiscoveryResult Discovery)
{
    /// <summary>The bytes on standard output, as text.</summary>
    public string Text
    {
        get
        {
            var buffer = new System.Text.StringBuilder();
            foreach (var entry in Entries)
            {
                buffer.Append(entry).Append('\n');
            }

            return buffer.ToString();
        }
    }
}
