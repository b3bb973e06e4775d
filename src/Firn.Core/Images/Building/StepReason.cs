using Firn.Common;
using Firn.Creation.Solvers;

namespace Firn.Images.Building;

/// <summary>Why a step of a build failed, and what to try, by what it said last: pip's words, apt's, a compiler's, and those of our own scripts.</summary>
internal static class StepReason
{
    private const string HintWord = "hint: ";
    private const string NoConnection = "Failed to establish a new connection";
    private const string OtherDigests = "DO NOT MATCH THE HASHES";

    private static readonly string[] Unreached =
    [
        "Connection refused", NoConnection, "Temporary failure ", "Could not resolve", "Name or service not known", "Network is unreachable", "network bridge not found",
    ];

    private static readonly (string[] Said, string Advice)[] Known =
    [
        // pip: exceptions.py, HashMismatch and HashUnpinned.
        ([OtherDigests], "compare the digest in dependencies/requirements.txt with the index's: the file there is another one"),
        (["Hashes are required in --require-hashes mode", "requirements must have their versions pinned"],
            "in dependencies/requirements.txt give each package its version and digest, what others need too, or give none a digest"),
        (["Could not open requirements file", "Could not open constraints file"],
            "write its lines into dependencies/requirements.txt: no other list of packages is copied into the build"),
        (["gcc", "Python.h"], "name build-essential and python3-dev in dependencies/apt-build.txt"),
        (["ResolutionImpossible", "conflicting dependencies"], "loosen the versions in dependencies/requirements.txt; the lines above say which ones exclude each other"),
        (["No matching distribution"], "check the name and the version in dependencies/requirements.txt, and that the index has it for this Python"),
        (["externally-managed"], "install into /opt/env: /opt/env/bin/python -m pip install"),
        (["Unable to locate package"], "check the names in dependencies/apt-*.txt; the base's distribution may call it otherwise"),
    ];

    /// <summary>The line that says why.</summary>
    /// <param name="lines">What the step said last, one line or more.</param>
    public static string Of(IReadOnlyCollection<string> lines)
    {
        // pip tries again, and then says that there is no such package.
        if (lines.LastOrDefault(static line => line.Contains(NoConnection, StringComparison.Ordinal)) is { } unconnected)
        {
            return unconnected[unconnected.IndexOf(NoConnection, StringComparison.Ordinal)..].Split('\'')[0];
        }

        var texts = lines.Select(static line => line.Trim()).ToList();
        if (texts.FindIndex(static text => text.Contains(OtherDigests, StringComparison.Ordinal)) is >= 0 and var at
            && texts.Skip(at + 1).FirstOrDefault(static text => text.Contains(" from ", StringComparison.Ordinal)) is { } package)
        {
            return $"the file of {package[..package.IndexOf(" from ", StringComparison.Ordinal)]} has another digest than the requirements give";
        }

        var last = texts[^1];
        var reason = new ProgramResult(1, [], string.Join('\n', texts)).Reason;
        return texts.Find(static text => text.StartsWith("E: ", StringComparison.Ordinal))?.TrimEnd('.')
            ?? (!reason.StartsWith("exit code ", StringComparison.Ordinal) ? reason
            : last.StartsWith("ERROR: ", StringComparison.OrdinalIgnoreCase) ? last["ERROR: ".Length..]
            : last);
    }

    /// <summary>What to try.</summary>
    /// <param name="lines">What the step said last.</param>
    /// <param name="why">The line that says why.</param>
    /// <param name="step">The step.</param>
    public static MessageText Advice(IReadOnlyCollection<string> lines, string why, string? step)
    {
        // Firn itself and our own scripts say what to do, in the line after what failed; pip's hints stand alone, and say to look above.
        if (lines.Zip(lines.Skip(1)).LastOrDefault(static pair => pair.First.StartsWith("error: ", StringComparison.Ordinal) && pair.Second.StartsWith(HintWord, StringComparison.Ordinal)).Second is { } hint)
        {
            return hint[HintWord.Length..];
        }

        var said = $"{string.Join('\n', lines)}\n{why}\n{step}";
        if (Array.Exists(Unreached, text => said.Contains(text, StringComparison.Ordinal)))
        {
            return $"check the address and the network; what listens on this machine, a proxy, a name server or an index, is reached with {RequestSetting.Network} host";
        }

        var known = Array.Find(Known, known => Array.Exists(known.Said, text => said.Contains(text, StringComparison.Ordinal))).Advice;
        return known is not null ? (MessageText)known : $"the lines above say more; {RequestSetting.Debugs} opens a shell where the step begins";
    }
}
