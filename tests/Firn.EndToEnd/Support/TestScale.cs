namespace Firn.EndToEnd.Support;

/// <summary>How often a test does what it does: <c>FIRN_FULL_TESTS=1</c> asks for the numbers of a release.</summary>
internal static class TestScale
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("FIRN_FULL_TESTS") == "1";

    /// <summary>The number for every run of the tests, or for a full one.</summary>
    public static int Of(int usual, int full) => IsFull ? full : usual;
}
