namespace Firn.Storage.Asimov;

/// <summary>A scalar of a manifest.</summary>
/// <param name="text">Its text, escapes resolved.</param>
/// <param name="isPlain">Whether it stood without quotes, so that YAML may read a number or a date in it.</param>
internal sealed class AsimovScalar(string text, bool isPlain = false) : AsimovNode
{
    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;

    /// <summary>Whether YAML reads it as null: <c>events:</c> of an empty store that a person wrote.</summary>
    public bool IsNull => IsPlain && Text is ("" or "~" or "null" or "Null" or "NULL");
}
