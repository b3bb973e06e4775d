using Firn.Analyses.Launching;
using Firn.Analyses.Running;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;

namespace Firn.Cli.Commands;

/// <summary>Before a run of a store that is not the user's own is run again: says what that is, and asks.</summary>
internal sealed class ForeignRun(CommandContext context)
{
    private const int MostVariables = 200;

    /// <exception cref="FirnException">The user does not want it, or nobody is there to be asked.</exception>
    public void Confirm(Store store, LastRun run, bool isConfirmed)
    {
        var record = run.Record;
        var chain = store.Analysis(record.Subject, record.Name);
        if (OwnStores.IsOwn(store, chain.PathOf(record.Number), context.Surroundings))
        {
            return;
        }

        Show(store, run);
        if (isConfirmed)
        {
            return;
        }

        if (context.Console.Ask("Run it? [y/N] ") is not { } answer)
        {
            throw new FirnException(
                $"the store {store.Path} is not your own, and a rerun runs what somebody else may have written",
                "look at what it is, above; --yes runs it");
        }

        if (answer.Trim() is not ("y" or "Y" or "yes"))
        {
            throw new FirnException("not run", "answer y, or say --yes, to run it");
        }
    }

    private void Show(Store store, LastRun run)
    {
        var execution = run.Execution;
        var environment = run.Capture.Environment;
        Line($"The store {store.Path} is not your own; this would run:");
        Line($"  run          {run.Record.Subject}/{run.Record.Name}@{run.Record.Number} of {TimeText.Of(run.Record.Created)}");
        Line($"  command      {string.Join(' ', execution.Command)}");
        Line($"  in           {(Path.IsPathRooted(execution.WorkingDirectory) ? $"{execution.WorkingDirectory}, which is NOT in the rerun's folder" : execution.WorkingDirectory)}");
        var code = execution.Code;
        var from = code?.Commit is { } commit ? $", commit {commit}{(code.Remote is { } remote ? $" of {remote}" : string.Empty)}" : string.Empty;
        Line($"  code         {(run.Record.Code is null ? "from your repository and the store" : "from the store")}{from}");
        Line($"  interpreter  {environment.Implementation} {environment.PythonVersion} of the environment {RunReport.Short(run.Capture.EnvironmentId)}, from the store");
        var shown = 0;
        foreach (var (name, value) in execution.Variables)
        {
            if (value is not null && name is not RunVariables.RunDirectory && shown++ < MostVariables)
            {
                Line($"  variable     {name}={value}");
            }
        }

        if (shown > MostVariables)
        {
            Line($"  and {shown - MostVariables} more variables");
        }
    }

    private void Line(string text) => context.Console.Error.WriteLine(TerminalText.Clean(text));
}
