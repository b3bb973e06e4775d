using System.CommandLine;
using System.Globalization;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store forget</c>: lets gc free an archived environment.</summary>
internal static class StoreForgetCommand
{
    public static Command Create(CommandContext context)
    {
        var environment = new Argument<string>("ENVIRONMENT")
        {
            Description = "An environment id or its first eight digits or more; @N names one of its archives",
        };
        environment.RefuseOptions();
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "forget",
            "Forget an environment's archives: a tombstone is added to its records, and `firn store gc` then frees what "
            + "nothing else needs.",
            "firn store forget firn1:sha256:0123abcd...")
        {
            environment,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context, store.Open(parsed, context), parsed.GetRequiredValue(environment), CancellationToken.None));
        return command;
    }

    private static int Run(CommandContext context, Store store, string text, CancellationToken cancellation)
    {
        var (name, number) = Split(text);
        var id = new StoreListing(store).FindEnvironment(name) ?? throw new FirnException(
            $"the store {store.Path} has no archive of '{name}'", "give an environment id, as in environment.json");
        var archives = store.Archives(id);
        var records = archives.NewestFirst().Where(record => number is null || record.Number == number).ToList();
        if (records.Count == 0)
        {
            throw new FirnException(
                number is null ? $"every archive of {id} is forgotten already" : $"{id} has no archive {number} that is not forgotten",
                "nothing is left to forget");
        }

        foreach (var record in records)
        {
            archives.Append(ArchivedRecord.Forgetting(record, TimeProvider.System.GetUtcNow()), cancellation);
            context.Console.Output.WriteLine(TerminalText.Clean($"Forgot {id}@{record.Number}, of {record.Prefix}"));
        }

        context.Console.Output.WriteLine("`firn store gc` frees what nothing else needs");
        return ExitCodes.Done;
    }

    private static (string Name, int? Number) Split(string text)
    {
        var at = text.LastIndexOf('@');
        if (at < 0)
        {
            return (text, null);
        }

        return int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (text[..at], number)
            : throw new FirnException($"'{text[(at + 1)..]}' is not an archive number", "give ENVIRONMENT@N", FailureKind.InvalidRequest);
    }
}
