using Firn.Captures.Archives;

namespace Firn.Restore.Planning;

/// <summary>
/// Which of two packages with one path wins: pip's over conda's, since it was installed into the prefix of the other, those
/// over the interpreter, and what nobody owns over all.
/// </summary>
internal static class JobRanks
{
    /// <summary>The rank of the conda package that is linked first.</summary>
    public const int FirstOfConda = 1 << 20;

    public static int Of(ArchivedPackageKind kind, int index) => index + kind switch
    {
        ArchivedPackageKind.Interpreter => 0,
        ArchivedPackageKind.Conda => FirstOfConda,
        ArchivedPackageKind.Distribution => FirstOfConda * 2,
        ArchivedPackageKind.Project => FirstOfConda * 3,
        _ => FirstOfConda * 4,
    };
}
