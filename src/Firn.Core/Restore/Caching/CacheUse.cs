using Firn.Common;
using Firn.Restore.Results;
using Firn.Restore.Unpacking;

namespace Firn.Restore.Caching;

/// <summary>
/// How files of the cache come into a prefix. Where the file system refuses what was asked for, all threads copy from then
/// on, and the user is told why.
/// </summary>
internal sealed class CacheUse(LinkMode mode, UnpackOutput output)
{
    private int _mode = (int)mode;

    public LinkMode Mode => (LinkMode)Volatile.Read(ref _mode);

    /// <summary>Goes over to copies.</summary>
    /// <param name="reason">Why, in words.</param>
    public void FallBack(string reason)
    {
        if (Interlocked.Exchange(ref _mode, (int)LinkMode.Copy) != (int)LinkMode.Copy)
        {
            output.AddProblem(new Problem("link-refused", null, $"files were copied and not linked: {reason}"));
        }
    }
}
