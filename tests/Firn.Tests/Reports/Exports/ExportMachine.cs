using System.Collections.Immutable;
using System.Text;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Storage.Records;
using Firn.Storage.Results;
using Firn.Tests.Cli;
using Firn.Tests.Documents;

namespace Firn.Tests.Reports.Exports;

/// <summary>A store with runs to export.</summary>
internal sealed class ExportMachine : IDisposable
{
    public static readonly DateTimeOffset Started = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public string At(string name) => _folder["work/" + name];

    /// <summary>What a run of <c>python train.py</c> leaves in the store; its outputs have names that need care.</summary>
    public void AddRun(bool succeeds = true)
    {
        var store = Store.OpenOrCreate(_folder["store"], TimeProvider.System);
        var capture = CaptureWriter.Write(FullCapture.Create());
        var execution = Run(succeeds);
        List<ResultSource> files =
        [
            ResultSource.OfBytes("environment.json", capture),
            ResultSource.OfBytes("environment-pip.txt", "plain==1.0\n"u8.ToArray()),
            ResultSource.OfBytes("out/model 1%.pt", "weights"u8.ToArray()),
            ResultSource.OfBytes("outputs/environment.json", "{}"u8.ToArray()),
            ResultSource.OfBytes("ro-crate-metadata.json", "{}"u8.ToArray()),
            ResultSource.OfBytes("run.json", ExecutionWriter.Write(execution)),
            ResultSource.OfBytes("run.log", "epoch 1\n"u8.ToArray()),
        ];
        var draft = new RunRecord
        {
            Subject = "MIMIC",
            Name = "train",
            Number = 0,
            Created = Started.AddHours(1),
            Kind = RunKinds.Run,
            Status = succeeds ? RunStatus.Succeeded : RunStatus.Failed,
            Environments =
            [
                new RunEnvironment(RunEnvironment.AtRun, FullCapture.Create().EnvironmentId, store.Files.Add(capture), null),
            ],
        };
        new ResultAdder(store, TimeProvider.System).Add(draft, files, [], static _ => [], static _ => { }, CancellationToken.None);
    }

    /// <summary>What <c>firn results add</c> leaves: no command, no environment.</summary>
    public void AddResults()
    {
        var store = Store.OpenOrCreate(_folder["store"], TimeProvider.System);
        new ResultAdder(store, TimeProvider.System).Add(
            "190521",
            "Prod0",
            [ResultSource.OfBytes("posterior.hdf5", "samples"u8.ToArray())],
            RunStatus.Succeeded,
            static _ => { },
            CancellationToken.None);
    }

    public CommandRun Run(params string[] arguments)
    {
        Directory.CreateDirectory(_folder["work"]);
        return CommandRun.Of(
            new SystemContext
            {
                Variables = new Dictionary<string, string> { ["FIRN_STORE"] = _folder["store"] },
                HomeDirectory = _folder["home"],
                CurrentDirectory = _folder["work"],
            },
            arguments);
    }

    /// <summary>The bytes of an object of the store, to be damaged.</summary>
    public string ObjectOf(string content) => StoreLayout.FileOf(_folder["store"], Sha256Digest.Of(Encoding.UTF8.GetBytes(content)));

    private static Execution Run(bool succeeds) => new()
    {
        Subject = "MIMIC",
        Name = "train",
        Command = ["python", "study/train.py", "--model", "mlp", "--note", "it's two"],
        WorkingDirectory = ".",
        Started = Started,
        Ended = Started.AddSeconds(90),
        ExitCode = succeeds ? 0 : 137,
        Signal = succeeds ? null : "SIGKILL",
        Variables = new Dictionary<string, string?>
        {
            ["PATH"] = "/home/ana/.venv/bin",
            ["OMP_NUM_THREADS"] = "2",
            ["PYTHONHASHSEED"] = "0",
            ["API_TOKEN"] = "s3cret",
            ["MKL_NUM_THREADS"] = null,
        }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Inputs = [new ExecutionFile("data/patients #1.csv", Sha256Digest.Of("patients"u8), 8)],
        Outputs =
        [
            new ExecutionFile("out/model 1%.pt", Sha256Digest.Of("weights"u8), 7),
            new ExecutionFile("environment.json", Sha256Digest.Of("{}"u8), 2),
            new ExecutionFile("ro-crate-metadata.json", Sha256Digest.Of("{}"u8), 2),
        ],
        Code = new ExecutionCode
        {
            Commit = "1df58b891a2437b4ca6455603578574b422eec26",
            Remote = "https://example.org/ana/study.git",
        },
    };

    public void Dispose() => _folder.Dispose();
}
