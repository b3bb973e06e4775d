namespace Firn.Storage;

/// <summary>Finds the last of numbers that are dense from 1 on, with a few looks and no listing.</summary>
internal static class RecordNumbers
{
    /// <summary>The last number that exists, 0 where none does.</summary>
    /// <param name="hint">Any number; the nearer to the last, the fewer looks.</param>
    /// <param name="exists">Whether a number is taken.</param>
    public static int FindLast(int hint, Func<int, bool> exists)
    {
        if (hint <= 0)
        {
            return Gallop(0, exists);
        }

        return exists(hint) ? Gallop(hint, exists) : Bisect(0, hint, exists);
    }

    /// <summary>Goes up in growing steps from a number that is taken, or 0.</summary>
    private static int Gallop(int taken, Func<int, bool> exists)
    {
        for (long step = 1; ; step *= 2)
        {
            var next = (int)Math.Min(taken + step, int.MaxValue);
            if (next == taken)
            {
                return taken;
            }

            if (!exists(next))
            {
                return Bisect(taken, next, exists);
            }

            taken = next;
        }
    }

    private static int Bisect(int taken, int free, Func<int, bool> exists)
    {
        while (free - taken > 1)
        {
            var middle = taken + ((free - taken) / 2);
            if (exists(middle))
            {
                taken = middle;
            }
            else
            {
                free = middle;
            }
        }

        return taken;
    }
}
