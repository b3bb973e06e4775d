namespace Firn.Python.Distributions;

/// <summary>
/// The folder that an installation scheme is laid out in: a site-packages folder less <c>lib/pythonX.Y/site-packages</c>.
/// RECORD rows that climb out of site-packages are understood relative to it.
/// </summary>
/// <param name="Path">The folder, absolute.</param>
/// <param name="Depth">How many folders site-packages lies below it.</param>
internal readonly record struct InstallationRoot(string Path, int Depth)
{
    /// <summary>
    /// The root of a site-packages folder. Debian's <c>lib/python3/dist-packages</c>, a <c>lib64</c> and Windows'
    /// <c>Lib\site-packages</c> count too; any other folder (<c>pip install --target</c>) is its own root.
    /// </summary>
    public static InstallationRoot Of(string sitePackages)
    {
        var parts = sitePackages.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        var depth = parts switch
        {
            [.., "lib" or "lib64", var python, "site-packages" or "dist-packages"]
                when python.StartsWith("python", StringComparison.Ordinal)
                    || python.StartsWith("pypy", StringComparison.Ordinal) => 3,
            [.., "Lib", "site-packages"] => 2,
            // PyPy before 3.8 and Jython: PREFIX/site-packages.
            [.., "site-packages"] => 1,
            _ => 0,
        };
        var root = sitePackages;
        for (var i = 0; i < depth; i++)
        {
            root = System.IO.Path.GetDirectoryName(root) ?? root;
        }

        return new InstallationRoot(root, depth);
    }
}
