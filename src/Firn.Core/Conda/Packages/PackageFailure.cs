using Firn.Common;

namespace Firn.Conda.Packages;

/// <summary>The failures of one archive. What it says of itself is shortened and stripped of what a terminal would obey.</summary>
/// <param name="fileName">The archive's name.</param>
internal sealed class PackageFailure(string fileName)
{
    private const int ShownStart = 200;
    private const int ShownEnd = 100;

    /// <summary>The archive's name, fit to be shown.</summary>
    public string Package { get; } = Shown(Credentials.Remove(fileName));

    /// <summary>The bytes are not what was published.</summary>
    public FirnException Damaged(string why, Exception? cause = null) => new(
        $"the conda package {Package} is damaged: {Shown(why)}",
        "download it again; if it is the same then, the channel has to mend it",
        innerException: cause);

    /// <summary>It was published like that, and no environment is to have it.</summary>
    public FirnException Refused(string why) => new(
        $"the conda package {Package} is refused: {Shown(why)}", "tell its channel, or choose another build of the package");

    /// <summary>The text in one line, without control characters.</summary>
    public static string Shown(string text)
    {
        if (text.Length > ShownStart + ShownEnd)
        {
            text = string.Concat(text.AsSpan(0, ShownStart), "...", text.AsSpan(text.Length - ShownEnd));
        }

        return string.Create(text.Length, text, static (shown, source) =>
        {
            for (var i = 0; i < shown.Length; i++)
            {
                shown[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
            }
        });
    }
}

/// <summary>
/// How much one archive may unpack to. The numbers are far above those of any published package (CUDA's have 5 GB and
/// PyTorch's 40,000 files, and 20 times their archive's size) and low enough that a bomb ends in seconds.
/// </summary>
/// <param name="archiveLength">The archive's size in bytes.</param>
/// <param name="failure">Refuses it.</param>
/// <param name="cancellation">Looked at whenever bytes are taken.</param>
internal sealed class UnpackBudget(long archiveLength, PackageFailure failure, CancellationToken cancellation)
{
    private const long MaxBytes = 64L << 30;
    private const long MaxBytesOfAnyArchive = 256L << 20;
    private const int MaxRatio = 1000;
    private const int MaxMembers = 1_000_000;
    private const long MaxNameBytes = 128L << 20;
    private readonly long _bytes = Math.Min(
        MaxBytes, Math.Max(MaxBytesOfAnyArchive, archiveLength > MaxBytes / MaxRatio ? MaxBytes : archiveLength * MaxRatio));

    private long _taken;
    private int _members;
    private long _nameBytes;

    /// <summary>Takes unpacked bytes: contents, headers and gaps.</summary>
    public void Take(long bytes)
    {
        cancellation.ThrowIfCancellationRequested();
        _taken += bytes;
        if (_taken > _bytes)
        {
            throw failure.Refused($"it unpacks to more than {_bytes >> 20} MiB, out of {archiveLength} bytes");
        }
    }

    /// <summary>Refuses content that will not fit before it is read.</summary>
    public void Require(long bytes, string path)
    {
        if (bytes > _bytes - _taken)
        {
            throw failure.Refused($"{path} has {bytes} bytes, and the archive may unpack to {_bytes >> 20} MiB");
        }
    }

    public void TakeMember(string path)
    {
        _nameBytes += path.Length;
        if (++_members > MaxMembers || _nameBytes > MaxNameBytes)
        {
            throw failure.Refused($"it has more than {MaxMembers} files, or names of more than {MaxNameBytes >> 20} MiB");
        }
    }
}
