namespace Firn.Python.Indexes;

/// <summary>A tag of a page with its attributes, decoded.</summary>
/// <param name="Name"><c>a</c> or <c>base</c>.</param>
/// <param name="Attributes">The attributes by name in lower case; of equal names the last.</param>
internal sealed record HtmlAnchor(string Name, IReadOnlyDictionary<string, string> Attributes)
{
    public string? Attribute(string name) => Attributes.GetValueOrDefault(name);
}
