using System.Text;
using Firn.Captures;
using Firn.Python;

namespace Firn.Analyses.Observation;

/// <summary>The requirements of what a run used: the lines of <c>pip freeze</c> of those distributions.</summary>
internal static class UsedRequirements
{
    /// <summary>The lines, sorted by name, LF at the end of each.</summary>
    public static string Write(RunObservation observation, Capture capture)
    {
        var frozen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in capture.Freeze.Entries)
        {
            frozen.TryAdd(FreezeEntry.CanonicalNameOf(entry), entry);
        }

        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var use in observation.Used)
        {
            // setuptools' .pth imports it in every Python: nobody asked for it.
            if (use.Modules is ["_distutils_hack"])
            {
                continue;
            }

            var name = CanonicalName.Of(use.Name);
            var isCaptured = use.Captured == use.Version;

            // pip leaves its own tools out of its list, and what was not captured is in no list.
            lines[name] = isCaptured && frozen.TryGetValue(name, out var entry) ? entry : $"{use.Name}=={use.Version}";
        }

        var text = new StringBuilder();
        foreach (var line in lines.Values)
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }
}
