using System.Globalization;
using Firn.Common;
using Firn.Common.Native;
using Firn.Storage.Checks;
using Firn.Storage.Layout;

namespace Firn.Storage.Repairs;

/// <summary>
/// The folder of one repair in <c>quarantine</c>: what is put there keeps its path, so that it is clear what it was and
/// nothing that may be needed once more is ever deleted.
/// </summary>
internal sealed class QuarantineFolder(string store, TimeProvider clock)
{
    private readonly string _folder = $"{StoreLayout.Quarantine}/"
        + clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + Guid.NewGuid().ToString("N")[..8];

    /// <summary>Moves a file or a folder there.</summary>
    /// <param name="path">Relative to the store.</param>
    /// <returns>Where it is now, relative to the store; <see langword="null"/> where there was nothing.</returns>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public string? Take(string path)
    {
        var from = Path.Join(store, path);
        var target = $"{_folder}/{path}";
        try
        {
            StoreTree.MakeFolder(store, Path.GetDirectoryName(Path.Join(store, target))!);
            var error = StoreTree.Rename(store, from, Path.Join(store, target));
            if (error == Errno.NoEntry)
            {
                return null;
            }

            return error == 0 ? target : throw FileNames.Failure(error);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(store, target, exception);
        }
    }

    /// <summary>The same, with what was done in words.</summary>
    public string Describe(string path) =>
        Take(path) is { } target ? $"moved to {ShellQuoting.Quote(target)}" : "it has gone meanwhile";
}
