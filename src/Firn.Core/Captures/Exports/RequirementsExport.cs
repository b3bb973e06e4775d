using System.Buffers;
using System.Text;
using Firn.Captures.Documents;
using Firn.Python.Distributions;
using Firn.Python.Environments;

namespace Firn.Captures.Exports;

/// <summary>
/// Requirements that pip can install on another machine: what pip's own listing says with paths of this machine
/// replaced by what they stand for. A line that cannot be replaced is a comment that says why.
/// </summary>
internal static class RequirementsExport
{
    // pip hides these from its own listing: an environment has them before anything is installed.
    private static readonly string[] Installers = ["pip", "setuptools", "distribute", "wheel"];

    // Local versions that PyTorch's own index carries: torch==2.1.2+cu118, torchvision==0.16.2+cpu.
    private const string TorchIndex = "https://download.pytorch.org/whl/";

    private static readonly SearchValues<char> LineEnds =
        SearchValues.Create("\n\v\f\r\x1c\x1d\x1e\u0085\u2028\u2029");

    /// <summary>The file's text.</summary>
    public static string Write(Capture capture)
    {
        if (!capture.Environment.HasPython)
        {
            throw EnvironmentNotFound.WithoutPython(capture.Environment.Prefix);
        }

        var text = new StringBuilder();
        text.Append("# Python ").Append(capture.Environment.PythonVersion)
            .Append(", ").Append(capture.Platform).Append('\n');
        text.Append("# ").Append(capture.EnvironmentId).Append('\n');
        foreach (var index in capture.Distributions.Select(TorchIndexOf).OfType<string>().Distinct().Order(StringComparer.Ordinal))
        {
            text.Append("--extra-index-url ").Append(index).Append('\n');
        }

        foreach (var distribution in capture.Distributions)
        {
            if (!Installers.Contains(distribution.CanonicalName))
            {
                var line = Line(distribution);
                text.Append(IsOneLine(line)
                    ? line
                    : $"# {distribution.CanonicalName}: what it was installed from does not fit on a line").Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// What Python's <c>splitlines</c>, and so pip, takes for the end of a line: behind one, metadata could give pip
    /// options.
    /// </summary>
    private static bool IsOneLine(string line) => !line.AsSpan().ContainsAny(LineEnds);

    /// <summary>A distribution as an exact requirement; a comment where there is none that another machine could install.</summary>
    internal static string Line(Distribution distribution)
    {
        if (distribution.Editable is { } editable)
        {
            return Editable(distribution, editable);
        }

        if (distribution.Version.Length == 0)
        {
            return $"# {distribution.CanonicalName}: its version is unknown";
        }

        var pinned = Pinned(distribution);
        if (distribution.DirectReference is not { } reference)
        {
            return pinned;
        }

        if (reference.Vcs is { } vcs && reference.CommitId is { Length: > 0 } commit)
        {
            return IsLocal(reference.Url)
                ? $"{pinned}  # was {vcs} {commit} of a repository on the machine that was captured"
                : $"{distribution.Name.Trim()} @ {vcs}+{reference.Url}@{commit}{Fragment(reference)}";
        }

        return reference.IsDirectory || IsLocal(reference.Url)
            // conda and local builds: the folder is gone, the version is what was installed.
            ? pinned
            : $"{distribution.Name.Trim()} @ {reference.Url}{Fragment(reference)}";
    }

    private static string Editable(Distribution distribution, EditableProject editable)
    {
        if (editable.Repository is not { Commit: { } commit, Remote: { } remote } repository || IsLocal(remote))
        {
            return $"# {distribution.CanonicalName}=={distribution.Version} is editable in {editable.Path}, "
                + "which no other machine has";
        }

        var folder = repository.Subdirectory is { Length: > 0 } below ? $"#subdirectory={below}" : string.Empty;
        var changed = repository.IsDirty == true ? $"  # {repository.ModifiedCount} file(s) differed from this commit" : string.Empty;
        return $"{distribution.Name.Trim()} @ git+{Url(remote)}@{commit}{folder}{changed}";
    }

    private static string Pinned(Distribution distribution)
    {
        var isValid = Firn.Python.Versions.Pep440Version.Parse(distribution.Version) is not null;
        return $"{distribution.Name.Trim()}{(isValid ? "==" : "===")}{distribution.Version}";
    }

    private static string Fragment(DirectReference reference)
    {
        var parts = new List<string>(2);
        if (!reference.Hashes.IsEmpty)
        {
            // sha256 where there is one: pip takes the strongest it finds, and md5 only as a last resort.
            parts.Add(reference.Hashes.FirstOrDefault(hash => hash.StartsWith("sha256=", StringComparison.Ordinal))
                ?? reference.Hashes[0]);
        }

        if (reference.Subdirectory is { Length: > 0 } subdirectory)
        {
            parts.Add($"subdirectory={subdirectory}");
        }

        return parts.Count == 0 ? string.Empty : "#" + string.Join('&', parts);
    }

    private static string? TorchIndexOf(Distribution distribution)
    {
        var plus = distribution.Version.IndexOf('+', StringComparison.Ordinal);
        var isTorch = distribution.CanonicalName is "torch" or "torchvision" or "torchaudio" or "torchtext" or "triton";
        var local = plus < 0 ? string.Empty : distribution.Version[(plus + 1)..];
        return isTorch && (local == "cpu" || local.StartsWith("cu", StringComparison.Ordinal)
            || local.StartsWith("rocm", StringComparison.Ordinal))
            ? TorchIndex + local
            : null;
    }

    /// <summary>git's <c>user@host:path</c> as the URL that pip takes.</summary>
    private static string Url(string remote)
    {
        var colon = remote.IndexOf(':', StringComparison.Ordinal);
        return remote.Contains("://", StringComparison.Ordinal) || colon < 0
            ? remote
            : $"ssh://{remote[..colon]}/{remote[(colon + 1)..]}";
    }

    private static bool IsLocal(string url) =>
        url.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || url.StartsWith('/') || url.StartsWith('.');
}
