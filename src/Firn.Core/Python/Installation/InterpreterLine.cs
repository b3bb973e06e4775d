namespace Firn.Python.Installation;

/// <summary>The line or lines at the start of a script that an installer wrote for one interpreter.</summary>
/// <param name="Form">How they name it.</param>
/// <param name="Interpreter">Its file name, for example <c>python3.11</c>; it lies in the installation's own folder.</param>
/// <param name="Arguments">What follows it, with the blank before it; nearly always empty.</param>
/// <param name="BodyStart">The offset in the script of the first byte behind these lines.</param>
internal sealed record InterpreterLine(InterpreterLineForm Form, string Interpreter, string Arguments, int BodyStart);
