using System.Runtime.Versioning;
using System.Text;

namespace Firn.EndToEnd.Support;

/// <summary>One path of a conda package that is made here.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record CondaMember(string Path)
{
    /// <summary>The bytes of a file; <see langword="null"/> for links and folders.</summary>
    public byte[]? Content { get; init; }

    /// <summary>What a link holds.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The prefix that stands in the file (or, in metadata that are odd, of a link), to be replaced.</summary>
    public string? Placeholder { get; init; }

    public bool IsBinary { get; init; }

    public bool IsExecutable { get; init; }

    public bool IsNoLink { get; init; }

    /// <summary>The time that the archive has for it, in seconds.</summary>
    public long Time { get; init; } = 1_700_000_000;

    public static CondaMember File(string path, string text) => new(path) { Content = Encoding.UTF8.GetBytes(text) };

    /// <summary>A text in which the padded prefix stands.</summary>
    public static CondaMember Text(string path, string text, bool isExecutable = false) =>
        File(path, text) with { Placeholder = CondaPackageFile.Padded, IsExecutable = isExecutable };

    /// <summary>A script or program.</summary>
    public static CondaMember Program(string path, string text) => File(path, text) with { IsExecutable = true };

    public static CondaMember Binary(string path, byte[] content, string placeholder = CondaPackageFile.Padded) =>
        new(path) { Content = content, Placeholder = placeholder, IsBinary = true, IsExecutable = true };

    public static CondaMember Link(string path, string target) => new(path) { LinkTarget = target };

    public static CondaMember Folder(string path) => new(path);
}
