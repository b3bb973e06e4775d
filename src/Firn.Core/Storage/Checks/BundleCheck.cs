using Firn.Common;
using Firn.Storage.Bundles;
using Firn.Storage.Contents;

namespace Firn.Storage.Checks;

/// <summary>Checks the indexes of bundles and the lengths of their archives, without reading the archives.</summary>
internal sealed class BundleCheck(string store, FindingList findings)
{
    private readonly BundleFiles _bundles = new(store);

    public void Check(BundleContents bundle)
    {
        if (!bundle.IsWhole)
        {
            return;
        }

        var id = Sha256Digest.Parse(bundle.Hex);
        try
        {
            var index = _bundles.ReadIndex(new BundleName(id, bundle.Tag), withFiles: true);
            if (index.CompressedSize != bundle.Archive!.Stat.Size)
            {
                findings.Add(new Finding(
                    bundle.Tag is null ? FindingKinds.BundleDamaged : FindingKinds.BytecodeDamaged,
                    bundle.Archive.Place,
                    $"it has {bundle.Archive.Stat.Size} bytes, its index says {index.CompressedSize}")
                {
                    Hex = bundle.Hex,
                });
            }
        }
        catch (FirnException exception) when (File.Exists(Path.Join(store, bundle.Index!.Path)))
        {
            findings.Add(new Finding(FindingKinds.IndexDamaged, bundle.Index.Place, exception.Message) { Hex = bundle.Hex });
        }
        catch (FirnException)
        {
            // A collection has removed it meanwhile.
        }
    }
}
