using System.Collections.Immutable;

namespace Firn.Images.Building;

/// <summary>Finds the instruction that an engine was at. Each counts its own way.</summary>
internal static class StepPlace
{
    /// <summary>What BuildKit counts of a stage; the rest makes no layer.</summary>
    private static readonly string[] Counted = ["FROM", "RUN", "COPY", "ADD", "WORKDIR"];

    /// <summary>The Dockerfile as it is before that step: what lies there then can be looked at.</summary>
    /// <param name="dockerfile">The text that the engine had.</param>
    /// <param name="step">The step.</param>
    /// <returns><see langword="null"/> where the step is not found, or begins a stage.</returns>
    public static string? Before(string dockerfile, BuildStep step)
    {
        var instructions = DockerfileText.Instructions(dockerfile);
        var at = ByNumber(instructions, step) ?? ByText(instructions, step);
        return at is null || at.Keyword == "FROM" || at.Stage < 0 ? null : dockerfile[..at.Start];
    }

    private static DockerfileInstruction? ByNumber(ImmutableArray<DockerfileInstruction> instructions, BuildStep step)
    {
        var word = Word(step.Text);
        // docker's older builder counts all of the file, podman and buildah those of a stage, BuildKit those that make a layer.
        IEnumerable<DockerfileInstruction>[] ways =
        [
            instructions.Where(one => one.Stage == Number(instructions, step.Stage) && Counted.Contains(one.Keyword)),
            instructions.Where(one => step.Stage.Length == 0 || (int.TryParse(step.Stage, out var stage) && one.Stage == stage - 1)),
            instructions.Where(one => step.Stage.Length == 0 && one.Stage >= 0),
        ];
        foreach (var way in int.TryParse(step.Stage, out _) ? ways.Skip(1) : ways)
        {
            if (way.ElementAtOrDefault(step.Number - 1) is { } found && found.Keyword == word && IsLike(found, step))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The only one that reads so.</summary>
    private static DockerfileInstruction? ByText(ImmutableArray<DockerfileInstruction> instructions, BuildStep step) =>
        instructions.Where(one => IsLike(one, step)).ToList() is [var only] ? only : null;

    /// <summary>Variables of COPY and the like are filled in where engines name them, those of RUN are not.</summary>
    private static bool IsLike(DockerfileInstruction instruction, BuildStep step) =>
        instruction.Keyword == Word(step.Text)
        && (instruction.Keyword != "RUN" || Words(instruction.OneLine) == Words(step.Text) || instruction.Text.Contains("<<", StringComparison.Ordinal));

    private static string Words(string text) =>
        string.Join(' ', text.Split([' ', '\t', '\\'], StringSplitOptions.RemoveEmptyEntries).Skip(1));

    private static string Word(string text) => text.Split([' ', '\t'], 2)[0].ToUpperInvariant();

    /// <summary>The number of a stage by its name, <c>stage-1</c> for one without, or none for the only one.</summary>
    private static int Number(ImmutableArray<DockerfileInstruction> instructions, string name)
    {
        var stages = instructions.Where(static one => one.Keyword == "FROM").ToList();
        return name.Length == 0 ? (stages.Count == 1 ? 0 : -2)
            : stages.FindIndex(stage => string.Equals(stage.StageName, name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var found ? found
            : name.StartsWith("stage-", StringComparison.Ordinal) && int.TryParse(name["stage-".Length..], out var number) ? number
            : -2;
    }
}
