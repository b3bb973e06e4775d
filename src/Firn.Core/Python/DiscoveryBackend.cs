namespace Firn.Python;

/// <summary>Whose idea of an installed distribution is followed.</summary>
internal enum DiscoveryBackend
{
    /// <summary>Python's importlib.metadata, as pip uses it on Python 3.11 and later.</summary>
    Importlib,

    /// <summary>setuptools' pkg_resources, as pip uses it on older Pythons.</summary>
    PackageResources,
}
