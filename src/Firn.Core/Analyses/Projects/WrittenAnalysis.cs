using System.Collections.Immutable;
using Firn.Common.Yaml;

namespace Firn.Analyses.Projects;

/// <summary>An analysis together with the places of what is checked when all analyses are known.</summary>
/// <param name="Definition">The analysis.</param>
/// <param name="Needs">What it needs, as written.</param>
/// <param name="Outputs">Its outputs as written, in the order of those of <paramref name="Definition"/>.</param>
internal sealed record WrittenAnalysis(AnalysisDefinition Definition, ImmutableArray<YamlText> Needs, ImmutableArray<YamlText> Outputs);
