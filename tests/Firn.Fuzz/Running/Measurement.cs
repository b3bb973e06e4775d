namespace Firn.Fuzz.Running;

/// <summary>What one input cost, and the exception that it ended in.</summary>
internal readonly record struct Measurement(TimeSpan Time, long Allocated, Exception? Exception)
{
    /// <summary>No file of an environment may hold a capture up for longer.</summary>
    public static readonly TimeSpan MaxTimeLength = TimeSpan.FromSeconds(2);

    public const long LargestAllocation = 256L << 20;

    /// <summary>What is wrong, in words that are the same for the same fault; <see langword="null"/> if nothing is.</summary>
    public string? Fault =>
        Exception is not null ? $"{Exception.GetType().Name} in {Place(Exception)}"
        : Time > MaxTimeLength ? "takes longer than 2 s"
        : Allocated > LargestAllocation ? "allocates more than 256 MiB"
        : null;

    /// <summary>The innermost method of Firn's own, from the stack.</summary>
    private static string Place(Exception exception)
    {
        foreach (var line in (exception.StackTrace ?? string.Empty).AsSpan().EnumerateLines())
        {
            var at = line.IndexOf("at Firn.", StringComparison.Ordinal);
            if (at >= 0)
            {
                var method = line[(at + 3)..];
                var end = method.IndexOf('(');
                return (end < 0 ? method : method[..end]).ToString();
            }
        }

        return "an unknown place";
    }
}
