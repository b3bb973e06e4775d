using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Locks;
using Firn.Python.Requirements;

namespace Firn.Creation.Inputs;

/// <summary>One digest of all that decides what an environment of locks holds: the files, what they include, and the Python.</summary>
internal static class InputDigest
{
    private const int Limit = 256 * 1024 * 1024;

    /// <param name="files">The files, relative to the current folder or absolute.</param>
    /// <param name="python">The Python that is asked for.</param>
    /// <param name="systemContext">The current folder.</param>
    /// <exception cref="FirnException">A file cannot be read.</exception>
    public static Sha256Digest Of(IReadOnlyList<string> files, string? python, SystemContext systemContext)
    {
        var text = new StringBuilder($"python {python}\n");
        foreach (var file in files)
        {
            var path = Path.GetFullPath(file, systemContext.CurrentDirectory);
            var content = BoundedFile.Read(path, Limit);
            if (!content.IsComplete)
            {
                throw new FirnException($"cannot read {file}: {content.Reason}", "firn.yaml names it below environment: from");
            }

            text.Append(Sha256Digest.Of(content.Bytes)).Append(' ').Append(file).Append('\n');
            if (LockFileDetector.Detect(Path.GetFileName(path), content.Bytes) == LockFileKind.Requirements)
            {
                AddIncluded(text, file, systemContext);
            }
        }

        return Sha256Digest.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static void AddIncluded(StringBuilder text, string file, SystemContext systemContext)
    {
        foreach (var entry in RequirementsFileReader.Read(file, systemContext).Entries)
        {
            text.Append(entry.Text).Append(' ').AppendJoin(' ', entry.Hashes).Append('\n');
        }
    }
}
