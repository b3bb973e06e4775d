using System.Collections.Immutable;
using System.Text;
using Firn.Cli;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Bundles;
using Firn.Storage.Layout;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Fuzz.Trees;

/// <summary>
/// A store and a capture that somebody else made: one of their documents is whatever its maker wrote, with digests and sums
/// that fit it, and the commands read it in this process.
/// </summary>
internal sealed class HostileStore
{
    private const string Environment = "firn1:sha256:b462da38c0b5edfaae97bee6a9192998fd0e86d3e12ba0f064cf590eb983e84e";
    private static readonly DateTimeOffset Time = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private readonly ScratchFolder _scratch;
    private readonly string _name;
    private readonly Store _store;
    private readonly Sha256Digest _bundle;
    private readonly Dictionary<string, (byte[] Content, Action<byte[]> Put, string[][] Commands)> _documents = new(StringComparer.Ordinal);

    public HostileStore(ScratchFolder scratch)
    {
        _scratch = scratch;
        _name = $"hostile-{Guid.NewGuid():N}"[..16];
        Directory.CreateDirectory(At("work"));
        Directory.CreateDirectory(At("home"));
        _store = Store.OpenOrCreate(At("store"), TimeProvider.System, "hostile");
        _bundle = AddBundle("lib/python3.12/site-packages/snow_depth/__init__.py", "lib/python3.12/site-packages/snow_depth-1.0.dist-info/METADATA");
        var python = AddBundle("bin/python3.12", "lib/python3.12/os.py");
        AddBytecode(_bundle);
        AddBytecode(python);
        var capture = Rewritten(SeedFolder.Read("capture/virtual.json"), ("firn1:sha256:875fcd951d40a36bbf731fc2a49bd8a62c3f8e04ce2cd9c1abd9f87de5b24d1d", Environment));
        var archive = Rewritten(
            SeedFolder.Read("archive/archive.json"),
            ("60d6b837d03f0f3a79c9870f2b7d75e89dc2bbd35cb8139ff9627ccf6e77eeac", _bundle.Hex),
            ("c67b1f0df8043668c45214ad1da4762dda4ee726f0c164efec79c3fc04956988", python.Hex));
        _scratch.Write($"{_name}/cap/environment.json", capture);
        var archived = ArchivedRecordJson.Write(new ArchivedRecord
        {
            EnvironmentId = Environment,
            Number = 1,
            Created = Time,
            Archive = _store.Files.Add(archive),
            Capture = _store.Files.Add(capture),
            Prefix = "/opt/study",
        });
        PutSealed(archived, $"environments/{Environment[13..15]}/{Environment[13..]}/000001.json");
        AddRun(capture);
        AddRun(capture);
        var run = File.ReadAllBytes(At("store/analyses/study/train/000001.json"));
        string[][] restores = [["restore", "../cap", "--to", "../restored"], ["store", "check"], ["store", "gc", "--dry-run"], ["store", "stats"]];
        string[][] runs =
        [
            ["results", "list"], ["results", "list", "study/train", "--json"], ["results", "show", "study/train@1"], ["show", "study/train@1"],
            ["show", "study/train@1", "--json"], ["diff", "study/train@1", "study/train@2"], ["results", "fetch", "study/train@1", "--force"],
            ["export", "study/train@1", "--format", "ro-crate", "-o", "../crate"], ["store", "check"], ["store", "gc", "--dry-run"],
        ];
        string[][] captures =
        [
            ["restore", "../cap", "--to", "../restored"], ["verify", "../cap"], ["diff", "../cap", "../cap2"], ["export", "../cap", "--format", "requirements"],
            ["export", "../cap", "--format", "cyclonedx"],
        ];
        _scratch.Write($"{_name}/cap2/environment.json", capture);
        _documents["archive"] = (archive, content => PutSealed(
            ArchivedRecordJson.Write(ArchivedRecordJson.Read(archived, "record") with { Archive = PutObject(content) }),
            $"environments/{Environment[13..15]}/{Environment[13..]}/000001.json"), restores);
        _documents["archive-record"] = (archived, content => PutSealed(content, $"environments/{Environment[13..15]}/{Environment[13..]}/000001.json"), restores);
        _documents["capture"] = (capture, content => _scratch.Write($"{_name}/cap/environment.json", content), captures);
        _documents["run-record"] = (run, content => PutSealed(content, "analyses/study/train/000001.json"), runs);
        foreach (var name in (string[])["run.json", "environment.json"])
        {
            var record = RunRecordJson.Read(run, "record");
            var resource = record.Resources.Single(file => file.Name == name);
            _documents[name] = (
                _store.Files.Read(resource.Digest, 1 << 20),
                content => PutSealed(RunRecordJson.Write(record with
                {
                    Resources = [.. record.Resources.Select(file => file.Name == name ? file with { Digest = PutObject(content), Size = content.Length } : file)],
                }), "analyses/study/train/000001.json"),
                runs);
        }

        var index = $"bundles/sha256/{_bundle.Hex[..2]}/{_bundle.Hex}";
        _documents["index"] = (File.ReadAllBytes(At($"store/{index}.json")), content => Put($"{index}.json", content), restores);
        _documents["bytecode-index"] = (
            File.ReadAllBytes(At($"store/{index}.cpython-312.json")), content => Put($"{index}.cpython-312.json", content), restores);
        var source = Encoding.UTF8.GetBytes(
            $$"""
            {
              "schema": "firn.source/1",
              "bundle": "{{_bundle}}",
              "kind": "wheel",
              "name": "snow-depth",
              "record": "{{Sha256Digest.Of("weights"u8)}}",
              "version": "1.0"
            }

            """.ReplaceLineEndings("\n"));
        var place = $"sources/sha256/{_bundle.Hex[..2]}/{_bundle.Hex}.json";
        PutSealed(source, place);
        _documents["source"] = (source, content => PutSealed(content, place), [["store", "check"], ["store", "gc", "--grace", "0"], ["store", "repair"]]);
        _documents["description"] = (
            File.ReadAllBytes(At("store/firn-store.json")), content => PutSealed(content, "firn-store.json"), [["store", "check"], ["results", "list"], ["store", "init"]]);
    }

