using System.CommandLine;
using System.Text;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage.Records;
using Firn.Workflows;

namespace Firn.Cli.Commands.ResultsCommands;

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
            DefaultValueFactory = _ => RunTable.Word(RunStatus.Succeeded),
        };
        status.AcceptOnlyFromAmong(RunTable.Word(RunStatus.Succeeded), RunTable.Word(RunStatus.Failed));
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
            store.Selection(parsed),
            new AddResultsRequest
            {
                Analysis = parsed.GetRequiredValue(analysis),
                Paths = parsed.GetValue(files) ?? [],
                Status = parsed.GetValue(status) == RunTable.Word(RunStatus.Failed) ? RunStatus.Failed : RunStatus.Succeeded,
                WithSecrets = parsed.GetValue(withSecrets),
            },
            parsed.GetValue(list),
            parsed.GetValue(json)));
        return command;
    }

    private int Run(StoreSelection store, AddResultsRequest request, string? list, bool asJson)
    {
        IReadOnlyList<string> paths = [.. request.Paths, .. list is null ? [] : new FileList(context).Read(list)];
        if (paths.Count == 0)
        {
            throw new FirnException("no file is named", "name files or folders, or a list of them with --files-from", FailureKind.InvalidRequest);
        }

        if (paths.Contains(string.Empty))
        {
            throw new FirnException("a path is empty", "name files and folders; --files-from separates them with NUL", FailureKind.InvalidRequest);
        }

        var added = new StoredResults(context.SystemContext, store).Add(request with { Paths = paths }, new ConsoleObserver(context.Console));
        if (asJson)
        {
            context.Console.WriteDocument(added.Run.WriteJson);
        }
        else
        {
            WriteText(added);
        }

        foreach (var file in added.Secret)
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean($"{file.Path} is kept, and {OptionNames.Write(file.Reason)}")}");
        }

        foreach (var file in added.LeftOut)
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean($"left out {file.Path}: {OptionNames.Write(file.Reason)}")}");
        }

        return added.LeftOut.IsEmpty ? ExitCodes.Done : ExitCodes.Partial;
    }

    private void WriteText(AddResultsResult added)
    {
        var counts = added.Counts;
        var there = counts.FilesAlreadyThere == 0 ? string.Empty
            : counts.FilesAlreadyThere == counts.Files ? ", already there"
            : $", {counts.FilesAlreadyThere:N0} of them already there";
        context.Console.Output.WriteLine(TerminalText.Clean(
            $"Added {CountText.Of(counts.Files, "file")} ({SizeText.Of(counts.Bytes)}{there}) as {added.Run.Reference}"));
    }
}

/// <summary>Reads the list of <c>--files-from</c>: paths separated by NUL, as <c>find -print0</c> writes them.</summary>
internal sealed class FileList(CommandContext context)
{
    private const int Limit = 256 * 1024 * 1024;
    private const string StandardInput = "-";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The paths in the list.</summary>
    /// <exception cref="FirnException">It cannot be read, or is no such list.</exception>
    public IReadOnlyList<string> Read(string list)
    {
        var text = Decode(list == StandardInput ? ReadInput() : ReadFile(list), list);
        if (text.Contains('\n', StringComparison.Ordinal) && !text.Contains('\0', StringComparison.Ordinal))
        {
            throw new FirnException(
                $"the list {list} has lines and no NUL", "`find -print0` and `git ls-files -z` separate with NUL", FailureKind.InvalidRequest);
        }

        var paths = new List<string>(text.Split('\0'));
        if (paths[^1].Length == 0)
        {
            paths.RemoveAt(paths.Count - 1);
        }

        return paths;
    }

    private static string Decode(byte[] bytes, string list)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw new FirnException(
                $"the list {list} holds a path that is not UTF-8", "give the file another name, or name its folder");
        }
    }

    private byte[] ReadFile(string list)
    {
        // Also a pipe: `--files-from <(find ...)`.
        try
        {
            using var file = new FileStream(Path.GetFullPath(list, context.SystemContext.CurrentDirectory), FileMode.Open, FileAccess.Read);
            return ReadAll(file, list);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot read the list {list}: {exception.Message.TrimEnd('.')}", "name a file, or - for standard input", innerException: exception);
        }
    }

    private byte[] ReadInput()
    {
        using var input = context.Console.OpenInput();
        return ReadAll(input, StandardInput);
    }

    private static byte[] ReadAll(Stream stream, string list)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer, 0, buffer.Length) is > 0 and var read)
        {
            content.Write(buffer, 0, read);
            if (content.Length > Limit)
            {
                throw new FirnException($"the list {list} is larger than {Limit / (1024 * 1024)} MiB", "name folders instead");
            }
        }

        return content.ToArray();
    }
}
