namespace Firn.Conda;

/// <summary>One row of <c>conda list</c>: a package of conda, or one of pip.</summary>
internal sealed record CondaListingRow(
    string Name, string Version, string Build, CondaPackage? Package, CondaPipPackage? Pip);
