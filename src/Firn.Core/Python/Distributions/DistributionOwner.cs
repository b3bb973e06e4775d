namespace Firn.Python.Distributions;

/// <summary>The tool that a distribution belongs to and that must be used to change it.</summary>
public enum DistributionOwner
{
    /// <summary>No file says who installed it.</summary>
    Unknown,

    /// <summary>pip.</summary>
    Pip,

    /// <summary>uv, also where pixi drives it (<c>uv-pixi</c>).</summary>
    Uv,

    /// <summary>Poetry.</summary>
    Poetry,

    /// <summary>conda, mamba or pixi.</summary>
    Conda,

    /// <summary>The system's package manager: dpkg, rpm or apk.</summary>
    System,

    /// <summary>Another installer, named by <see cref="Distribution.Installer"/>.</summary>
    Other,
}
