using Firn.Storage.Checks;

namespace Firn.Cli.Output;

/// <summary>Writes findings: a line that says what and where, one that says what it means, one with the command that mends it.</summary>
internal static class FindingWriter
{
    public static void Write(TextWriter output, Finding finding, string store)
    {
        WriteHead(output, finding);
        output.WriteLine(TerminalText.Clean($"  repair: {finding.Repair(store)}"));
    }

    /// <summary>The first two lines.</summary>
    public static void WriteHead(TextWriter output, Finding finding)
    {
        output.WriteLine(TerminalText.Clean($"{(finding.Kind.Level == FindingLevel.Damage ? "damage" : "warning")}: {finding.Kind.Code}: {finding.Path}"));
        output.WriteLine(TerminalText.Clean($"  {finding.Message}"));
    }
}
