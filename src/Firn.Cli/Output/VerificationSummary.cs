using Firn.Captures.Verification;
using Firn.Common;

namespace Firn.Cli.Output;

/// <summary>What <c>firn verify</c> found, for people.</summary>
internal sealed class VerificationSummary(TextWriter output)
{
    private const int MaxFiles = 100;

    public void Write(VerificationResult result, bool isStrict)
    {
        var table = new DifferenceTable(output);
        table.WriteKinds(result.Differences);
        WriteFiles(result);
        if (!result.Notes.IsEmpty)
        {
            output.WriteLine(isStrict ? "The machine differs:" : "The machine differs, which is not a fault of the environment:");
            table.WriteKinds(result.Notes);
        }

        output.WriteLine(TerminalText.Clean(Verdict(result)));
        if (!result.Uncompared.IsEmpty)
        {
            output.WriteLine("Not compared:");
            for (var i = 0; i < result.Uncompared.Length; i++)
            {
                var part = result.Uncompared[i];
                output.WriteLine(TerminalText.Clean($"  {part.Message}"));
                if (i + 1 == result.Uncompared.Length || result.Uncompared[i + 1].Advice != part.Advice)
                {
                    FittedText.WriteWords(output, $"    do: {part.Advice}", indent: 8);
                }
            }
        }

        if (result.AreEqual)
        {
            output.WriteLine($"Environment id  {result.ObservedId}");
        }
    }

    private void WriteFiles(VerificationResult result)
    {
        if (result.Files.IsEmpty)
        {
            return;
        }

        output.WriteLine($"Files ({result.Files.Length})");
        for (var i = 0; i < result.Files.Length && i < MaxFiles; i++)
        {
            var file = result.Files[i];
            output.WriteLine(TerminalText.Clean($"  {file.Word,-10}  {file.Owner}  {file.Path}"));
            if (file.State == FileState.Edited)
            {
                output.WriteLine(TerminalText.Clean($"      recorded {Shown(file.Recorded)}"));
                output.WriteLine(TerminalText.Clean($"      observed {Shown(file.Observed)}"));
            }
        }

        if (result.Files.Length > MaxFiles)
        {
            output.WriteLine($"  {result.Files.Length - MaxFiles} more; --json lists all");
        }

        output.WriteLine();
    }

    /// <summary>As <c>sha256sum</c> prints it, which fits a line.</summary>
    private static string? Shown(string? value) =>
        value is not null && value.StartsWith("sha256:", StringComparison.Ordinal) ? value["sha256:".Length..] : value;

    private static string Verdict(VerificationResult result)
    {
        var read = $"{CountText.Of(result.FileCount, "file")} read, {SizeText.Of(result.ByteCount)}";
        if (result.AreEqual)
        {
            return !result.ReadsData ? $"Equal as recorded: {result.Prefix}"
                : result.UnprovenCount is var count and > 0 ? $"Equal but for {CountText.Of(count, "compiled file")} that nothing was archived for, {read}: {result.Prefix}"
                : $"Equal, {read}: {result.Prefix}";
        }

        return result.IsUncompared && result.Differences.IsEmpty && result.Files.IsEmpty
            ? $"Equal as recorded, and no file was compared: {result.Prefix}"
            : result.ReadsData ? $"Not equal, {read}: {result.Prefix}" : $"Not equal: {result.Prefix}";
    }
}
