using Firn.Common;
using Firn.Python.Requirements;

namespace Firn.Python.Locks;

/// <summary>
/// pip's rule for hashes: where one requirement has a hash, all must be pinned and have one, and repositories and
/// folders cannot (pip: operations/prepare.py _get_linked_req_hashes; exceptions.py HashUnpinned, HashMissing).
/// </summary>
internal static class HashRule
{
    /// <summary>Names all offenders at once.</summary>
    /// <exception cref="FirnException">There are offenders.</exception>
    public static void Check(IReadOnlyCollection<LockedDistribution> distributions, IReadOnlyCollection<RequirementEntry> unpinned)
    {
        var offenders = new List<string>();
        foreach (var entry in unpinned)
        {
            offenders.Add($"{entry.Text} is not pinned ({entry.Origin})");
        }

        foreach (var distribution in distributions)
        {
            if (distribution.Kind is LockedSourceKind.Vcs or LockedSourceKind.Directory or LockedSourceKind.Editable)
            {
                offenders.Add($"{distribution.RequirementText ?? distribution.DisplayName} cannot have a hash ({distribution.Origin})");
            }
            else if (distribution.Hashes.IsEmpty)
            {
                offenders.Add($"{distribution.RequirementText ?? distribution.DisplayName} has no hash ({distribution.Origin})");
            }
        }

        if (offenders.Count > 0)
        {
            throw new FirnException(
                "hashes are required of all requirements as soon as one has one: " + string.Join("; ", offenders),
                "pin each with == and give it a --hash, as 'pip-compile --generate-hashes' or 'uv pip compile --generate-hashes' do");
        }
    }
}
