namespace Firn.Fuzz.Running;

/// <summary>Takes away all that a failure does not need, in ever smaller pieces.</summary>
internal static class InputMinimizer
{
    private const int MaxTries = 3000;

    public static byte[] Minimize(byte[] input, Func<byte[], bool> fails)
    {
        var tries = 0;
        for (var size = Math.Max(1, input.Length / 2); size > 0; size /= 2)
        {
            for (var at = 0; at < input.Length && tries < MaxTries; tries++)
            {
                byte[] candidate = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + size))];
                if (fails(candidate))
                {
                    input = candidate;
                }
                else
                {
                    at += size;
                }
            }
        }

        return input;
    }
}
