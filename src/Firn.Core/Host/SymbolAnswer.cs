namespace Firn.Host;

/// <summary>Whether a library exports a symbol.</summary>
internal enum SymbolAnswer
{
    /// <summary>The file tells no symbols, is damaged, or has another format.</summary>
    Unknown,

    /// <summary>It has a table of symbols, and none of the names is in it.</summary>
    Missing,

    /// <summary>It exports one of the names.</summary>
    Exported,
}
