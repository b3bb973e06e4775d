using System.Diagnostics;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Captures;

/// <summary>A capture that is killed, and captures that write at once: each file is an old one or a new one, whole.</summary>
public sealed class InterruptedCaptureTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private static readonly string[] Files = ["environment-pip.txt", "environment-system.txt", "environment.json"];

    [SkippableFact]
    public void Capture_killed_at_any_moment_leaves_whole_files()
    {
        using var environment = new PlainEnvironment();
        firn.Run("capture", environment.Prefix, "--output", environment.Output).MustReturn(0);
        var old = Lines(environment.Output);
        for (var i = 0; i < 300; i++)
        {
            environment.AddDistribution($"more{i}");
        }

        var watch = Stopwatch.StartNew();
        firn.Run("capture", environment.Prefix, "--output", environment.Root + "/new").MustReturn(0);
        var whole = watch.Elapsed;
        var current = Lines(environment.Root + "/new");
        var random = new Random(11);
        for (var i = 0; i < 40; i++)
        {
            using var process = Process.Start(
                new ProcessStartInfo(firn.Executable, ["capture", environment.Prefix, "--output", environment.Output])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
            // Mostly near the end, where the files are written.
            Thread.Sleep(whole * (0.5 + (random.NextDouble() * 0.6)));
            process.Kill();
            process.WaitForExit();

            foreach (var file in Files)
            {
                var now = Lines(environment.Output)[file];
                Assert.True(now == old[file] || now == current[file], $"{file} is neither the old nor the new one");
            }
        }

        firn.Run("capture", environment.Prefix, "--output", environment.Output).MustReturn(0);
        Assert.Equal(current, Lines(environment.Output));
    }

    [SkippableFact]
    public async Task Captures_into_one_folder_at_once_leave_whole_files_and_nothing_else()
    {
        using var environment = new PlainEnvironment();
        for (var i = 0; i < 100; i++)
        {
            environment.AddDistribution($"more{i}");
        }

        var runs = Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            firn.Run("capture", environment.Prefix, "--output", environment.Output))).ToArray();
        var results = await Task.WhenAll(runs);

        Assert.All(results, result => result.MustReturn(0));
        Assert.Equal(Files, Directory.EnumerateFileSystemEntries(environment.Output).Select(Path.GetFileName).Order());
        using var document = JsonDocument.Parse(File.ReadAllBytes(environment.Output + "/environment.json"));
        Assert.Equal(101, document.RootElement.GetProperty("distributions").GetArrayLength());
        Assert.Equal(101, File.ReadLines(environment.Output + "/environment-pip.txt").Count());
    }

    // All but the lines that differ between any two captures: the time and what the machine does just now.
    private static Dictionary<string, string> Lines(string folder)
    {
        var found = new Dictionary<string, string>();
        foreach (var file in Files)
        {
            var text = File.ReadAllText(Path.Join(folder, file));
            if (file.EndsWith(".json", StringComparison.Ordinal))
            {
                using var document = JsonDocument.Parse(text);
                text = document.RootElement.GetProperty("distributions").GetRawText()
                    + document.RootElement.GetProperty("environment_id").GetRawText();
            }

            found[file] = text;
        }

        return found;
    }
}
