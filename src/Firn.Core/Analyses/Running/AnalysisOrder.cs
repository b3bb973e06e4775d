using Firn.Analyses.Projects;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>Which analyses are meant, and in which order they can run.</summary>
internal static class AnalysisOrder
{
    /// <summary>The analyses that are named, or all, and all that they need; each behind what it needs.</summary>
    /// <param name="project">The project, whose reader has refused circles.</param>
    /// <param name="named">References; none for all.</param>
    /// <exception cref="FirnException">There is no such analysis.</exception>
    public static IReadOnlyList<AnalysisDefinition> Of(Project project, IReadOnlyList<string> named)
    {
        var wanted = named.Count == 0
            ? project.Analyses
            : [.. named.Select(name => ProjectReader.Find(project, name))];
        if (wanted.IsEmpty)
        {
            throw new FirnException(
                $"{Path.Join(project.Folder, Project.FileName)} has no analyses", "add one under `analyses:`; `firn init` writes an example");
        }

        var order = new List<AnalysisDefinition>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var analysis in wanted)
        {
            Add(analysis);
        }

        return order;

        void Add(AnalysisDefinition analysis)
        {
            if (seen.Add(analysis.Reference))
            {
                foreach (var need in analysis.Needs)
                {
                    Add(ProjectReader.Find(project, need));
                }

                order.Add(analysis);
            }
        }
    }
}
