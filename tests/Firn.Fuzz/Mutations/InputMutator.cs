using System.Collections.Immutable;

namespace Firn.Fuzz.Mutations;

/// <summary>Makes inputs: the seeds as they are first, then ever new mutations of them.</summary>
internal sealed class InputMutator(FuzzTarget target)
{
    /// <summary>Large enough that work which grows with the square of the input takes longer than the limit.</summary>
    private const int LargestInput = 1 << 20;

    /// <summary>The input of that number; the same for the same seed on every machine.</summary>
    public byte[] Input(ulong seed, long index)
    {
        if (index < target.Seeds.Length)
        {
            return target.Seeds[(int)index].Content;
        }

        var random = new FuzzRandom(seed, target.Name, index);
        var start = target.Seeds[random.Below(target.Seeds.Length)];
        var content = start.Content[start.Protected..];
        var rounds = 1 + random.Below(1 << random.Below(5));
        for (var i = 0; i < rounds; i++)
        {
            content = Mutate(content, random);
            content = content.Length > LargestInput ? content[..LargestInput] : content;
        }

        return start.Protected == 0 ? content : [.. start.Content.AsSpan(0, start.Protected), .. content];
    }

    private byte[] Mutate(byte[] content, FuzzRandom random) => random.Below(10) switch
    {
        0 or 1 or 2 => ByteMutations.Apply(content, random),
        3 or 4 => BlockMutations.Apply(content, random),
        5 => Splice(content, random),
        6 or 7 => LineMutations.Apply(content, random),
        8 => Token(content, random),
        _ => TextMutations.Apply(content, random),
    };

    /// <summary>The start of this and the end of another seed.</summary>
    private byte[] Splice(byte[] content, FuzzRandom random)
    {
        ImmutableArray<FuzzSeed> seeds = target.Seeds;
        var other = seeds[random.Below(seeds.Length)];
        var rest = other.Content.AsSpan(other.Protected);
        return [.. content.AsSpan(0, random.Below(content.Length + 1)), .. rest[random.Below(rest.Length + 1)..]];
    }

    private byte[] Token(byte[] content, FuzzRandom random)
    {
        if (target.Tokens.IsEmpty)
        {
            return ByteMutations.Apply(content, random);
        }

        var token = target.Tokens[random.Below(target.Tokens.Length)];
        var at = random.Below(content.Length + 1);
        var end = random.OneIn(2) ? at : Math.Min(content.Length, at + token.Length);
        return [.. content.AsSpan(0, at), .. token, .. content.AsSpan(end)];
    }
}
