using System.Collections.Immutable;

namespace Firn.Conda.Linking;

/// <summary>
/// The scripts that installers run around linking a package (CEP 34). They ran when the environment was made, and what
/// they made is archived with the files that no package owns; restoring runs none, and says which there are.
/// </summary>
internal static class CondaLinkScripts
{
    private static readonly string[] Actions = ["pre-link", "post-link", "pre-unlink", "post-unlink"];

    /// <summary>The scripts of the package, relative to the prefix; empty for most.</summary>
    public static ImmutableArray<string> Of(CondaLinkRecord record)
    {
        var scripts = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in record.Entries)
        {
            if (IsScript(entry.Path, record.Package.Name))
            {
                scripts.Add(entry.Path);
            }
        }

        return scripts.ToImmutable();
    }

    /// <summary>Whether a path of the package of that name is one of its scripts.</summary>
    public static bool IsScript(string path, string name)
    {
        if (!path.StartsWith("bin/.", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var action in Actions)
        {
            if (path == $"bin/.{name}-{action}.sh")
            {
                return true;
            }
        }

        return false;
    }
}
