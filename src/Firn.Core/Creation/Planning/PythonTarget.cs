using Firn.Creation.Interpreters;
using Firn.Python.Environments;

namespace Firn.Creation.Planning;

/// <summary>The Python that packages are installed for.</summary>
/// <param name="Version">The full version, as far as it is known: <c>3.11.7</c>.</param>
/// <param name="Tag">What the name of its folder says.</param>
/// <param name="SitePackages">Relative to the prefix: <c>lib/python3.11/site-packages</c>.</param>
/// <param name="Base">The Python of this machine under a virtual environment; <see langword="null"/> where conda brings one.</param>
internal sealed record PythonTarget(string Version, PythonTag Tag, string SitePackages, FoundPython? Base)
{
    /// <summary>The name of its folder below <c>lib</c>: <c>python3.11</c>.</summary>
    public string Folder => Tag.FolderName;
}
