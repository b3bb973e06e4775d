namespace Firn.Python;

/// <summary>The file names of wheels.</summary>
internal static class WheelName
{
    /// <summary>Whether it has the parts that the wheel format asks for: name, version, maybe a build, three tags.</summary>
    public static bool IsValid(string fileName)
    {
        if (!fileName.EndsWith(".whl", StringComparison.Ordinal))
        {
            return false;
        }

        var dashes = fileName.AsSpan().Count('-');
        return dashes is 4 or 5;
    }
}
