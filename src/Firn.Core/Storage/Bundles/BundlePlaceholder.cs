namespace Firn.Storage.Bundles;

/// <summary>The text that stands for the prefix in a file of a conda package, as its paths data declares it.</summary>
/// <param name="IsBinary">Whether the file keeps its length, as conda's <c>file_mode</c> "binary" says.</param>
/// <param name="Text">The placeholder.</param>
internal sealed record BundlePlaceholder(bool IsBinary, string Text);
