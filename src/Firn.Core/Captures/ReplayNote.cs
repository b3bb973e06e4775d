namespace Firn.Captures;

/// <summary>A line of a faithful file that cannot be installed from elsewhere, and why.</summary>
/// <param name="File">The file, for example <c>environment-pip.txt</c>.</param>
/// <param name="Line">The line as it stands there.</param>
/// <param name="Reason">Why not, and what holds instead.</param>
public sealed record ReplayNote(string File, string Line, string Reason);
