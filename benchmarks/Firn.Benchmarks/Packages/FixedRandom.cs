namespace Firn.Benchmarks.Packages;

/// <summary>Numbers that look random and are the same on each machine and with each runtime (xorshift64*).</summary>
internal sealed class FixedRandom(ulong seed)
{
    private ulong _state = (seed * 0x9E3779B97F4A7C15) | 1;

    public ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }

    /// <summary>A number from 0 to <paramref name="limit"/>, without it.</summary>
    public int Below(int limit) => (int)((Next() >> 33) % (ulong)limit);

    /// <summary>The same with small numbers far more often than large ones, as words and instructions come.</summary>
    public int SmallBelow(int limit)
    {
        var share = (Next() >> 11) / (double)(1UL << 53);
        return (int)(share * share * share * limit);
    }

    /// <summary>A length around a mean: many short ones, few that are long.</summary>
    public int Length(int mean)
    {
        var share = (Next() >> 11) / (double)(1UL << 53);
        return (int)Math.Min(-Math.Log(1 - share) * mean, 12.0 * mean);
    }
}
