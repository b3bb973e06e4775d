using System.Diagnostics;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Stores;

/// <summary>A store whose writers and collections are killed: nothing is damaged, and all that was acknowledged is there.</summary>
public sealed class KilledStoreTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private static readonly int Kills = TestScale.Of(30, 500);

    [SkippableFact]
    public void Add_and_gc_killed_at_any_moment_leave_no_damage()
    {
        using var folder = new TemporaryFolder();
        var store = folder.PathOf("store");
        firn.Run("store", "init", store).MustReturn(0);
        var acknowledged = 0;
        var longest = Measure(folder, store, ref acknowledged);
        var random = new Random(17);
        for (var i = 0; i < Kills; i++)
        {
            // A collection beside each writer: what nothing needs is always at hand.
            File.WriteAllBytes(folder.PathOf("orphan"), BitConverter.GetBytes(i));
            firn.Run("results", "add", "old/run", folder.PathOf("orphan"), "--store", store).MustReturn(0);
            firn.Run("results", "forget", $"old/run@{1 + (2 * i)}", "--store", store).MustReturn(0);
            using var collection = Start("store", "gc", "--grace", "0", "--store", store);
            using var writer = StartAdd(folder, store, i);
            Thread.Sleep(longest * random.NextDouble());
            (i % 2 == 0 ? collection : writer).Kill();
            collection.WaitForExit();
            writer.WaitForExit();
            acknowledged += writer.ExitCode == 0 ? 1 : 0;
            Check(store);
        }

        firn.Run("store", "gc", "--grace", "0", "--store", store).MustReturn(0);
        Check(store);
        using var list = JsonDocument.Parse(firn.Run("results", "list", "new/run", "--store", store, "--json").MustReturn(0).StandardOutput);
        var runs = File.ReadAllText(Directory.GetFiles(Path.Join(store, "analyses/new/run"), "*.json").Max()!);
        Assert.True(Directory.GetFiles(Path.Join(store, "analyses/new/run"), "*.json").Length >= acknowledged, runs);
        Assert.NotEqual(JsonValueKind.Undefined, list.RootElement.ValueKind);
    }

    private TimeSpan Measure(TemporaryFolder folder, string store, ref int acknowledged)
    {
        var watch = Stopwatch.StartNew();
        using var writer = StartAdd(folder, store, -1);
        writer.WaitForExit();
        Assert.Equal(0, writer.ExitCode);
        acknowledged++;
        return watch.Elapsed * 1.2;
    }

    private Process StartAdd(TemporaryFolder folder, string store, int i)
    {
        var results = folder.PathOf($"results{i}");
        Directory.CreateDirectory(results);
        for (var file = 0; file < 20; file++)
        {
            // Some are new, some are what others have, some what a collection has just found superfluous.
            File.WriteAllText(Path.Join(results, $"f{file}"), file < 10 ? $"{i} {file}" : $"shared {file}");
        }

        File.WriteAllBytes(Path.Join(results, "orphan"), BitConverter.GetBytes(i));
        return Start("results", "add", "new/run", results, "--store", store);
    }

    private Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo(firn.Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private void Check(string store)
    {
        var check = firn.Run("store", "check", "--read-data", "--json", "--store", store);
        Assert.True(check.ExitCode == 0, check.StandardOutput);
    }
}
