using System.CommandLine;
using System.Text.Json;
using Firn.Captures.Documents;
using Firn.Cli.Commands.ResultsCommands;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Common.Json;
using Firn.Runs.Observation;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Cli.Commands;

/// <summary><c>firn show</c>: what a run did, and what it really used of its environment.</summary>
internal sealed class ShowCommand(CommandContext context, Store store, StoredRun run)
{
    public const string Name = "show";

    /// <summary>The schema of the output with <c>--json</c>.</summary>
    public const string Schema = "firn.show/1";

    private const int Limit = 64 * 1024 * 1024;

    public static Command Create(CommandContext context)
    {
        var reference = ResultsCommand.RunArgument("SUBJECT/NAME[@N]", "The run; without @N the last one");
        var requirements = new Option<bool>("--requirements")
        {
            Description = "Print the requirements of what the run imported, as pip freeze would, and nothing else",
        };
        var json = new Option<bool>("--json") { Description = "Print the run's record, what it did and what it used as JSON" };
        var store = new StoreArguments(ofProject: true);
        var command = new ExampleCommand(
            Name, "Show what a run did, and what it really used of its environment.", "firn show study/train --requirements")
        {
            reference, requirements, json,
        };
        store.AddTo(command);
        command.SetAction(parsed =>
        {
            var opened = store.Open(parsed, context);
            var show = new ShowCommand(context, opened, Find(opened, AnalysisReference.Parse(parsed.GetRequiredValue(reference))));
            return show.Run(parsed.GetValue(requirements), parsed.GetValue(json));
        });
        return command;
    }

    private static StoredRun Find(Store store, AnalysisReference reference)
    {
        var runs = store.Runs(reference.Subject, reference.Name);
        if (reference.Number is { } number)
        {
            var found = runs.Find(number) ?? throw new FirnException(
                $"{runs.Reference} has no run {number}", $"`firn results list {runs.Reference}` lists them");
            return found.Counts ? found : throw new FirnException(
                $"{runs.Reference}@{number} is forgotten, or no run", $"`firn results list {runs.Reference}` lists those that are kept");
        }

        foreach (var run in runs.NewestFirst())
        {
            if (run.Counts)
            {
                return run;
            }
        }

        throw new FirnException(
            $"the store {store.Path} has no run of {runs.Reference}", "`firn results list` lists the analyses; --store DIR names another store");
    }

    private int Run(bool showsRequirements, bool asJson)
    {
        if (showsRequirements && asJson)
        {
            throw new FirnException("--requirements and --json exclude each other", "give one of them", FailureKind.InvalidRequest);
        }

        if (asJson)
        {
            context.Console.Output.Write(System.Text.Encoding.UTF8.GetString(Json()));
        }
        else if (showsRequirements)
        {
            WriteRequirements();
        }
        else
        {
            var execution = Read(RunFileNames.Execution) is { } bytes ? JsonDocument.Parse(bytes) : null;
            new RunSummary(context.Console.Output).Write(run, execution?.RootElement ?? default, Observation());
        }

        return ExitCodes.Done;
    }

    private void WriteRequirements()
    {
        if (Observation() is not { } observation)
        {
            throw new FirnException(
                $"{Reference} was not observed: what it imported is not known", "run it without --no-observe");
        }

        var name = Capture.FileName;
        var capture = Read(name) is { } bytes
            ? CaptureReader.Read(bytes, $"{name} of {Reference}").Capture
            : throw new FirnException($"{Reference} has no {name}", "`firn run` keeps one with each run");
        context.Console.Output.Write(UsedRequirements.Write(observation, capture));
        foreach (var process in observation.Processes)
        {
            if (!process.IsObserved)
            {
                context.Console.Error.WriteLine(TerminalText.Clean(
                    $"warning: what process {process.ProcessId} imported is not known ({process.Why}): {process.Executable}"));
            }
        }
    }

    private RunObservation? Observation() => Read(RunFileNames.Observation) is { } bytes
        ? ObservationDocument.Read(bytes, $"{RunFileNames.Observation} of {Reference}")
        : null;

    private byte[] Json()
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        Member("execution", Read(RunFileNames.Execution));
        Member("observation", Read(RunFileNames.Observation));
        Member("run", RunRecordJson.Write(run.Record));
        json.EndObject();
        return json.WrittenDocument.ToArray();

        void Member(string name, byte[]? document)
        {
            if (document is not null)
            {
                using var parsed = JsonDocument.Parse(document);
                json.Name(name);
                CanonicalJson.WriteValue(json, parsed.RootElement);
            }
        }
    }

    /// <summary>A JSON file of the run; <see langword="null"/> where it has none of this name.</summary>
    private byte[]? Read(string name)
    {
        foreach (var resource in run.Record.Resources)
        {
            if (resource.Name == name)
            {
                var bytes = store.Files.Read(resource.Digest, Limit);
                Check(bytes, name);
                return bytes;
            }
        }

        return null;
    }

    /// <summary>Anybody may have added a file of that name: `firn results add` keeps what it is given.</summary>
    private void Check(byte[] bytes, string name)
    {
        // A text that is none, half of a surrogate pair, is found out only when it is taken.
        _ = JsonFields.Read(
            bytes,
            static root =>
            {
                var json = new CanonicalJsonWriter();
                CanonicalJson.WriteValue(json, root);
                return json;
            },
            (reason, exception) => new FirnException(
                $"{name} of {Reference} cannot be read: {reason}",
                $"`firn results fetch {Reference} {name}` gives it as it is",
                innerException: exception));
    }

    private string Reference => $"{run.Record.Subject}/{run.Record.Name}@{run.Record.Number}";
}
