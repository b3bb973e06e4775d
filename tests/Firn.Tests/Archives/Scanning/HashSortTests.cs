using Firn.Archives.Plans;
using Firn.Archives.Scanning;

namespace Firn.Tests.Archives.Scanning;

public sealed class HashSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(1024)]
    [InlineData(1025)]
    public void Sort_orders_by_key_and_keeps_equal_ones_in_place(int count)
    {
        var random = new Random(count);
        // Few keys, so that many are equal, and the largest, which is negative as a signed number.
        var pairs = Enumerable.Range(0, count)
            .Select(i => (Key: random.Next(8) == 0 ? ulong.MaxValue : (ulong)random.Next(200), File: new TreeFile($"{i}", default)))
            .ToArray();
        var keys = pairs.Select(pair => pair.Key).ToArray();
        var files = pairs.Select(pair => pair.File).ToArray();

        HashSort.Sort(keys, files);

        var expected = pairs.OrderBy(pair => pair.Key).ToArray();
        Assert.Equal(expected.Select(pair => pair.Key), keys);
        Assert.Equal(expected.Select(pair => pair.File), files);
    }
}
