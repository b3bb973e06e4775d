namespace Firn.Python.Environments;

/// <summary>A line of a <c>.pth</c> file that does something.</summary>
/// <param name="Text">The path, or the statement.</param>
/// <param name="IsStatement">Whether site.py would execute it.</param>
internal readonly record struct PthLine(string Text, bool IsStatement);