    /// <summary>The documents that can be exchanged.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["archive", "archive-record", "capture", "run-record", "run.json", "environment.json", "index", "bytecode-index", "description", "source"];

    /// <summary>The document as Firn wrote it.</summary>
    public byte[] True(string name) => _documents[name].Content;

    /// <summary>Runs the commands that read a document which is in the place of the true one.</summary>
    /// <returns>What is wrong; <see langword="null"/> where each command did it, or said why not in a line and a hint.</returns>
    public string? Read(string name, byte[] content)
    {
        var (original, put, commands) = _documents[name];
        put(content);
        try
        {
            return commands.Select(Run).FirstOrDefault(problem => problem is not null);
        }
        finally
        {
            put(original);
        }
    }

    private string? Run(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var console = new CommandConsole(output, error);
        var code = new FirnApplication(console, new SystemContext
        {
            Variables = new Dictionary<string, string> { ["FIRN_STORE"] = At("store"), ["FIRN_CACHE"] = At("cache") },
            HomeDirectory = At("home"),
            CurrentDirectory = At("work"),
        }).Run(arguments);
        Firn.Restore.Writing.TreeRemoval.TryRemove(At("restored"));
        Firn.Restore.Writing.TreeRemoval.TryRemove(At("crate"));
        var said = error.ToString();
        var errors = said.Split('\n').Count(line => line.StartsWith("error: ", StringComparison.Ordinal));
        var hints = said.Split('\n').Count(line => line.StartsWith("hint: ", StringComparison.Ordinal));
        return code is not (ExitCodes.Done or ExitCodes.Failed or ExitCodes.Usage or ExitCodes.Different or ExitCodes.Partial or ExitCodes.NoStore)
                || errors > 1 || hints != errors || said.Any(character => char.IsControl(character) && character != '\n')
            ? $"firn {string.Join(' ', arguments)}: exit code {code}\n{said}"
            : null;
    }

    private void AddRun(byte[] capture)
    {
        var execution = ExecutionWriter.Write(new Execution
        {
            Subject = "study",
            Name = "train",
            Command = ["python", "train.py"],
            WorkingDirectory = ".",
            ProjectFolder = "/home/ana/study",
            Started = Time,
            Ended = Time.AddSeconds(9),
            ExitCode = 0,
            Variables = new Dictionary<string, string?> { ["PATH"] = "/usr/bin", ["OMP_NUM_THREADS"] = null }.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Inputs = [new ExecutionFile("data.csv", Sha256Digest.Of("data"u8), 4)],
            Outputs = [new ExecutionFile("model.pt", Sha256Digest.Of("weights"u8), 7)],
            Code = new ExecutionCode { Commit = "1df58b891a2437b4ca6455603578574b422eec26", Remote = "https://example.org/study.git" },
        });
        var draft = new RunRecord
        {
            Subject = "study",
            Name = "train",
            Number = 0,
            Created = Time,
            Kind = RunKinds.Run,
            Status = RunStatus.Succeeded,
            Environments = [new RunEnvironment(RunEnvironment.AtRun, Environment, Sha256Digest.Of(capture), null)],
        };
        new ResultAdder(_store, TimeProvider.System).Add(
            draft,
            [
                ResultSource.OfBytes("environment.json", capture), ResultSource.OfBytes("model.pt", "weights"u8.ToArray()),
                ResultSource.OfBytes("run.json", execution), ResultSource.OfBytes("run.log", "one\n"u8.ToArray()),
            ],
            [],
            static _ => [],
            static _ => { },
            CancellationToken.None);
    }

    private Sha256Digest AddBundle(params string[] paths) => _store.Bundles.Add(Members(paths), BundleAddOptions.Default, CancellationToken.None).Digest;

    private void AddBytecode(Sha256Digest bundle) => _store.Bundles.AddBytecode(
        bundle, "cpython-312", Members("lib/python3.12/__pycache__/os.cpython-312.pyc"), BundleAddOptions.Default, CancellationToken.None);

    private static BundleMember[] Members(params string[] paths) =>
        [.. paths.Select(path => new BundleMember { Path = path, Content = BundleContent.OfBytes(Encoding.UTF8.GetBytes(path + "\n")) })];

    private static byte[] Rewritten(byte[] document, params (string Old, string New)[] changes) =>
        Encoding.UTF8.GetBytes(changes.Aggregate(
            Encoding.UTF8.GetString(document), (text, change) => text.Replace(change.Old, change.New, StringComparison.Ordinal)));

    private Sha256Digest PutObject(byte[] content)
    {
        var digest = Sha256Digest.Of(content);
        if (!File.Exists(_store.Files.PathOf(digest)))
        {
            Put($"files/sha256/{digest.Hex[..2]}/{digest.Hex}", content);
        }

        return digest;
    }

    private void PutSealed(byte[] document, string path) => Put(path, RecordChecksum.Add(document));

    private void Put(string path, byte[] content)
    {
        if (File.Exists(At($"store/{path}")))
        {
            File.Delete(At($"store/{path}"));
        }

        _scratch.Write($"{_name}/store/{path}", content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(At($"store/{path}"), UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    private string At(string relative) => _scratch[$"{_name}/{relative}"];
}
