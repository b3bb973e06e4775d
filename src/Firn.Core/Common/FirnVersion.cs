namespace Firn.Common;

/// <summary>The version of this library.</summary>
internal static class FirnVersion
{
    /// <summary>For example <c>firn 0.1.0</c>.</summary>
    public static string Text { get; } =
        "firn " + (typeof(FirnVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");
}
