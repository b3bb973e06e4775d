namespace Firn.Python.Pip;

/// <summary>Truth values in variables (pip: utils/misc.py strtobool).</summary>
internal static class PythonBoolean
{
    /// <summary>The value; <see langword="null"/> where it is none.</summary>
    public static bool? Parse(string? text) => text?.ToUpperInvariant() switch
    {
        "Y" or "YES" or "T" or "TRUE" or "ON" or "1" => true,
        "N" or "NO" or "F" or "FALSE" or "OFF" or "0" => false,
        _ => null,
    };
}
