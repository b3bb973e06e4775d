namespace Firn.Conda.Linking;

/// <summary>The path that a package's file holds where the prefix belongs (paths.json, CEP 34).</summary>
/// <param name="Text">The path that the package was built at, mostly padded to 255 characters.</param>
/// <param name="IsBinary">Whether strings end in NUL and the file keeps its length; else the file is text.</param>
internal sealed record CondaPlaceholder(string Text, bool IsBinary);
