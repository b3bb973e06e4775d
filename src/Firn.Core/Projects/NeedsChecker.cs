using System.Collections.Immutable;
using Firn.Common.Files;
using Firn.Common.Yaml;

namespace Firn.Projects;

/// <summary>Checks the analyses together: each name once, each need known, no circle, no output twice.</summary>
internal sealed class NeedsChecker(FieldReader fields)
{
    private readonly Dictionary<string, ParsedAnalysis> _known = new(StringComparer.Ordinal);

    /// <summary>The analyses in the order of the file, with the full names of what they need.</summary>
    public ImmutableArray<AnalysisDefinition> Check(IReadOnlyList<ParsedAnalysis> written)
    {
        foreach (var analysis in written)
        {
            if (!_known.TryAdd(analysis.Definition.Reference, analysis))
            {
                var first = _known[analysis.Definition.Reference].Definition.Line;
                throw fields.Failure(
                    new YamlText(string.Empty, true, analysis.Definition.Line, 1),
                    $"the analysis {analysis.Definition.Reference} is there already, in line {first}",
                    "give one of the two another name");
            }
        }

        var resolved = ImmutableArray.CreateBuilder<AnalysisDefinition>(written.Count);
        foreach (var analysis in written)
        {
            resolved.Add(analysis.Definition with { Needs = NeedsOf(analysis) });
        }

        RefuseCircles(resolved);
        RefuseOverlaps(written);
        return resolved.MoveToImmutable();
    }

    /// <summary>A file that two analyses write is nobody's: neither could be run again, or be left as it is.</summary>
    private void RefuseOverlaps(IReadOnlyList<ParsedAnalysis> analyses)
    {
        for (var i = 0; i < analyses.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                RefuseOverlap(analyses[j], analyses[i]);
            }
        }
    }

    private void RefuseOverlap(ParsedAnalysis first, ParsedAnalysis second)
    {
        for (var i = 0; i < second.Outputs.Length; i++)
        {
            for (var j = 0; j < first.Outputs.Length; j++)
            {
                if (OutputOverlap.Exists(second.Definition.Outputs[i], first.Definition.Outputs[j]))
                {
                    throw fields.Failure(
                        second.Outputs[i],
                        $"the output {second.Outputs[i].Value} of {second.Definition.Reference} overlaps with the output "
                        + $"{first.Outputs[j].Value} of {first.Definition.Reference}, in line {first.Outputs[j].Line}",
                        "let each file belong to one analysis: name its files, or a folder of its own");
                }
            }
        }
    }

    private ImmutableArray<string> NeedsOf(ParsedAnalysis analysis)
    {
        var needs = ImmutableArray.CreateBuilder<string>(analysis.Needs.Length);
        foreach (var need in analysis.Needs)
        {
            var reference = need.Value.Contains('/', StringComparison.Ordinal)
                ? need.Value
                : $"{analysis.Definition.Subject}/{need.Value}";
            if (!_known.ContainsKey(reference))
            {
                var meant = Spelling.Closest(reference, _known.Keys);
                throw fields.Failure(
                    need, $"{analysis.Definition.Reference} needs {reference}, which is not an analysis",
                    meant is null ? "write one of those below analyses" : $"did you mean {meant}?");
            }

            if (!needs.Contains(reference))
            {
                needs.Add(reference);
            }
        }

        return needs.ToImmutable();
    }

    /// <summary>Takes away, again and again, what needs nothing that is left (Kahn); what stays is a circle, or needs one.</summary>
    private void RefuseCircles(IReadOnlyList<AnalysisDefinition> analyses)
    {
        var missing = new Dictionary<string, int>(StringComparer.Ordinal);
        var neededBy = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var ready = new Queue<string>();
        foreach (var analysis in analyses)
        {
            missing[analysis.Reference] = analysis.Needs.Length;
            if (analysis.Needs.Length == 0)
            {
                ready.Enqueue(analysis.Reference);
            }

            foreach (var need in analysis.Needs)
            {
                if (!neededBy.TryGetValue(need, out var users))
                {
                    neededBy[need] = users = [];
                }

                users.Add(analysis.Reference);
            }
        }

        while (ready.TryDequeue(out var done))
        {
            missing.Remove(done);
            foreach (var user in neededBy.GetValueOrDefault(done, []))
            {
                if (--missing[user] == 0)
                {
                    ready.Enqueue(user);
                }
            }
        }

        foreach (var analysis in analyses)
        {
            if (missing.ContainsKey(analysis.Reference))
            {
                throw CircleFrom(analysis, analyses, missing);
            }
        }
    }

    /// <summary>Walks from need to need among what is left, until one comes again.</summary>
    private Firn.Common.FirnException CircleFrom(
        AnalysisDefinition start, IReadOnlyList<AnalysisDefinition> analyses, Dictionary<string, int> left)
    {
        var byReference = analyses.ToDictionary(analysis => analysis.Reference, StringComparer.Ordinal);
        var way = new List<string>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var at = start;
        while (seen.TryAdd(at.Reference, way.Count))
        {
            way.Add(at.Reference);
            at = byReference[at.Needs.First(left.ContainsKey)];
        }

        var circle = way.Skip(seen[at.Reference]).Append(at.Reference).ToList();
        var shown = circle.Count <= 6 ? circle : [.. circle.Take(5), "...", at.Reference];
        return fields.Failure(
            _known[at.Reference].Needs[0], $"the needs go in a circle: {string.Join(" -> ", shown)}", "take one of them out");
    }
}

/// <summary>
/// Whether the patterns of two outputs tell that a file would belong to both: one names all that the other names, or a whole
/// folder into which the other reaches. Globs that merely could meet are left to the run, which keeps what it wrote.
/// </summary>
internal static class OutputOverlap
{
    private const string Everything = "**";

    /// <summary>Both as <see cref="AnalysisDefinition.Outputs"/> has them.</summary>
    public static bool Exists(string first, string second) =>
        Reaches(first.Split('/'), second.Split('/')) || Reaches(second.Split('/'), first.Split('/'));

    /// <summary>Whether <paramref name="pattern"/> names what <paramref name="path"/>, itself a pattern, names.</summary>
    private static bool Reaches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        if (pattern.IsEmpty)
        {
            // What means a folder means all in it.
            return true;
        }

        if (path.IsEmpty || (path.Length == 1 && path[0] == Everything))
        {
            // Of a whole folder some file is meant; of a single path only itself.
            return !path.IsEmpty || IsEverything(pattern);
        }

        if (pattern[0] == Everything)
        {
            return Reaches(pattern, path[1..]) || Reaches(pattern[1..], path);
        }

        return path[0] != Everything && (pattern[0] == path[0] || WildMatch.IsMatch(pattern[0], path[0])) && Reaches(pattern[1..], path[1..]);
    }

    private static bool IsEverything(ReadOnlySpan<string> pattern)
    {
        foreach (var part in pattern)
        {
            if (part != Everything)
            {
                return false;
            }
        }

        return true;
    }
}
