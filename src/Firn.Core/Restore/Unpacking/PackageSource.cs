using Firn.Restore.Planning;

namespace Firn.Restore.Unpacking;

/// <summary>Where packages come from; each thread has its own.</summary>
internal abstract class PackageSource : IDisposable
{
    /// <summary>Writes a package into the tree.</summary>
    /// <exception cref="Common.FirnException">Its bundle is missing or damaged, or the tree cannot be written.</exception>
    public abstract void Write(PackageJob job, CancellationToken cancellation);

    public abstract void Dispose();
}
