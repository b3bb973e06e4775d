namespace Firn.Python.Distributions;

/// <summary>A RECORD path that is not written plainly, in the form that is the same in every installation.</summary>
/// <param name="Key">For example <c>$scripts/ruff</c>, <c>$headers/greenlet/greenlet.h</c> or <c>$data/share/man/x.1</c>.</param>
/// <param name="FullPath">Where the file is in this installation.</param>
/// <param name="IsInSitePackages">Whether the key is the path below site-packages after all.</param>
internal sealed record MappedPath(string Key, string FullPath, bool IsInSitePackages)
{
    public bool IsScript => Key.StartsWith(RecordPath.Scripts, StringComparison.Ordinal);
}
