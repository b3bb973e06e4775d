using Firn.Common;
using Firn.Creation.Interpreters;
using Firn.Fetching;
using Firn.Python.Wheels;

namespace Firn.Creation.Planning;

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
    public static IReadOnlyList<PlannedWheel> Of(FoundPython python, Surroundings surroundings)
    {
        // CPython 3.12 installs pip alone (gh-95299).
        string[] names = python.Tag.IsAtLeast(3, 12) ? ["pip"] : ["pip", "setuptools"];
        var found = new List<PlannedWheel>();
        foreach (var name in names)
        {
            if (Find(python, name, surroundings) is { } wheel)
            {
                found.Add(wheel);
            }
        }

        return found;
    }

    private static PlannedWheel? Find(FoundPython python, string name, Surroundings surroundings)
    {
        var folders = DistributorFolders.Select(surroundings.SystemPath)
            .Prepend(Path.Join(python.StandardLibrary, "ensurepip", "_bundled"));
        foreach (var folder in folders)
        {
            foreach (var entry in DirectoryReader.List(folder, out _))
            {
                if (WheelFileName.TryParse(entry.Name, out _) is { } file && file.CanonicalName == name)
                {
                    return new PlannedWheel
                    {
                        Name = name,
                        Version = file.Version,
                        FileName = entry.Name,
                        Request = new FetchRequest { Url = Path.Join(folder, entry.Name) },
                        Origin = Origin,
                        IsRequested = true,
                    };
                }
            }
        }

        return null;
    }
}
