namespace Firn.Captures.Verification;

/// <summary>A part of what an environment runs that was not compared.</summary>
/// <param name="Code">Which part: stable, listed in docs/formats/verification.md.</param>
/// <param name="Count">How many files; 0 where that is not known.</param>
/// <param name="Message">What was not compared, and why.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed record UncomparedPart(string Code, long Count, string Message, string Advice)
{
    /// <summary>The files, absolute, where they are known.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    public const string Bytecode = "bytecode";
    public const string Interpreter = "interpreter";
    public const string Unowned = "files-of-no-package";
    public const string Installation = "installation";
    public const string Links = "links";
    public const string Elsewhere = "files-elsewhere";
    public const string WithoutDigest = "files-without-digest";
    public const string Changed = "files-changed-by-restore";
    public const string Variables = "variables";
    public const string Missed = "files-not-archived";
    public const string Everything = "everything";
}
