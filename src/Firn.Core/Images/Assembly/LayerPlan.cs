using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Restore.Planning;

namespace Firn.Images.Assembly;

/// <summary>A layer that is to be made.</summary>
/// <param name="Name">What it holds, for the image's history and messages.</param>
/// <param name="Jobs">Its packages, by their place in the plan, in their order in the layer; empty for the installation's own layer.</param>
internal sealed record LayerPlan(string Name, ImmutableArray<int> Jobs)
{
    /// <summary>Packages of this size, in bytes, stand alone.</summary>
    private const long Large = 1_000_000;

    /// <summary>The most packages that stand alone: with all others an image has about 60 layers.</summary>
    private const int MaxAlone = 32;

    /// <summary>How many layers small packages share; each is always in the one that its name says.</summary>
    private const int GroupCount = 20;

    /// <summary>What no package has: texts, links, the note of the prefix.</summary>
    public const string InstallationName = "the installation";

    /// <summary>
    /// Which packages share a layer. A changed package changes one, and an added one leaves the others as they are: large
    /// ones stand alone, the interpreter first, and small ones go where their names say.
    /// </summary>
    /// <param name="plan">The packages.</param>
    /// <param name="maxLayers">The most layers that there may be.</param>
    public static ImmutableArray<LayerPlan> Of(RestorePlan plan, int maxLayers)
    {
        var jobs = Enumerable.Range(0, plan.Jobs.Length).OrderBy(i => KeyOf(plan.Jobs[i]), StringComparer.Ordinal).ToList();
        var ofPackages = jobs.Where(i => plan.Jobs[i].Package.Kind is ArchivedPackageKind.Conda or ArchivedPackageKind.Distribution).ToList();
        var others = jobs.Except(ofPackages).ToList();
        var most = Math.Clamp(maxLayers - GroupCount - others.Count - 1, 0, MaxAlone);
        var alone = ofPackages.Where(i => plan.Jobs[i].Package.Size >= Large)
            .OrderByDescending(i => plan.Jobs[i].Package.Size).ThenBy(i => KeyOf(plan.Jobs[i]), StringComparer.Ordinal)
            .Take(most).ToHashSet();
        var layers = ImmutableArray.CreateBuilder<LayerPlan>();
        layers.AddRange(others.Where(i => plan.Jobs[i].Package.Kind == ArchivedPackageKind.Interpreter).Select(i => Alone(plan, i)));
        layers.AddRange(ofPackages.Where(alone.Contains).Select(i => Alone(plan, i)));
        foreach (var group in ofPackages.Where(i => !alone.Contains(i)).GroupBy(i => GroupOf(plan.Jobs[i].Package.Name)).OrderBy(static group => group.Key))
        {
            layers.Add(new LayerPlan(ShortList.Of([.. group.Select(i => plan.Jobs[i].Name)], ", "), [.. group]));
        }

        layers.AddRange(others.Where(i => plan.Jobs[i].Package.Kind != ArchivedPackageKind.Interpreter).Select(i => Alone(plan, i)));
        layers.Add(new LayerPlan(InstallationName, []));
        return layers.ToImmutable();
    }

    private static LayerPlan Alone(RestorePlan plan, int job) => new(plan.Jobs[job].Name, [job]);

    private static string KeyOf(PackageRestore job) => $"{job.Target.Root} {(int)job.Package.Kind} {job.Package.Name} {job.Package.Root}";

    private static int GroupOf(string name) =>
        (int)(Convert.ToUInt32(Sha256Digest.Of(Encoding.UTF8.GetBytes(name)).Hex[..8], 16) % GroupCount);
}
