namespace Firn.Captures.Archives;

/// <summary>A script that an installer wrote for an entry point.</summary>
/// <param name="Path">Relative to the prefix, for example <c>bin/pip3.11</c>.</param>
/// <param name="Interpreter">
/// The interpreter that it names, relative to the prefix, for example <c>bin/python3.11</c>; <see langword="null"/> where
/// the form is not known and <paramref name="Body"/> is the whole file.
/// </param>
/// <param name="Body">What follows the line or lines that name the interpreter.</param>
internal sealed record ArchivedLauncher(string Path, string? Interpreter, string Body);
