namespace Firn.Storage.Asimov;

/// <summary>A sequence of a manifest: nothing asimov writes, kept for whoever did.</summary>
internal sealed class AsimovSequence : AsimovNode
{
    public List<AsimovNode> Items { get; } = [];
}
