namespace Firn.Conda;

/// <summary>The fields of a record that hold a string, in the order of <see cref="CondaRecordFields.Names"/>.</summary>
internal enum CondaTextField
{
    Name,
    Version,
    Build,
    BuildString,
    Channel,
    SimpleChannel,
    Subdir,
    FileName,
    Url,
    Md5,
    Sha256,
    Noarch,
    License,
    RequestedSpec,
    PackageType,
    PythonSitePackagesPath,
}
