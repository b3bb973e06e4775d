using Firn.Common;
using Firn.Common.Files;
using Firn.Tests.Host.Binaries;

namespace Firn.Tests.Host.Machine;

/// <summary>A folder that stands for another machine's root; removed at the end.</summary>
internal sealed class HostMachine : IDisposable
{
    public HostMachine()
    {
        Root = RealPath.Of(Directory.CreateTempSubdirectory("firn-host-").FullName);
    }

    public string Root { get; }

    public SystemContext SystemContext => With([]);

    public SystemContext With(Dictionary<string, string> variables) => new()
    {
        Variables = variables,
        HomeDirectory = "/home/user",
        CurrentDirectory = "/",
        RootDirectory = Root,
    };

    public string At(string path) => Root + path;

    public HostMachine Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
        return this;
    }

    public HostMachine Write(string path, ElfBuilder file)
    {
        file.Write(At(path));
        return this;
    }

    public HostMachine Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.CreateSymbolicLink(At(path), target);
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
