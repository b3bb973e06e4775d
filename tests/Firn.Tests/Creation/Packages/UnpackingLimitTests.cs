using Firn.Common;
using Firn.Creation.Packages;

namespace Firn.Tests.Creation.Packages;

public sealed class UnpackingLimitTests
{
    [Fact]
    public void Run_on_many_threads_lets_no_more_work_at_once_than_it_may()
    {
        using var gate = new UnpackingLimit(2);
        using var both = new CountdownEvent(2);
        var inside = 0;
        var most = 0;
        var started = 0;
        WorkerThreads.OnThreads(
            8,
            8,
            "test",
            work => gate.Run(
                () =>
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref inside));
                    if (Interlocked.Increment(ref started) <= 2)
                    {
                        // The first two wait for each other: a gate for one lets the second in too late.
                        both.Signal();
                        both.Wait(TimeSpan.FromMinutes(1), work.Stop);
                    }

                    Thread.Sleep(1);
                    return Interlocked.Decrement(ref inside);
                },
                work.Stop),
            CancellationToken.None);

        Assert.Equal(2, most);
    }

    [Fact]
    public void Run_after_a_failure_has_its_place_again()
    {
        using var gate = new UnpackingLimit(1);

        Assert.Throws<InvalidOperationException>(() => gate.Run<int>(() => throw new InvalidOperationException(), CancellationToken.None));

        Assert.Equal(7, gate.Run(() => 7, CancellationToken.None));
    }

    [Fact]
    public void Run_while_it_waits_ends_when_it_is_cancelled()
    {
        using var gate = new UnpackingLimit(1);
        using var cancellation = new CancellationTokenSource();

        gate.Run(
            () =>
            {
                cancellation.Cancel();
                Assert.ThrowsAny<OperationCanceledException>(() => gate.Run(() => 0, cancellation.Token));
                return 0;
            },
            CancellationToken.None);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int before;
        while ((before = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, before) != before)
        {
            // Another thread was faster.
        }
    }
}
