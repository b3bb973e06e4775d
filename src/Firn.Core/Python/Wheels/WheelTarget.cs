namespace Firn.Python.Wheels;

/// <summary>What a wheel is to be installed into, and what it should be.</summary>
/// <param name="PythonFolder">For example <c>python3.11</c>.</param>
/// <param name="ExpectedName">The distribution that a lock promises, in any spelling; <see langword="null"/> where none does.</param>
/// <param name="ExpectedVersion">Its version; one without a local part stands for all that have one.</param>
/// <param name="FileName">The wheel's own file name, whatever the file at hand is called.</param>
/// <param name="HeadersName">The name that its headers' folder gets; <see langword="null"/> for the canonical one.</param>
internal sealed record WheelTarget(
    string PythonFolder, string? ExpectedName, string? ExpectedVersion, string FileName, string? HeadersName = null);
