using System.Collections.Immutable;
using Firn.Analyses.Records;
using Firn.Analyses.Running;
using Firn.Common;

namespace Firn.Analyses.Reruns;

/// <summary>The inputs of a run that is to be run again: the same bytes, or nothing is run.</summary>
internal static class RerunInputs
{
    /// <summary>Compares the inputs with what the run read.</summary>
    /// <exception cref="FirnException">One differs or is not there.</exception>
    public static void Check(
        ImmutableArray<ExecutionFile> inputs, string project, FileDigests digests, CancellationToken cancellation)
    {
        var other = new List<string>();
        foreach (var input in inputs.IsDefault ? [] : inputs)
        {
            var now = digests.Of(Path.GetFullPath(input.Path, project), input.Path, cancellation);
            if (now.Digest != input.Digest)
            {
                other.Add(input.Path);
            }
        }

        digests.Save();
        if (other.Count > 0)
        {
            throw new FirnException(
                $"the input{(other.Count == 1 ? string.Empty : "s")} {string.Join(", ", other)} differ{(other.Count == 1 ? "s" : string.Empty)} from what the run read",
                "bring back the data as they were; `firn results show` names the run's files, and its run.json the digests",
                ExitCodes.Different);
        }
    }

    /// <summary>Makes inputs that git does not have reachable beside the code, by links: data are never copied.</summary>
    /// <exception cref="FirnException">A link cannot be made, or the code has another file there.</exception>
    public static void Link(
        ImmutableArray<ExecutionFile> inputs, string project, string layout, FileDigests digests, CancellationToken cancellation)
    {
        foreach (var input in inputs.IsDefault ? [] : inputs)
        {
            if (Path.IsPathRooted(input.Path))
            {
                continue;
            }

            var place = Path.GetFullPath(input.Path, layout);
            try
            {
                if (File.Exists(place))
                {
                    if (digests.Of(place, input.Path, cancellation).Digest == input.Digest)
                    {
                        continue;
                    }

                    File.Delete(place);
                }

                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                File.CreateSymbolicLink(place, RealPath.Of(Path.GetFullPath(input.Path, project)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new FirnException(
                    $"cannot make the input {input.Path} reachable: {exception.Message.TrimEnd('.')}", "make room, or set TMPDIR",
                    innerException: exception);
            }
        }
    }
}
