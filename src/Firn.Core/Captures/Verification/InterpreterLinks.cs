using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Installation;

namespace Firn.Captures.Verification;

/// <summary>
/// The interpreters in <c>bin</c> of a virtual environment have to be the one that <c>pyvenv.cfg</c> names: a link to it, or
/// a copy. Where another one stands there, everything that runs is another's.
/// </summary>
internal static class InterpreterLinks
{
    /// <summary>The names that lead elsewhere; only a virtual environment has such links.</summary>
    /// <param name="observed">The environment.</param>
    public static List<FileDifference> Compare(Capture observed)
    {
        var differences = new List<FileDifference>();
        var environment = observed.Environment;
        if (!environment.IsVirtualEnvironment || Interpreter(environment.BasePrefix, environment.Major, environment.Minor) is not { } expected)
        {
            return differences;
        }

        Sha256Digest? digest = null;
        foreach (var entry in DirectoryReader.List(Path.Join(environment.Prefix, "bin"), out _))
        {
            var path = Path.Join(environment.Prefix, "bin", entry.Name);
            if (!VirtualEnvironmentFiles.IsInterpreter("bin/" + entry.Name) || RealPath.Of(path) is var real && real == expected)
            {
                continue;
            }

            using var reader = new MemberDigests();
            digest ??= DigestOf(reader, expected);
            if (digest is null || DigestOf(reader, real) is not { } found)
            {
                differences.Add(new FileDifference(path, "python", FileState.Edited, expected, real));
            }
            else if (found != digest)
            {
                differences.Add(new FileDifference(
                    path, "python", FileState.Edited, $"{expected} {digest}", real == path ? found.ToString() : $"{real} {found}"));
            }
        }

        return differences;
    }

    private static string? Interpreter(string basePrefix, int major, int minor)
    {
        foreach (var name in (ReadOnlySpan<string>)[$"python{major}.{minor}", $"python{major}", "python", $"pypy{major}.{minor}", $"pypy{major}"])
        {
            var path = Path.Join(basePrefix, "bin", name);
            if (File.Exists(path))
            {
                return RealPath.Of(path);
            }
        }

        return null;
    }

    private static Sha256Digest? DigestOf(MemberDigests reader, string path) =>
        FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile
            ? reader.DigestOf(Firn.Common.Bundles.BundleContent.OfFile(path, stat.Size))
            : null;
}
