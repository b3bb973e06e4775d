using Firn.Runs.Running;

namespace Firn.Tests.Runs.Running;

public sealed class RunRehearsalTests
{
    // In a run a failure would be silent, and only make it slower.
    [Fact]
    public void Rehearse_reads_what_it_writes() => RunRehearsal.Rehearse();

    [Fact]
    public void Try_lets_nothing_out() => Rehearsal.Try(static () => throw new InvalidOperationException());
}
