namespace Firn.Python;

/// <summary>Where a distribution came from: a local folder.</summary>
/// <param name="Editable">Whether it was installed with <c>-e</c>.</param>
internal sealed record DirectUrlDirectory(bool Editable);
