namespace Firn.Conda.Linking;

/// <summary>Whose text an entry point's script has; they differ in their indents.</summary>
internal enum CondaEntryPointStyle
{
    /// <summary>conda (gateways/disk/create.py): four blanks.</summary>
    Conda,

    /// <summary>rattler (install/entry_point.rs) and pixi: a tab.</summary>
    Rattler,
}
