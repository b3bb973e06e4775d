using System.CommandLine;
using System.Text;
using Firn.Analyses.Projects;
using Firn.Analyses.Running;
using Firn.Captures.Archives.Planning;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Cli.Commands;

/// <summary><c>firn results add</c>: keeps files as a run of an analysis.</summary>
internal sealed class ResultsAddCommand(CommandContext context)
{
    public static Command Create(CommandContext context)
    {
        var analysis = ResultsCommand.RunArgument("SUBJECT/NAME", "The analysis");
        var files = new Argument<string[]>("FILE")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Files and folders; folders are taken whole, with their paths",
        };
        var list = new Option<string?>("--files-from")
        {
            Description = "Take files and folders from a list as well, separated by NUL; - is standard input",
            HelpName = "FILE",
        };
        list.RefuseEmpty();
        var status = new Option<string>("--status")
        {
            Description = "How the run ended: succeeded or failed",
            DefaultValueFactory = _ => RunRecordJson.Word(RunStatus.Succeeded),
        };
        status.AcceptOnlyFromAmong(RunRecordJson.Word(RunStatus.Succeeded), RunRecordJson.Word(RunStatus.Failed));
        var withSecrets = new Option<bool>("--with-secrets") { Description = "Keep files that may hold passwords, tokens or keys too" };
        var json = new Option<bool>("--json") { Description = "Print the run's record" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "add",
            "Keep files as one run of an analysis. What the store has already is not kept twice. Exit code 4 where "
            + "something was left out.",
            "firn results add GW150914/Prod0 posterior.hdf5 plots")
        {
            analysis, files, list, status, withSecrets, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => new ResultsAddCommand(context).Run(
            AnalysisReference.ParseAnalysis(parsed.GetRequiredValue(analysis)),
            parsed.GetValue(files) ?? [],
            parsed.GetValue(list),
            parsed.GetValue(status) == RunRecordJson.Word(RunStatus.Failed) ? RunStatus.Failed : RunStatus.Succeeded,
            parsed.GetValue(withSecrets),
            parsed.GetValue(json),
            store.Settings(parsed, context),
            () => store.OpenOrCreate(parsed, context).InProject(store.Project(parsed, context)),
            store.Path(parsed, context)));
        return command;
    }

    private int Run(
        AnalysisReference analysis,
        string[] named,
        string? list,
        RunStatus status,
        bool withSecrets,
        bool asJson,
        Project? project,
        Func<Store> openStore,
        string storePath)
    {
        var paths = new List<string>(named);
        if (list is not null)
        {
            paths.AddRange(new FileList(context).Read(list));
        }

        if (paths.Count == 0)
        {
            throw new FirnException("no file is named", "name files or folders, or a list of them with --files-from", ExitCodes.Usage);
        }

        // The files are looked for first: a wrong name makes no store.
        var selection = new ResultFinder(context.Surroundings.CurrentDirectory, storePath).Find(paths, CancellationToken.None);
        var finder = new SecretResults(project ?? new Project { Folder = context.Surroundings.CurrentDirectory, Name = analysis.Subject });
        var secret = finder.Find(selection.Files);
        if (!withSecrets && secret.Count > 0)
        {
            selection = Without(selection, secret);
        }

        using var progress = new ProgressLine(context.Console, TimeProvider.System, "Adding", selection.Files.Count, selection.TotalSize);
        var added = new ResultAdder(openStore(), TimeProvider.System).Add(
            analysis.Subject,
            analysis.Name,
            selection.Files,
            status,
            state => progress.Update(state.Files, state.Bytes, state.FilesThere),
            CancellationToken.None);
        progress.Dispose();
        Write(added, asJson);
        foreach (var file in withSecrets ? secret : [])
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean($"{file.Path} is kept, and {SecretFiles.Reason}")}");
        }

        return WriteLeftOut(selection.LeftOut);
    }

    private static ResultSelection Without(ResultSelection selection, IReadOnlyList<ResultSource> secret)
    {
        var left = selection.Files.Except(secret).ToList();
        return left.Count > 0
            ? new ResultSelection(
                left, [.. selection.LeftOut, .. secret.Select(static file => new LeftOutFile(file.Path, $"{SecretFiles.Reason}; --with-secrets keeps it"))])
            : throw new FirnException(
                $"nothing is added: {secret[0].Path} {(secret.Count == 1 ? string.Empty : $"and {CountText.Of(secret.Count - 1, "other file")} ")}may hold passwords or tokens",
                "name other files, or keep it with --with-secrets",
                ExitCodes.Partial);
    }

    private void Write(AddedResults added, bool asJson)
    {
        var output = context.Console.Output;
        var record = added.Run.Record;
        if (asJson)
        {
            output.Write(Encoding.UTF8.GetString(RunRecordJson.Write(record)));
            return;
        }

        var total = added.Total;
        var there = total.FilesThere == 0 ? string.Empty
            : total.FilesThere == total.Files ? ", already there"
            : $", {total.FilesThere:N0} of them already there";
        output.WriteLine(TerminalText.Clean(
            $"Added {CountText.Of(total.Files, "file")} ({SizeText.Of(total.Bytes)}{there}) as {record.Subject}/{record.Name}@{record.Number}"));
    }

    private int WriteLeftOut(IReadOnlyList<LeftOutFile> files)
    {
        foreach (var file in files)
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean($"left out {file.Path}: {file.Reason}")}");
        }

        return files.Count == 0 ? ExitCodes.Done : ExitCodes.Partial;
    }
}
