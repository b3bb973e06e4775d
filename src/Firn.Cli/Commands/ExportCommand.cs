using System.CommandLine;
using Firn.Captures;

namespace Firn.Cli.Commands;

/// <summary><c>firn export</c>: one format of an environment or a capture, on standard output.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandContext context)
    {
        var source = new EnvironmentArguments(
            "CAPTURE|ENVIRONMENT|RUN",
            "A capture (its folder or environment.json), a prefix or a python executable, or a run of the store, "
            + "SUBJECT/NAME[@N], which ro-crate and asimov need. Default: as for capture");
        var format = new Option<string>("--format", "-f")
        {
            Description = "What to write",
            Required = true,
        };
        format.AcceptOnlyFromAmong(ExportFormats.All);
        var pip = new PipExportOptions();
        var run = new RunExportOptions();
        var asConda = new Option<string?>("--as-conda")
        {
            Description = "conda, explicit, environment.yml: write as this release of conda does",
            HelpName = "VERSION",
        };
        var md5 = new Option<bool>("--md5") { Description = "explicit: MD5 digests behind the URLs" };
        var sha256 = new Option<bool>("--sha256") { Description = "explicit: SHA-256 digests behind the URLs" };
        var noBuilds = new Option<bool>("--no-builds") { Description = "environment.yml: versions without builds" };
        var command = new ExampleCommand(
            "export",
            "Write an environment or a capture in one format on standard output: what `pip freeze`, "
            + "`conda list --export`, `conda list --explicit` or `conda env export` print, requirements that install "
            + "anywhere, the capture's own document, or a CycloneDX 1.6 bill of materials. "
            + "Or write a run of the store as an RO-Crate, or as asimov's metadata.",
            "firn export .venv --format requirements > requirements.txt")
        {
            format,
        };
        source.AddTo(command);
        pip.AddTo(command);
        foreach (var option in (Option[])[asConda, md5, sha256, noBuilds])
        {
            command.Add(option);
        }

        run.AddTo(command);

        command.SetAction(parsed =>
        {
            var named = parsed.GetRequiredValue(format);
            var options = pip.Read(parsed);
            // pip's --path lists folders, whatever the environment.
            var request = ExportFormats.IsOfRun(named) || options.Paths.Count > 0
                ? new InspectionRequest { Environment = parsed.GetValue(source.Environment), CondaName = parsed.GetValue(source.CondaName) }
                : source.Request(parsed, context, takesRuns: true);
            return new ExportRunner(context).Run(new ExportArguments
            {
                Source = request.Environment,
                CondaName = request.CondaName,
                Format = named,
                Pip = options,
                AsConda = parsed.GetValue(asConda),
                Md5 = parsed.GetValue(md5),
                Sha256 = parsed.GetValue(sha256),
                NoBuilds = parsed.GetValue(noBuilds),
                Run = run.Read(parsed, context),
            });
        });
        return command;
    }
}
