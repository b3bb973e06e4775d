using System.Collections.Immutable;
using Firn.Common;
using Firn.Git;
using Firn.Host.Loading;
using Firn.Host.Machine;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures.Documents;

/// <summary>
/// The immutable description of an environment and of the host under it, as docs/formats/environment.md has it. It
/// holds no credential.
/// </summary>
public sealed record Capture
{
    /// <summary>The file that a capture is kept in.</summary>
    public const string FileName = "environment.json";

    /// <summary>The schema of the document.</summary>
    public const string Schema = "firn.environment/1";

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The program that made it and its version, for example <c>firn 0.1.0</c>.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The environment id, <c>firn1:sha256:HEX</c> (docs/formats/environment-id.md).</summary>
    public required string EnvironmentId { get; init; }

    /// <summary>The id of the host's libraries in use, <c>firnhost1:sha256:HEX</c>.</summary>
    public required string HostLibrariesId { get; init; }

    /// <summary>The interpreter, its layers and its search path.</summary>
    public required PythonEnvironment Environment { get; init; }

    /// <summary>Operating system and machine of the interpreter, for example <c>linux-x86_64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The distributions that Python would import, one for a canonical name, sorted by it.</summary>
    public required ImmutableArray<Distribution> Distributions { get; init; }

    /// <summary>The conda environment, where the prefix is one.</summary>
    public CondaFacts? Conda { get; init; }

    /// <summary>What <c>pip freeze</c> of this environment prints.</summary>
    public required FreezeFacts Freeze { get; init; }

    /// <summary>The compiled parts and what they are linked with.</summary>
    public required NativeLibraries NativeLibraries { get; init; }

    /// <summary>The machine.</summary>
    public required HostFacts Host { get; init; }

    /// <summary>The variables of the allow-list that are set, sorted by name, without credentials.</summary>
    public required ImmutableArray<CapturedVariable> Variables { get; init; }

    /// <summary>The git repository that the capture was made in.</summary>
    public GitState? Project { get; init; }

    /// <summary>Lines of the faithful files that no tool can install from.</summary>
    public ImmutableArray<ReplayNote> NotReplayable { get; init; } = [];

    /// <summary>What was met that is damaged or doubtful, sorted by path.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}

/// <summary>The output of <c>pip freeze</c>.</summary>
/// <param name="PipVersion">The pip whose rules were followed, the one installed there; null where none is, and the newest rules hold.</param>
/// <param name="Entries">
/// One element for a distribution in pip's order, comments included, with LF between its lines and none at the end.
/// Credentials are removed.
/// </param>
public sealed record FreezeFacts(string? PipVersion, ImmutableArray<string> Entries)
{
    /// <summary>The text as pip prints it, LF at the end of each line.</summary>
    public string ToText() => Entries.IsEmpty ? string.Empty : string.Join('\n', Entries) + "\n";
}

/// <summary>A line of a faithful file that cannot be installed from elsewhere, and why.</summary>
/// <param name="File">The file, for example <c>environment-pip.txt</c>.</param>
/// <param name="Line">The line as it stands there.</param>
/// <param name="Reason">Why not, and what holds instead.</param>
public sealed record ReplayNote(string File, string Line, string Reason);

/// <summary>The files of a capture in a folder (asimov's names, with one more).</summary>
internal static class CaptureFileNames
{
    /// <summary><c>pip freeze</c>.</summary>
    public const string Pip = "environment-pip.txt";

    /// <summary><c>conda list --export</c>.</summary>
    public const string Conda = "environment-conda.txt";

    /// <summary><c>conda list --explicit --sha256</c>, md5 where there is no sha256.</summary>
    public const string CondaExplicit = "environment-conda-explicit.txt";

    /// <summary>The system packages that own a library in use, <c>name=version</c> a line.</summary>
    public const string System = "environment-system.txt";
}
