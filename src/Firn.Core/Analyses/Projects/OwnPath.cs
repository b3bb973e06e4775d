using Firn.Common;
using Firn.Storage;

namespace Firn.Analyses.Projects;

/// <summary>
/// Where Firn writes in a project: through no link, made by whomever, since what it leads to is not the project's. A
/// project's folder may be somebody else's work; it may be a link itself.
/// </summary>
internal static class OwnPath
{
    /// <summary>The path of a file or folder, absolute.</summary>
    /// <param name="project">The project's folder, absolute.</param>
    /// <param name="relative">The path in it.</param>
    /// <exception cref="FirnException">It, or a folder on the way to it, is a link.</exception>
    public static string Of(string project, string relative)
    {
        var path = Path.Join(project, relative);
        return StoreTree.FindLink(Path.TrimEndingDirectorySeparator(project), path + '/') is not { } link
            ? path
            : throw new FirnException(
                $"{link} is a link to {RealPath.LinkTarget(link)}, and firn writes through none",
                "move it away; to have the project elsewhere, let its whole folder be the link");
    }
}
