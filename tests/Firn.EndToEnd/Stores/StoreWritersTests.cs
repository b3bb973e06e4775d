using System.Diagnostics;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Stores;

/// <summary>Many writers in one store, and writers that are killed: nothing that was acknowledged is lost.</summary>
public sealed class StoreWritersTests(PublishedFirn firn) : IDisposable, IClassFixture<PublishedFirn>
{
    private const int Writers = 16;
    private static readonly int Each = TestScale.Of(20, 200);
    private readonly TemporaryFolder _folder = new();

    private string Store => _folder.PathOf("store");

    [SkippableFact]
    public void Sixteen_processes_adding_to_one_analysis_lose_nothing()
    {
        Write((_, _) => "S/N");

        var runs = StoreChain.Check(Store, "S", "N");
        Assert.Equal(Writers * Each, runs.Count);
        Assert.Equal(Writers * Each, runs.Values.SelectMany(names => names).Distinct().Count());
        Assert.Empty(Directory.GetFiles(_folder.PathOf("store", "tmp")));
        using var list = JsonDocument.Parse(firn.Run("results", "list", "S/N", "--store", Store, "--json").MustReturn(0).StandardOutput);
        Assert.Equal(Writers * Each, list.RootElement.GetProperty("analyses")[0].GetProperty("runs").GetArrayLength());
    }

    [SkippableFact]
    public void Sixteen_processes_adding_to_many_analyses_lose_nothing()
    {
        // Some analyses are one writer's, some are shared, and all writers begin in a store that is not there.
        Write((writer, i) => i % 2 == 0 ? $"S/own{writer}" : $"T/shared{i % 7}");

        var runs = Directory.GetDirectories(_folder.PathOf("store", "analyses")).SelectMany(Directory.GetDirectories)
            .SelectMany(folder => StoreChain.Check(Store, Path.GetFileName(Path.GetDirectoryName(folder))!, Path.GetFileName(folder)).Values);
        Assert.Equal(Writers * Each, runs.Sum(names => names.Count));
        Assert.Empty(Directory.GetFiles(_folder.PathOf("store", "tmp")));
    }

    [SkippableFact]
    public void Killed_at_any_moment_a_writer_leaves_a_whole_store()
    {
        var kills = TestScale.Of(30, 500);
        var random = new Random(17);
        var killed = 0;
        var length = Stopwatch.StartNew();
        using (var first = Add(random))
        {
            first.WaitForExit();
        }

        var whole = length.Elapsed;
        while (killed < kills)
        {
            using var process = Add(random);
            Thread.Sleep(whole * (random.NextDouble() * 1.1));
            process.Kill();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var runs = StoreChain.Check(Store, "S", "N");
            if (output.Contains(" as S/N@", StringComparison.Ordinal))
            {
                var number = int.Parse(output.Trim().Split('@')[^1], System.Globalization.CultureInfo.InvariantCulture);
                Assert.Equal(12, runs[number].Count);
            }
            else
            {
                killed++;
            }
        }

        var before = StoreChain.Check(Store, "S", "N").Count;
        firn.Run("results", "add", "S/N", _folder.PathOf("killed"), "--store", Store).MustReturn(0);
        Assert.Equal(before + 1, StoreChain.Check(Store, "S", "N").Count);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(Func<int, int, string> analysis)
    {
        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        var threads = Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
        {
            for (var i = 0; i < Each && failures.IsEmpty; i++)
            {
                var file = _folder.PathOf($"result-{writer}-{i}");
                File.WriteAllText(file, $"{writer} {i}");
                var result = firn.Run("results", "add", analysis(writer, i), file, "--store", Store);
                if (result.ExitCode != 0 || result.StandardError.Length > 0)
                {
                    failures.Add(result.StandardError);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Empty(failures);
    }

    /// <summary>Starts to add a folder of twelve new files.</summary>
    private Process Add(Random random)
    {
        var folder = _folder.PathOf("killed");
        Directory.CreateDirectory(folder);
        for (var i = 0; i < 12; i++)
        {
            var content = new byte[random.Next(1, 50_000)];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Join(folder, $"f{i}"), content);
        }

        return Process.Start(new ProcessStartInfo(firn.Executable, ["results", "add", "S/N", folder, "--store", Store])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
