namespace Firn.Common;

/// <summary>Sizes for people, in powers of 1024.</summary>
public static class SizeText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>For example <c>512 B</c> or <c>1.5 GiB</c>.</summary>
    public static string Of(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : $"{value:F1} {Units[unit]}";
    }
}

/// <summary>Counts for people.</summary>
public static class CountText
{
    /// <summary>For example <c>1 file</c> or <c>12,345 files</c>.</summary>
    public static string Of(long count, string one) => count == 1 ? $"1 {one}" : $"{count:N0} {one}s";
}
