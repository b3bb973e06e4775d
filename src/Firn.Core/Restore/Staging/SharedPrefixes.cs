using System.Runtime.InteropServices;
using Firn.Common;
using Firn.Restore.Writing;
using Microsoft.Win32.SafeHandles;

namespace Firn.Restore.Staging;

/// <summary>
/// The prefixes that all analyses share, one read-only one for each environment id. Whoever needs one first makes it, and
/// the others wait.
/// </summary>
internal sealed class SharedPrefixes(Surroundings surroundings)
{
    private const int Pause = 100;

    /// <summary>The folder of the prefixes: <c>FIRN_ENVIRONMENTS</c>, else <c>firn/environments</c> in the user's data folder.</summary>
    public string Folder { get; } = Locate(surroundings);

    /// <summary>The prefix of an environment id.</summary>
    /// <param name="environmentId"><c>firn1:sha256:HEX</c>.</param>
    /// <exception cref="FirnException">It is no environment id.</exception>
    public string PathOf(string environmentId) =>
        environmentId.LastIndexOf(':') is var colon and > 0 && Hex.Parse(environmentId.AsSpan(colon + 1)) is { Length: 32 }
            ? Path.Join(Folder, environmentId[(colon + 1)..])
            : throw new FirnException($"{environmentId} is no environment id", "name a place with --to PREFIX");

    /// <summary>Whether the prefix is there and was found equal to its capture.</summary>
    public static bool IsReady(string prefix) =>
        File.Exists(Path.Join(prefix, RestoredFolder.Document)) && File.Exists(prefix + ".verified");

    /// <summary>Remembers that the prefix was found equal to its capture.</summary>
    public static void MarkVerified(string prefix)
    {
        using var mark = AtomicFile.Stage(prefix + ".verified", []);
        mark.Place();
    }

    /// <summary>
    /// Takes the right to make a prefix, waiting for another process that makes it. A file system without locks lets all
    /// begin: the first that is done wins.
    /// </summary>
    /// <returns>Gives the right back.</returns>
    public static IDisposable Lock(string prefix, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(prefix)!);
            var handle = OpenLock(prefix + ".lock");
            while (FolderCalls.LockFile((int)handle.DangerousGetHandle(), FolderCalls.LockWithoutWaiting) != 0
                && StagingCalls.IsHeldByAnother(Marshal.GetLastPInvokeError()))
            {
                if (cancellation.WaitHandle.WaitOne(Pause))
                {
                    handle.Dispose();
                    cancellation.ThrowIfCancellationRequested();
                }
            }

            return handle;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write {prefix}.lock: {exception.Message.TrimEnd('.')}",
                "set FIRN_ENVIRONMENTS to a folder of yours, or name a place with --to PREFIX",
                innerException: exception);
        }
    }

    /// <summary>.NET's own opening of a file asks for a lock of its kind, and fails where another process holds this one.</summary>
    private static SafeFileHandle OpenLock(string path)
    {
        try
        {
            File.Create(path).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // It is there, and somebody holds it.
        }

        return BoundedFile.Open(path, out var status)
            ?? throw new IOException(new FileContent(status, [], 0).Reason);
    }

    private static string Locate(Surroundings surroundings)
    {
        if (surroundings.Variable("FIRN_ENVIRONMENTS") is { } named)
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, surroundings.CurrentDirectory));
        }

        var data = surroundings.Variable("XDG_DATA_HOME") is { } folder && Path.IsPathFullyQualified(folder)
            ? folder
            : Path.Join(surroundings.HomeDirectory, ".local", "share");
        return Path.Join(data, "firn", "environments");
    }
}
