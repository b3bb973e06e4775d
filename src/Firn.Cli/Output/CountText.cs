namespace Firn.Cli.Output;

/// <summary>Counts for people.</summary>
internal static class CountText
{
    /// <summary>For example <c>1 file</c> or <c>12,345 files</c>.</summary>
    public static string Of(long count, string one) => count == 1 ? $"1 {one}" : $"{count:N0} {one}s";
}
