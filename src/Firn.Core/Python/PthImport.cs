namespace Firn.Python;

/// <summary>
/// A line of a <c>.pth</c> file that Python executes at start: what it does to <c>sys.path</c> and to imports cannot
/// be known without running it.
/// </summary>
/// <param name="Path">The <c>.pth</c> file, absolute.</param>
/// <param name="Module">The module that the line imports first, for example <c>__editable___demo_finder</c>.</param>
public sealed record PthImport(string Path, string Module);
