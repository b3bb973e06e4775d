using System.Text;
using Firn.Images.Engines;

namespace Firn.Images.Building;

/// <summary>
/// A Dockerfile as an engine takes it that does not know all of it: <c># syntax</c> has a frontend fetched from Docker Hub,
/// podman and buildah refuse <c>--link</c> and never give back a mount with <c>sharing=locked</c> (seen in buildah 1.28), and
/// docker's older builder refuses every <c>--mount</c>. None of these changes what is in
/// the image, but for what a mount of another stage holds, which is copied instead.
/// </summary>
internal static class PortableDockerfile
{
    /// <summary>The text for an engine; the same text where it knows all of it.</summary>
    public static string For(ContainerEngine engine, string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var instruction in DockerfileText.Split(text))
        {
            result.Append(Portable(instruction, engine));
        }

        return result.ToString();
    }

    private static bool Is(string word, string keyword) => string.Equals(word, keyword, StringComparison.OrdinalIgnoreCase);

    private static string Portable(string instruction, ContainerEngine engine)
    {
        var isClassic = engine.Builder == BuilderKind.Classic;
        var trimmed = instruction.TrimStart();
        if (trimmed.StartsWith('#'))
        {
            return trimmed[1..].TrimStart().StartsWith("syntax", StringComparison.OrdinalIgnoreCase)
                && trimmed.Contains('=', StringComparison.Ordinal) ? "#\n" : instruction;
        }

        var keyword = trimmed.Split([' ', '\t'], 2)[0];
        return Is(keyword, "COPY") || Is(keyword, "ADD") ? WithoutFlags(instruction, isClassic, static _ => { })
            : Is(keyword, "RUN") && isClassic ? WithoutMounts(instruction)
            : Is(keyword, "RUN") && engine.Kind != EngineKind.Docker ? instruction.Replace(",sharing=locked", string.Empty, StringComparison.Ordinal)
            : instruction;
    }

    private static string WithoutMounts(string instruction)
    {
        var copies = new StringBuilder();
        var run = WithoutFlags(instruction, isClassic: true, mount =>
        {
            var fields = mount.Split(',').Select(static field => field.Split('=', 2)).Where(static field => field.Length == 2)
                .ToLookup(static field => field[0], static field => field[1]);
            string? Field(params string[] names) => names.SelectMany(name => fields[name]).FirstOrDefault();
            if (Field("type") is null or "bind" && Field("target", "dst", "destination") is { } target)
            {
                var from = Field("from") is { } stage ? $"--from={stage} " : string.Empty;
                copies.Append($"COPY {from}{Field("source", "src") ?? "."} {target}\n");
            }
        });
        return copies.Append(run).ToString();
    }

    /// <summary>The instruction without the flags in front that the engine does not know.</summary>
    private static string WithoutFlags(string instruction, bool isClassic, Action<string> mount)
    {
        var at = instruction.Length - instruction.TrimStart().Length;
        while (at < instruction.Length && !char.IsWhiteSpace(instruction[at]))
        {
            at++;
        }

        var result = new StringBuilder(instruction[..at]);
        while (true)
        {
            var start = at;
            while (start < instruction.Length && (char.IsWhiteSpace(instruction[start]) || (instruction[start] == '\\' && EndsLine(instruction, start))))
            {
                start++;
            }

            if (string.CompareOrdinal(instruction, start, "--", 0, 2) != 0)
            {
                return result.Append(instruction[at..]).ToString();
            }

            var end = start;
            while (end < instruction.Length && !char.IsWhiteSpace(instruction[end]))
            {
                end++;
            }

            var flag = instruction[start..end];
            if (flag.StartsWith("--mount=", StringComparison.Ordinal))
            {
                mount(flag["--mount=".Length..]);
            }
            else if (flag != "--link" && !flag.StartsWith("--link=", StringComparison.Ordinal)
                && !(isClassic && flag.StartsWith("--chmod", StringComparison.Ordinal)))
            {
                result.Append(instruction[at..end]);
            }

            at = end;
        }
    }

    private static bool EndsLine(string text, int backslash) => text.AsSpan(backslash + 1).TrimStart(" \t\r").StartsWith("\n");
}
