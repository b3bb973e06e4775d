using Firn.Fuzz;
using Firn.Fuzz.Running;
using Firn.Fuzz.Targets;

namespace Firn.Tests.Fuzzing;

/// <summary>The first inputs of the fuzzer, the same in every run; docs/fuzzing.md tells of the long runs.</summary>
public sealed class FuzzSliceTests
{
    private const ulong Seed = 20;
    private const int Inputs = 300;

    public static TheoryData<string> Names
    {
        get
        {
            using var scratch = new ScratchFolder();
            return [.. AllTargets.Create(scratch).Select(target => target.Name)];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_mutated_files_nothing_fails(string name)
    {
        using var scratch = new ScratchFolder();
        var target = AllTargets.Create(scratch).Single(target => target.Name == name);
        // The samples as they are, then mutations of them.
        var count = Math.Max(Inputs / target.Cost, 10) + target.Seeds.Length;

        var result = new TargetRunner(target, Seed).Run(0, count, TimeSpan.MaxValue);

        Assert.Equal(count, result.Inputs);
        Assert.Empty(result.Failures.Select(failure => $"{failure.Reason}\n{Convert.ToBase64String(failure.Input)}"));
    }

    [Fact]
    public void Run_a_parser_that_throws_reports_the_smallest_input()
    {
        var target = new FuzzTarget
        {
            Name = "broken",
            Seeds = [new FuzzSeed("seed", [.. "abcdefghXijklmnop"u8])],
            Run = input => _ = input.Contains((byte)'X') ? throw new FormatException() : input,
        };

        var failure = Assert.Single(new TargetRunner(target, Seed).Run(0, 50, TimeSpan.MaxValue).Failures);

        Assert.Equal("X"u8.ToArray(), failure.Input);
        Assert.Equal(0, failure.Index);
    }

    [Fact]
    public void Run_a_parser_that_takes_too_much_memory_fails()
    {
        var target = new FuzzTarget
        {
            Name = "greedy",
            Seeds = [new FuzzSeed("seed", [1])],
            Run = _ => GC.KeepAlive(new byte[300 << 20]),
        };

        Assert.Contains("allocates", Assert.Single(new TargetRunner(target, Seed).Run(0, 1, TimeSpan.MaxValue).Failures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_a_user_error_is_no_failure()
    {
        var target = new FuzzTarget
        {
            Name = "refusing",
            Seeds = [new FuzzSeed("seed", [1])],
            Run = _ => throw new Firn.Common.FirnException("no", "hint"),
        };

        Assert.Empty(new TargetRunner(target, Seed).Run(0, 20, TimeSpan.MaxValue).Failures);
    }

    [Fact]
    public void Inputs_of_the_same_seed_are_the_same()
    {
        var target = new FuzzTarget { Name = "any", Seeds = [new FuzzSeed("seed", [.. "[section]\nkey = 12\n"u8])], Run = _ => { } };
        var first = new Firn.Fuzz.Mutations.InputMutator(target);
        var second = new Firn.Fuzz.Mutations.InputMutator(target);

        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(first.Input(7, i), second.Input(7, i));
        }

        Assert.NotEqual(first.Input(7, 100), first.Input(8, 100));
    }
}
