using System.Text;
using Firn.Analyses.Exports;
using Firn.Captures.Archives.Planning;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Cli.Commands;

/// <summary>Exports a run of a store: as an RO-Crate, or as asimov's metadata.</summary>
internal sealed class RunExporter(CommandContext context)
{
    public int Run(ExportArguments arguments)
    {
        var options = arguments.Run;
        var reference = AnalysisReference.Parse(arguments.Source ?? throw new FirnException(
            $"--format {arguments.Format} is of a run, and none is named",
            $"`firn export SUBJECT/NAME --format {arguments.Format}`; `firn results list` lists the analyses",
            ExitCodes.Usage));
        var store = Store.Open(options.Store).InProject(options.Project());
        var run = new RunLoader(store).Load(reference);
        if (arguments.Format == ExportFormats.Asimov)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(AsimovMetadata.Write(run)));
            return ExitCodes.Done;
        }

        using var cancellation = new CancellationBySignal();
        var folder = Path.GetFullPath(options.Folder!, context.Surroundings.CurrentDirectory);
        var crate = new CrateOptions(options.License, options.Author);
        var written = new CrateExporter(store).Write(run, folder, crate, cancellation.Token);
        var files = written.All;
        var size = SizeText.Of(files.Sum(static file => file.Size));
        context.Console.Output.WriteLine(TerminalText.Clean(
            $"{run.Reference} as an RO-Crate: {CountText.Of(files.Count, "file")} ({size}) -> {folder}"));
        foreach (var name in written.LeftOut)
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean($"left out {name}: {SecretFiles.Reason}")}");
        }

        if (options.License is null)
        {
            context.Console.Error.WriteLine("warning: the crate states no licence; --license MIT, or a URL, does");
        }

        return ExitCodes.Done;
    }
}
