namespace Firn.Conda;

/// <summary>A Python package in a conda environment that conda did not install, as conda itself lists it.</summary>
/// <param name="Name">The name in conda's form: lower case, <c>.</c> and <c>_</c> as <c>-</c>.</param>
/// <param name="Version">The version of its metadata, verbatim.</param>
/// <param name="Anchor">The file by which conda found it, relative to the prefix.</param>
/// <param name="IsDevelopment">Whether an <c>.egg-link</c> put it in (<c>dev_0</c>), else it counts as <c>pypi_0</c>.</param>
public sealed record CondaPipPackage(string Name, string Version, string Anchor, bool IsDevelopment)
{
    /// <summary>The build that conda gives it.</summary>
    public string Build => IsDevelopment ? "dev_0" : "pypi_0";
}
