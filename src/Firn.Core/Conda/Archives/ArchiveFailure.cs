using Firn.Common;

namespace Firn.Conda.Archives;

/// <summary>The failures of one archive. What it says of itself is shortened and stripped of what a terminal would obey.</summary>
/// <param name="fileName">The archive's name.</param>
internal sealed class ArchiveFailure(string fileName)
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
