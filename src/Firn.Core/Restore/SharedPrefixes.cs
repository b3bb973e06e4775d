using System.Runtime.InteropServices;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Microsoft.Win32.SafeHandles;

namespace Firn.Restore;

/// <summary>
/// The prefixes that all analyses share, one read-only one for each environment id. Whoever needs one first makes it, and
/// the others wait.
/// </summary>
internal sealed class SharedPrefixes(SystemContext systemContext)
{
    private const int Pause = 100;
    private const int ContentsDigits = 12;

    /// <summary>The folder of the prefixes: <c>FIRN_ENVIRONMENTS</c>, else <c>firn/environments</c> in the user's data folder.</summary>
    public string Folder { get; } = Locate(systemContext);

    /// <summary>The prefix of an environment id.</summary>
    /// <param name="environmentId"><c>firn1:sha256:HEX</c>.</param>
    /// <exception cref="FirnException">It is not an environment id.</exception>
    public string PathOf(string environmentId) =>
        environmentId.LastIndexOf(':') is var colon and > 0 && Hex.Parse(environmentId.AsSpan(colon + 1)) is { Length: 32 }
            ? Path.Join(Folder, environmentId[(colon + 1)..])
            : throw new FirnException($"{environmentId} is not an environment id", $"name a place with {RequestSetting.Prefix:PREFIX}");

    /// <summary>
    /// The prefix of an archive. The first archive of an environment id has that one's; another, with a file that differs,
    /// has its own beside it.
    /// </summary>
    /// <param name="environmentId"><c>firn1:sha256:HEX</c>.</param>
    /// <param name="contents">What it restores: <see cref="PrefixProof.ContentsOf"/>.</param>
    /// <exception cref="FirnException">It is not an environment id.</exception>
    public string PathOf(string environmentId, Sha256Digest contents)
    {
        var first = PathOf(environmentId);
        return PrefixProof.Read(first) is { } proof && proof.Contents != contents && Directory.Exists(first)
            ? $"{first}-{contents.Hex[..ContentsDigits]}"
            : first;
    }

    /// <summary>
    /// Whether the prefix has the bytes of an archive: they were compared, and the file system says of every file what it
    /// said then. It costs a listing of the tree.
    /// </summary>
    public static bool IsProven(string prefix, Sha256Digest contents, CancellationToken cancellation) =>
        PrefixProof.Read(prefix) is { } proof && proof.Contents == contents && PrefixProof.IsTrusted(prefix)
        && PrefixProof.StateOf(prefix, cancellation) == proof.State;

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
            while (Libc.LockFile((int)handle.DangerousGetHandle(), Libc.LockWithoutWaiting) != 0
                && Marshal.GetLastPInvokeError() == Errno.TryAgain)
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
                $"set FIRN_ENVIRONMENTS to a folder of yours, or name a place with {RequestSetting.Prefix:PREFIX}",
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

    private static string Locate(SystemContext systemContext)
    {
        if (systemContext.Variable("FIRN_ENVIRONMENTS") is { } named)
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, systemContext.CurrentDirectory));
        }

        var data = systemContext.Variable("XDG_DATA_HOME") is { } folder && Path.IsPathFullyQualified(folder)
            ? folder
            : Path.Join(systemContext.HomeDirectory, ".local", "share");
        return Path.Join(data, "firn", "environments");
    }
}
