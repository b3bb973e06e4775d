using Firn.Python.Environments;

namespace Firn.Creation.Interpreters;

/// <summary>A Python of this machine under which a virtual environment can be made.</summary>
/// <param name="Executable">Its file, absolute, pyenv's shims followed.</param>
/// <param name="Prefix">Its prefix, absolute.</param>
/// <param name="Version">The full version, for example <c>3.11.7</c>.</param>
/// <param name="Tag">Implementation and minor version.</param>
/// <param name="StandardLibrary">The folder of its standard library, absolute.</param>
internal sealed record FoundPython(
    string Executable, string Prefix, string Version, PythonTag Tag, string StandardLibrary);
