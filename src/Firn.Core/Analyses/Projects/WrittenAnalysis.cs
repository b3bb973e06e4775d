using System.Collections.Immutable;
using Firn.Common.Yaml;

namespace Firn.Analyses.Projects;

/// <summary>An analysis together with the places of what it needs, which are checked when all analyses are known.</summary>
internal sealed record WrittenAnalysis(AnalysisDefinition Definition, ImmutableArray<YamlText> Needs);
