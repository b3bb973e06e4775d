using Firn.Common;

namespace Firn.Tests.Cli;

/// <summary>A folder with a store and files, on which the commands of the store run.</summary>
internal sealed class StoreMachine : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StoreMachine() => Directory.CreateDirectory(_folder["work"]);

    public string Store => _folder["store"];

    public string At(string relative) => _folder["work/" + relative];

    public string Write(string relative, string content) => _folder.Write("work/" + relative, content);

    public CommandRun Run(params string[] arguments) => CommandRun.Of(
        new SystemContext
        {
            Variables = new Dictionary<string, string> { ["FIRN_STORE"] = Store },
            HomeDirectory = _folder["home"],
            CurrentDirectory = _folder["work"],
        },
        arguments);

    public CommandRun Done(params string[] arguments) => Run(arguments).AssertDone();

    public void Dispose() => _folder.Dispose();
}
