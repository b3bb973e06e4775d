namespace Firn.Python.Installation;

/// <summary>How a script names the interpreter that runs it.</summary>
internal enum InterpreterLineForm
{
    /// <summary><c>#!/prefix/bin/python</c>.</summary>
    Plain,

    /// <summary><c>#!/bin/sh</c>, then <c>'''exec' /prefix/bin/python "$0" "$@"</c> and <c>' '''</c> (distlib, pip).</summary>
    ShellUnquoted,

    /// <summary>The same with the interpreter in double quotes (distlib, where the path holds a space).</summary>
    ShellDoubleQuoted,

    /// <summary>The same with the interpreter in single quotes (uv).</summary>
    ShellSingleQuoted,

    /// <summary>One line, <c>'''exec' "/prefix/bin/python" "$0" "$@" #'''</c> (rattler's and pixi's entry points).</summary>
    ShellOneLine,

    /// <summary>
    /// <c>'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python' "$0" "$@"</c>: the interpreter beside the script
    /// (<c>uv venv --relocatable</c>).
    /// </summary>
    Relocatable,
}
