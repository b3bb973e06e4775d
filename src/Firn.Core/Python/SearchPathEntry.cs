namespace Firn.Python;

/// <summary>One entry of <c>sys.path</c>.</summary>
/// <param name="Path">Absolute, as Python would have it in <c>sys.path</c>: links are not followed.</param>
/// <param name="Kind">Why it is there.</param>
/// <param name="AddedBy">The <c>.pth</c> file that added it, where the kind is PthFile.</param>
public sealed record SearchPathEntry(string Path, SearchPathKind Kind, string? AddedBy = null);
