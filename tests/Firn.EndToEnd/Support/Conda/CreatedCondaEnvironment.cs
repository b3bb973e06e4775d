using System.Runtime.Versioning;

namespace Firn.EndToEnd.Support.Conda;

/// <summary>One environment of conda packages that <c>firn create</c> made over HTTP, for the tests that only look at it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CreatedCondaEnvironment : IDisposable
{
    private readonly CondaCreateFolder _folder = new(new PublishedFirn());
    private readonly Lazy<ProcessResult> _created;

    public CreatedCondaEnvironment() => _created = new Lazy<ProcessResult>(Create);

    internal CondaCreateFolder Folder => _folder;

    internal string Prefix => _created.Value.ExitCode == 0 ? _folder.Prefix : string.Empty;

    /// <summary>What firn said.</summary>
    internal ProcessResult Result => _created.Value;

    /// <summary>Where the packages came from.</summary>
    internal string ChannelUrl { get; private set; } = string.Empty;

    /// <summary>What the server was asked for.</summary>
    internal IReadOnlyList<string> Requests { get; private set; } = [];

    /// <summary>In the order in which a lock may name them: not in that of linking.</summary>
    internal static IReadOnlyList<CondaPackageFile> Packages => CondaPackages.Shared is var all
        ? [all.Meta, all.Pure, all.Native, all.Folders, all.Abi3, all.Python]
        : [];

    internal string PathOf(params string[] parts) => Path.Join([Prefix, .. parts]);

    public void Dispose() => _folder.Dispose();

    private ProcessResult Create()
    {
        var channel = CondaPackages.Shared.Channel;
        using var server = new FolderServer(channel.Folder);
        ChannelUrl = server.Url;
        var result = _folder.Create("-f", _folder.Write("lock.txt", channel.Explicit(server.Url, Packages))).MustReturn(0);
        Requests = server.TakeRequests();
        return result;
    }
}
