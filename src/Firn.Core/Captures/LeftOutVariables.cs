using Firn.Common;

namespace Firn.Captures;

/// <summary>What a conda environment that is made of a capture lacks: a capture has the names of its variables alone.</summary>
internal static class LeftOutVariables
{
    /// <summary>The note; <see langword="null"/> where the captured environment set none.</summary>
    public static Problem? Of(Capture? capture) => capture?.Conda is { VariableNames: { IsEmpty: false } names }
        ? new Problem(
            "variables-left-out",
            null,
            $"the environment set {string.Join(", ", names)}, and their values are in no capture: conda env config vars set -p PREFIX NAME=VALUE")
        : null;
}
