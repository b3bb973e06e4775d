using Firn.Common;
using Firn.Python.Wheels.Zip;

namespace Firn.Python.Wheels;

/// <summary>The failure that a wheel cannot be taken.</summary>
internal static class WheelRefusal
{
    /// <param name="wheel">The wheel's file name.</param>
    /// <param name="problem">The file, and what is wrong with it.</param>
    /// <param name="cause">The cause, if there is one.</param>
    public static FirnException Of(string wheel, string problem, Exception? cause = null) => new(
        $"cannot install {ZipEntryName.Show(wheel)}: {problem}",
        "download it again; if it is still so, the wheel itself is broken and its makers have to publish another",
        innerException: cause);
}
