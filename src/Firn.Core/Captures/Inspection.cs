namespace Firn.Captures;

/// <summary>A capture, and why it is of this environment.</summary>
/// <param name="Capture">The capture.</param>
/// <param name="Reason">For example <c>given</c>, <c>VIRTUAL_ENV</c> or <c>python3 on PATH</c>.</param>
public sealed record Inspection(Capture Capture, string Reason);
