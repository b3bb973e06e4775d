using Firn.Common;
using Firn.Common.Files;

namespace Firn.Cli.Commands;

/// <summary>
/// The run directory of a command that belongs to no analysis: gone when the run is in the store. What killed runs have left
/// is removed a day later, by another run.
/// </summary>
internal sealed class TemporaryRunFolder : IDisposable
{
    /// <summary>How the names of a run's temporary folders begin: this one, and that of its observation.</summary>
    private static readonly string[] Prefixes = ["firn-run-", "firn-observe-"];

    private readonly LeasedFolder _folder;

    private TemporaryRunFolder(LeasedFolder folder) => _folder = folder;

    public string Path => _folder.Path;

    /// <summary>Whether it stays, with what could not be put elsewhere.</summary>
    public bool IsKept { get; set; }

    /// <exception cref="FirnException">It cannot be made.</exception>
    public static TemporaryRunFolder Make()
    {
        try
        {
            return new TemporaryRunFolder(
                LeasedFolder.Make(System.IO.Path.Join(System.IO.Path.GetTempPath(), $"{Prefixes[0]}{UniqueId.Next()}")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make a folder in {System.IO.Path.GetTempPath()}: {exception.Message.TrimEnd('.')}",
                "set TMPDIR to a folder of yours with room", innerException: exception);
        }
    }

    /// <summary>Removes what killed runs have left, beside the run that goes on; it ends with this process.</summary>
    public static void SweepBeside() =>
        new Thread(static () => Sweep()) { IsBackground = true, Name = "firn sweep" }.Start();

    /// <summary>Removes what killed runs have left.</summary>
    public static void Sweep() => LeasedFolder.Sweep(
        System.IO.Path.GetTempPath(),
        static name => Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)),
        DateTimeOffset.UtcNow);

    public void Dispose()
    {
        if (IsKept)
        {
            _folder.Leave();
        }
        else
        {
            _folder.Dispose();
        }
    }
}
