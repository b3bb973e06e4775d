namespace Firn.Python.Wheels;

/// <summary>Where a wheel's file goes.</summary>
/// <param name="BundlePath">Relative to the prefix of a virtual environment.</param>
/// <param name="IsScript">Whether it is of the wheel's <c>scripts</c>, whose first line an installer rewrites.</param>
internal readonly record struct WheelPlace(string BundlePath, bool IsScript);
