using Firn.Storage.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Storage.Records;

public sealed class RecordNumbersTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    [InlineData(int.MaxValue - 1)]
    [InlineData(int.MaxValue)]
    public void The_last_number_is_found_from_any_hint(int last)
    {
        foreach (var hint in (int[])[int.MinValue, -1, 0, 1, 2, last - 1, last, unchecked(last + 1), last / 2, int.MaxValue])
        {
            Assert.Equal(last, RecordNumbers.FindLast(hint, number => number <= last));
        }
    }

    [Fact]
    public void Any_last_number_is_found_from_any_hint_with_few_looks() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 5_000_000).Zip(Gen.Choose(-10, 10_000_000)).ToArbitrary(),
        pair =>
        {
            var looks = 0;
            var found = RecordNumbers.FindLast(pair.Item2, number =>
            {
                looks++;
                return number <= pair.Item1;
            });
            return found == pair.Item1 && looks <= 60;
        }));

    [Fact]
    public void A_right_hint_takes_two_looks()
    {
        var looks = 0;
        RecordNumbers.FindLast(70_000, number =>
        {
            looks++;
            return number <= 70_000;
        });

        Assert.Equal(2, looks);
    }
}
