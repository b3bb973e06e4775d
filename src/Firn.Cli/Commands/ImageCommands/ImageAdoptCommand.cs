using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image adopt</c>: what Firn would make of what is there.</summary>
internal static class ImageAdoptCommand
{
    private const int MaxLines = 6;

    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "Print what was found as a document" };
        var command = new ExampleCommand(
            "adopt",
            "Look at a checkout of the labs' Docker template, an installation of an older firn, or a Dockerfile of your own, and say "
            + "what is yours in it, what hurts, and what firn would write instead. Changes nothing.",
            "firn image adopt")
        {
            json,
        };
        var options = new ImageOptions(command, withEngine: false);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            var report = new AdoptInstallation(context.SystemContext).Run(options.Selection(parsed), signals.Token);
            if (parsed.GetValue(json))
            {
                context.Console.WriteDocument(report.WriteJson);
            }
            else
            {
                new Text(context.Console.Output).Write(report);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The report for people.</summary>
    private sealed class Text(TextWriter output)
    {
        public void Write(AdoptionReport report)
        {
            WriteFacts(report);
            WriteOwn(report);
            WriteDefects(report);
            WriteSteps(report);
            WriteDifferences(report);
            output.WriteLine();
            Words(report.Kind switch
            {
                AdoptionKind.Template => "It goes on working as it is: `firn image build`, `run`, `push` and the others read these files.",
                AdoptionKind.Firn => report.Differences.IsEmpty ? "All files are as this firn writes them." : "It goes on working as it is.",
                AdoptionKind.Dockerfile => "The Dockerfile stays as it is: an installation lies beside it.",
                _ => "There is nothing to adopt: `firn image init` begins an installation.",
            });
            if (report.Command is { } shown && !(report.Kind == AdoptionKind.Firn && report.Differences.IsEmpty))
            {
                Words("To see what firn would write, and write nothing:");
                output.WriteLine($"  {TerminalText.Clean(shown)}");
            }
        }

        private void WriteFacts(AdoptionReport report)
        {
            Fact("project", report.Kind is AdoptionKind.Nothing or AdoptionKind.Dockerfile ? report.Folder : null);
            Fact("installation", report.Kind is AdoptionKind.Template or AdoptionKind.Firn ? report.Folder : null);
            Fact("written by", report.Kind switch
            {
                AdoptionKind.Template => "the Docker template of labs",
                AdoptionKind.Firn => "firn image init",
                AdoptionKind.Dockerfile => $"you: {report.Dockerfile}",
                _ => "nobody: no installation, no Dockerfile",
            });
            Fact("base", report.BaseImage);
            Fact("begins with", report.Kind is AdoptionKind.Nothing or AdoptionKind.Dockerfile ? report.BeginsWith ?? "an empty requirements.txt" : null);
            if (report.Platform is null)
            {
                return;
            }

            Fact("platform", report.Platform);
            Fact("acceleration", report.Acceleration);
            Fact("layout", report.HasDevImage ? "two images, for running and for developing" : "one image for running and developing");
            Fact("images", report.ImageName);
            foreach (var tag in report.Tags)
            {
                Fact(tag == report.Tags[0] ? "tags" : string.Empty, tag);
            }

            Fact("settings", report.HasSettings ? ".env" : "no .env yet: `firn image env` writes it");
            foreach (var remark in report.Remarks)
            {
                Fact("note", remark);
            }
        }

        private void WriteOwn(AdoptionReport report)
        {
            var files = report.OwnLines.GroupBy(static line => line.Path).ToList();
            if (report.Kind != AdoptionKind.Template)
            {
                return;
            }

            output.WriteLine();
            output.WriteLine("Yours: what the template does not have");
            foreach (var file in files)
            {
                foreach (var line in file.Take(MaxLines))
                {
                    Words($"  {line.Path}:{line.Line}: {line.Text}", 6);
                }

                More(file.Count());
            }

            Words("  services of your own: ", report.OwnServices);
            Words("  files of your own: ", report.OwnFiles);
            Words("  settings of your own in .env: ", report.OwnSettings);
            if (files.Count == 0 && report.OwnServices.IsEmpty && report.OwnFiles.IsEmpty && report.OwnSettings.IsEmpty)
            {
                output.WriteLine("  nothing");
            }
        }

        private void WriteDefects(AdoptionReport report)
        {
            if (report.Defects.IsEmpty)
            {
                return;
            }

            output.WriteLine();
            output.WriteLine($"What hurts ({report.Defects.Length}), and what `firn image init` writes instead");
            foreach (var defect in report.Defects)
            {
                var more = defect.More > 0 ? $" (and {CountText.Of(defect.More, "line")} more)" : string.Empty;
                Words($"  {defect.At.Path}:{defect.At.Line}: {defect.What}{more}", 6);
                Words($"    instead: {defect.Instead}", 8);
            }
        }

        private void WriteSteps(AdoptionReport report)
        {
            if (report.Steps.IsEmpty)
            {
                return;
            }

            output.WriteLine();
            output.WriteLine("Its steps, and where they go in installation/docker-PLATFORM-ACCELERATION");
            foreach (var step in report.Steps)
            {
                Words($"  line {step.Line}: {step.Text}", 6);
                Words($"    goes to: {step.Place}", 8);
            }
        }

        private void WriteDifferences(AdoptionReport report)
        {
            if (report.Differences.IsEmpty)
            {
                return;
            }

            output.WriteLine();
            output.WriteLine("What this firn would write otherwise");
            foreach (var file in report.Differences)
            {
                Words($"  {file.Path}: {(file.IsMissing ? $"is missing, {CountText.Of(file.Added, "line")}" : $"{CountText.Of(file.Added, "line")} more, {file.Removed} fewer")}", 6);
            }
        }

        private void More(int count)
        {
            if (count > MaxLines)
            {
                output.WriteLine($"      {CountText.Of(count - MaxLines, "line")} more of it; --json lists all");
            }
        }

        private void Fact(string name, string? value)
        {
            if (value is not null)
            {
                Words($"{name,-14}{value}", 14);
            }
        }

        private void Words(string head, IReadOnlyCollection<string> items)
        {
            if (items.Count > 0)
            {
                Words(head + string.Join(", ", items), 6);
            }
        }

        private void Words(string text, int indent = 0) => FittedText.WriteWords(output, text, indent);
    }
}
