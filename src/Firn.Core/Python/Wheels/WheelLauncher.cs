namespace Firn.Python.Wheels;

/// <summary>A script that an installer writes for an entry point, in the parts that an archive keeps.</summary>
/// <param name="Path">Relative to the prefix, for example <c>bin/pip3.11</c>.</param>
/// <param name="Interpreter">Relative to the prefix; <see langword="null"/> where the body is the whole file.</param>
/// <param name="Body">What follows the line or lines that name the interpreter.</param>
internal sealed record WheelLauncher(string Path, string? Interpreter, string Body);
