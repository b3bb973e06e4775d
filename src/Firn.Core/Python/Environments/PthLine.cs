namespace Firn.Python.Environments;

/// <summary>A line of a <c>.pth</c> file that does something.</summary>
/// <param name="Text">The path, or the statement.</param>
/// <param name="IsStatement">Whether site.py would execute it.</param>
/// <param name="Number">Which line it is, from 1 on.</param>
internal sealed record PthLine(string Text, bool IsStatement, int Number);
