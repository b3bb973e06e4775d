namespace Firn.Python.Distributions;

/// <summary>A RECORD path that leaves site-packages, in the form that is the same in every installation.</summary>
/// <param name="Key">For example <c>$scripts/ruff</c>, <c>$headers/greenlet/greenlet.h</c> or <c>$data/share/man/x.1</c>.</param>
/// <param name="FullPath">Where the file is in this installation.</param>
internal sealed record MappedPath(string Key, string FullPath)
{
    public bool IsScript => Key.StartsWith(RecordPath.Scripts, StringComparison.Ordinal);
}
