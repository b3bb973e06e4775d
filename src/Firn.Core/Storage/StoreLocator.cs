using Firn.Common;

namespace Firn.Storage;

/// <summary>Which store a command means.</summary>
internal static class StoreLocator
{
    /// <summary>
    /// The store's folder, absolute: <paramref name="option"/> (<c>--store</c>), else <c>FIRN_STORE</c>, else the user's
    /// own, <c>firn/store</c> in <c>XDG_DATA_HOME</c> or <c>~/.local/share</c>. It need not exist.
    /// </summary>
    /// <exception cref="FirnException">It would be in the user's home folder, and there is none.</exception>
    public static string Locate(string? option, SystemContext systemContext)
    {
        if ((option ?? systemContext.Variable("FIRN_STORE")) is { } named)
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, systemContext.CurrentDirectory));
        }

        return OfUser(systemContext);
    }

    /// <summary>The user's own store, where nothing else is named.</summary>
    public static string OfUser(SystemContext systemContext)
    {
        // XDG Base Directory Specification: a relative path there is to be ignored.
        var data = systemContext.Variable("XDG_DATA_HOME") is { } folder && Path.IsPathFullyQualified(folder)
            ? folder
            : systemContext.HomeProblem is { } problem
                ? throw new FirnException(
                    $"there is no place for the user's own store: {problem}",
                    $"set HOME to your home folder, or name a store with {RequestSetting.Store} or FIRN_STORE")
                : Path.Join(systemContext.HomeDirectory, ".local", "share");
        return Path.Join(data, "firn", "store");
    }
}
