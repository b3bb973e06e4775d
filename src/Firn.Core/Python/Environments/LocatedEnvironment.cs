namespace Firn.Python.Environments;

/// <summary>The environment that was asked for, or found without being asked for.</summary>
/// <param name="Prefix">Its folder, absolute, links not followed unless Python itself follows them.</param>
/// <param name="Executable">The interpreter, absolute; <see langword="null"/> where the prefix has none that exists.</param>
/// <param name="Reason">Why this one, for the output: <c>given</c>, <c>VIRTUAL_ENV</c>, <c>python3 on PATH</c>.</param>
internal sealed record LocatedEnvironment(string Prefix, string? Executable, string Reason);
