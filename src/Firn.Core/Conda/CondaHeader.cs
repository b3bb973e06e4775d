using System.Text;

namespace Firn.Conda;

/// <summary>The comment that starts <c>conda list --export</c> and <c>--explicit</c> (conda cli/main_list.py).</summary>
internal static class CondaHeader
{
    public static StringBuilder Start(CondaPrefix prefix, CondaRelease release)
    {
        var text = new StringBuilder(8 * 1024)
            .Append("# This file may be used to create an environment using:\n")
            .Append("# $ conda create --name <env> --file <this file>\n")
            .Append("# platform: ").Append(prefix.Platform).Append('\n');
        return release.WritesCreatedBy ? text.Append("# created-by: conda ").Append(release.Text).Append('\n') : text;
    }
}
