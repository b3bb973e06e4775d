namespace Firn.Conda;

/// <summary>A line of one of conda's files from which conda cannot install the package again.</summary>
/// <param name="File">The file, for example <c>environment-conda.txt</c>.</param>
/// <param name="Line">The line as it stands there.</param>
/// <param name="Reason">Why, one line without a final period.</param>
public sealed record CondaUnreplayableLine(string File, string Line, string Reason);
