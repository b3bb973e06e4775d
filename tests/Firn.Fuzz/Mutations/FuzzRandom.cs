namespace Firn.Fuzz.Mutations;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators). Its own generator, because an input
/// must come out the same on every machine and every release of .NET.
/// </summary>
internal sealed class FuzzRandom
{
    private ulong _state;

    /// <summary>The numbers for one input, which depend on nothing but these three.</summary>
    public FuzzRandom(ulong seed, string target, long index)
    {
        // FNV-1a of the target's name, so that targets do not walk in step.
        var hash = 0xcbf29ce484222325;
        foreach (var c in target)
        {
            hash = (hash ^ c) * 0x100000001b3;
        }

        _state = hash ^ (seed * 0x9e3779b97f4a7c15);
        _state = Next() ^ ((ulong)index * 0xd1342543de82ef95);
        Next();
    }

    public ulong Next()
    {
        _state += 0x9e3779b97f4a7c15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to one less than <paramref name="limit"/>; 0 where the limit is not positive.</summary>
    public int Below(int limit) => limit <= 0 ? 0 : (int)(Next() % (ulong)limit);

    public bool OneIn(int chances) => Below(chances) == 0;

    /// <summary>A length that is small most of the time and at most <paramref name="most"/>.</summary>
    public int Length(int most) => most <= 0 ? 0 : 1 + Below(Math.Min(most, 1 << Below(12)));

    public T Pick<T>(ReadOnlySpan<T> items) => items[Below(items.Length)];
}
