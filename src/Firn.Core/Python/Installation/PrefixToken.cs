using System.Text;

namespace Firn.Python.Installation;

/// <summary>A folder of this installation and what stands for it in an archive.</summary>
internal sealed class PrefixToken
{
    /// <param name="folder">Absolute, without a final slash.</param>
    /// <param name="token">Stands for it: <c>/@firn-prefix@</c>.</param>
    public PrefixToken(string folder, string token)
    {
        Folder = Encoding.UTF8.GetBytes(folder);
        Token = Encoding.UTF8.GetBytes(token);
    }

    public byte[] Folder { get; }

    public byte[] Token { get; }

    /// <summary>
    /// Whether texts may be searched for the folder: <c>/</c> and <c>/usr</c> are in texts that do not mean the prefix.
    /// </summary>
    public static bool IsTelling(string folder) =>
        folder.StartsWith('/') && folder is not ("/" or "/usr" or "/usr/local") && folder.Length > 1;
}
