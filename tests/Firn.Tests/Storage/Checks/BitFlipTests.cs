using System.Diagnostics;
using Firn.Storage.Checks;

namespace Firn.Tests.Storage.Checks;

/// <summary>Whichever bit of whichever file flips, a check of all data finds it.</summary>
public sealed class BitFlipTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>How many are tried in a usual run; <c>FIRN_BIT_FLIPS</c> asks for more.</summary>
    private const int UsualFlips = 600;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(60);

    [Fact]
    public void Every_flipped_bit_is_found()
    {
        using var store = new SampleStore(largestObject: 12_000);
        var files = store.Files();
        var sizes = files.Select(file => new FileInfo(store[file]).Length).ToList();
        var asked = int.TryParse(Environment.GetEnvironmentVariable("FIRN_BIT_FLIPS"), out var number) ? number : 0;
        var flips = Math.Max(asked, UsualFlips);
        var random = new Random(20261121);
        var watch = Stopwatch.StartNew();
        var done = 0;
        for (; done < flips && (asked > 0 || watch.Elapsed < MaxTime); done++)
        {
            // Half by bytes, half by files: the small ones count too.
            var file = done % 2 == 0 ? random.Next(files.Count) : At(sizes, random.NextInt64(sizes.Sum()));
            var offset = (int)random.NextInt64(sizes[file]);
            var bit = random.Next(8);
            store.FlipBit(files[file], offset, bit);

            var findings = StoreChecker.Check(
                store.Store.Path, new CheckOptions { ReadData = true, Threads = 1 }, CancellationToken.None).Findings;

            Assert.True(findings.Length > 0, $"bit {bit} of byte {offset} of {files[file]} was flipped, and nothing found");
            store.FlipBit(files[file], offset, bit);
        }

        Assert.Empty(store.Check().Findings);
        output.WriteLine($"{done} flips over {files.Count} files in {watch.Elapsed}");
    }

    private static int At(List<long> sizes, long position)
    {
        for (var i = 0; ; i++)
        {
            position -= sizes[i];
            if (position < 0)
            {
                return i;
            }
        }
    }
}
