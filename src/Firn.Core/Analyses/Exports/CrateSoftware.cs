using Firn.Captures;
using Firn.Captures.Exports;
using Firn.Conda;
using Firn.Python.Distributions;

namespace Firn.Analyses.Exports;

/// <summary>The packages that somebody asked for by name: what depends on them only is in the bill of materials.</summary>
internal static class CrateSoftware
{
    /// <summary>The interpreter and the direct packages, each an entity.</summary>
    public static List<CrateEntity> Of(Capture capture)
    {
        var environment = capture.Environment;
        var name = environment.Implementation == "cpython" ? "CPython" : environment.Implementation;
        var software = new List<CrateEntity>();
        if (environment.HasPython)
        {
            software.Add(new CrateEntity("#python", "SoftwareApplication").With("name", name).With("softwareVersion", environment.PythonVersion));
        }

        foreach (var package in capture.Conda?.Packages ?? [])
        {
            if (!package.RequestedSpecs.IsEmpty && package.Name != "python")
            {
                software.Add(Of(package));
            }
        }

        foreach (var distribution in capture.Distributions)
        {
            if (distribution.Requested && distribution.Owner != DistributionOwner.Conda)
            {
                software.Add(Of(distribution));
            }
        }

        return software;
    }

    /// <summary>conda packages have no identifier that all agree on (RO-Crate #483): the package URL stands beside.</summary>
    private static CrateEntity Of(CondaPackage package) =>
        new CrateEntity($"#conda-{CratePath.IdOf(package.Name)}", "SoftwareApplication")
            .With("name", package.Name)
            .With("softwareVersion", package.Version)
            .With("identifier", PackageUrl.Of(package))
            .With("url", package.Url);

    private static CrateEntity Of(Distribution distribution)
    {
        var isOfIndex = distribution is { DirectReference: null, Editable: null, Version.Length: > 0 }
            && !distribution.Version.Contains('+', StringComparison.Ordinal);
        var id = isOfIndex
            ? $"https://pypi.org/project/{distribution.CanonicalName}/{CratePath.IdOf(distribution.Version)}/"
            : $"#package-{CratePath.IdOf(distribution.CanonicalName)}";
        return new CrateEntity(id, "SoftwareApplication")
            .With("name", distribution.Name)
            .With("softwareVersion", distribution.Version)
            .With("identifier", PackageUrl.Of(distribution))
            .With("codeRepository", distribution.Editable?.Repository?.Remote)
            .With("version", distribution.Editable?.Repository?.Commit ?? distribution.DirectReference?.CommitId);
    }
}
