using Firn.Common;
using Firn.Common.Files;
using Firn.Fetching;
using Firn.Python.Environments;
using Firn.Python.Indexes;

namespace Firn.Creation.Packages;

/// <summary>
/// The pip that a Python carries for its virtual environments: the wheels in <c>ensurepip/_bundled</c>, or where a
/// distributor keeps them. <c>python -m venv</c> installs the same.
/// </summary>
internal static class SeedWheel
{
    /// <summary>What asks for these wheels, where a file would be named.</summary>
    public const string Origin = "ensurepip";

    private static readonly string[] DistributorFolders = ["/usr/share/python-wheels"];

    /// <summary>The wheels; empty where the Python has none.</summary>
    public static IReadOnlyList<PlannedWheel> Of(InstalledPython python, SystemContext systemContext)
    {
        // CPython 3.12 installs pip alone (gh-95299).
        string[] names = python.Tag.IsAtLeast(3, 12) ? ["pip"] : ["pip", "setuptools"];
        var found = new List<PlannedWheel>();
        foreach (var name in names)
        {
            if (Find(python, name, systemContext) is { } wheel)
            {
                found.Add(wheel);
            }
        }

        return found;
    }

    private static PlannedWheel? Find(InstalledPython python, string name, SystemContext systemContext)
    {
        var folders = DistributorFolders.Select(systemContext.SystemPath)
            .Prepend(Path.Join(python.StandardLibrary, "ensurepip", "_bundled"));
        foreach (var folder in folders)
        {
            // Some have two: what ensurepip names is the newer one (3.8.18: pip 22.0.4 and 23.0.1).
            var newest = DirectoryReader.List(folder, out _)
                .Select(entry => (entry.Name, File: WheelFileName.Parse(entry.Name)))
                .Where(entry => entry.File?.CanonicalName == name)
                .OrderByDescending(entry => entry.File!.Version)
                .FirstOrDefault();
            if (newest.File is { } file)
            {
                return new PlannedWheel
                {
                    Name = name,
                    AskedName = name,
                    Version = file.VersionText,
                    FileName = newest.Name,
                    Request = new FetchRequest { Url = Path.Join(folder, newest.Name) },
                    Origin = Origin,
                    IsRequested = true,
                };
            }
        }

        return null;
    }
}
