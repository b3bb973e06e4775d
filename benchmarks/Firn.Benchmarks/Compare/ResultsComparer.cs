using System.Globalization;

namespace Firn.Benchmarks.Compare;

/// <summary>Adds a file to stores of growing size, and many files in one call: whole processes, interleaved.</summary>
/// <param name="firn">The published firn.</param>
/// <param name="folder">Where the stores and the files are.</param>
/// <param name="runs">How often each is measured.</param>
internal sealed class ResultsComparer(string firn, WorkFolder folder, int runs)
{
    private const int AtOnce = 10_000;
    private static readonly int[] Sizes = [0, 100, 10_000, 100_000];

    public ResultsMeasurement Measure()
    {
        var many = folder.PathOf("many");
        WriteFiles(many, AtOnce, "many");
        var contestants = Sizes.Select(Prepare).Append(new Contestant(
            $"{AtOnce.ToString("N0", CultureInfo.InvariantCulture)} results in one call",
            firn,
            // A new store each time: files that are there already would not be written.
            run => ["results", "add", "bench/many", many, "--store", folder.PathOf($"store-many-{run}")])).ToArray();
        Console.Error.WriteLine($"measuring {runs} runs of each");
        var timings = ProcessTimer.Measure(runs, contestants);
        return new ResultsMeasurement([.. timings.Take(Sizes.Length)], timings[^1]);
    }

    private Contestant Prepare(int size)
    {
        var name = size.ToString("N0", CultureInfo.InvariantCulture);
        Console.Error.WriteLine($"filling a store with {name} files");
        var store = folder.PathOf($"store-{size}");
        for (var filled = 0; filled < size; filled += AtOnce)
        {
            var files = folder.PathOf("fill");
            WriteFiles(files, Math.Min(size, AtOnce), $"{size} {filled}");
            ProcessTimer.Run(firn, ["results", "add", "bench/fill", files, "--store", store]);
        }

        return new Contestant($"add to {name} files", firn, run => ["results", "add", "bench/one", NewFile(size, run), "--store", store]);
    }

    private string NewFile(int size, int run)
    {
        var path = folder.PathOf("one");
        File.WriteAllText(path, $"the result {run} for the store of {size}");
        return path;
    }

    private static void WriteFiles(string folder, int count, string what)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < count; i++)
        {
            File.WriteAllText(Path.Join(folder, $"result-{i:D5}.txt"), $"{what} {i}\n" + new string('x', 1000));
        }
    }
}
