namespace Firn.Common;

/// <summary>Is shown small files while they are read for something else.</summary>
internal interface IContentWatch
{
    /// <summary>Larger files it is not shown.</summary>
    public const int Most = 64 * 1024;

    /// <summary>Looks at a file.</summary>
    /// <param name="path">Where it was read.</param>
    /// <param name="content">All of it.</param>
    public void See(string path, ReadOnlySpan<byte> content);
}
