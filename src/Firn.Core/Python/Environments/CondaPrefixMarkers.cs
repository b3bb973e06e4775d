using System.Text;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Python.Environments;

/// <summary>What the folder of a conda environment says about itself, without its packages.</summary>
internal static class CondaPrefixMarkers
{
    private const int PixiLimit = 64 * 1024;
    private const int HistoryLimit = 4 * 1024 * 1024;

    /// <summary>conda: an environment is a folder with <c>conda-meta/history</c> (core/envs_manager.py).</summary>
    public static bool Is(string prefix) => FileCheck.IsFile(Path.Join(prefix, "conda-meta", "history")) || IsPixi(prefix);

    public static bool IsPixi(string prefix) => FileCheck.IsFile(Path.Join(prefix, "conda-meta", "pixi"));

    /// <summary>Whether it is the prefix that conda itself is installed in.</summary>
    public static bool IsRoot(string prefix) =>
        !IsPixi(prefix)
        && Path.GetFileName(Path.GetDirectoryName(prefix)) != "envs"
        && (Directory.Exists(Path.Join(prefix, "condabin"))
            || (Directory.Exists(Path.Join(prefix, "envs")) && Directory.Exists(Path.Join(prefix, "pkgs"))));

    /// <summary><c>base</c>, the folder's name below <c>envs</c>, or <see langword="null"/>: an environment has a path or a name.</summary>
    public static string? NameOf(string prefix)
    {
        if (!Is(prefix))
        {
            return null;
        }

        if (IsRoot(prefix))
        {
            return "base";
        }

        return Path.GetFileName(Path.GetDirectoryName(prefix)) == "envs" ? Path.GetFileName(prefix) : null;
    }

    /// <summary>The tool that wrote it: pixi's own file, or the last <c># conda version:</c> of the history.</summary>
    public static string? Creator(string prefix)
    {
        if (IsPixi(prefix))
        {
            var version = PixiVersion(Path.Join(prefix, "conda-meta", "pixi"));
            return version is null ? "pixi" : $"pixi {version}";
        }

        var bytes = BoundedFile.Read(Path.Join(prefix, "conda-meta", "history"), HistoryLimit).Bytes;
        ReadOnlySpan<byte> key = "\n# conda version: "u8;
        var at = bytes.LastIndexOf(key);
        if (at < 0)
        {
            return null;
        }

        var rest = bytes[(at + key.Length)..];
        var end = rest.IndexOf((byte)'\n');
        rest = end < 0 ? rest : rest[..end];
        return rest.Length is > 0 and < 64 ? $"conda {Encoding.UTF8.GetString(rest).Trim()}" : null;
    }

    private static string? PixiVersion(string path) =>
        JsonFields.TryRead(BoundedFile.Read(path, PixiLimit).Memory, static root => root.Text("pixi_version"));
}
