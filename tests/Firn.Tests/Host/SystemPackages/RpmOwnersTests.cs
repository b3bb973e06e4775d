using System.Buffers.Binary;
using Firn.Common.Sqlite;
using Firn.Host.SystemPackages;
using Firn.Tests.Host.Machine;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Host.SystemPackages;

public sealed class RpmOwnersTests
{
    private static readonly string Fixture = Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "rpm");

    [Theory]
    [InlineData("/usr/lib/sysimage/rpm")]
    [InlineData("/var/lib/rpm")]
    public void FindPackagesOf_agrees_with_rpm(string folder)
    {
        using var machine = MachineWith(folder, Database());
        var truth = File.ReadAllLines(Path.Join(Fixture, "owners.txt")).Select(static line => line.Split('\t'))
            .ToDictionary(static fields => fields[0], static fields => fields[1], StringComparer.Ordinal);
        string[] others = ["/usr/lib64", "/usr/lib64/libdemo.so.1.4", "/lib64/libdemo.so.1", "/usr/share/plain/file", "relative"];
        var owners = new SystemPackageOwners(machine.SystemContext);

        var found = owners.FindPackagesOf([.. truth.Keys, .. others]);

        Assert.Equal("rpm", owners.Manager);
        Assert.All(found.Values, static package => Assert.Equal("rpm", package.Manager));
        Assert.Equal(truth, found.ToDictionary(static pair => pair.Key, static pair => $"{pair.Value.Name} {pair.Value.Version}"));
        Assert.Equal("demo-libs", owners.FindOwnersOfLibraries(["/usr/lib64/libdemo.so.1"], "amd64").Values.Single().Name);
    }

    [Fact]
    public void FindPackagesOf_counts_the_merge_of_lib64_into_usr()
    {
        using var machine = MachineWith("/var/lib/rpm", Database());
        machine.Link("/lib64", "usr/lib64");

        var found = new RpmOwners(machine.SystemContext).FindPackagesOf(["/lib64/libdemo.so.1"]);

        Assert.Equal(new SystemPackage("rpm", "demo-libs", "2:1.4-3"), Assert.Single(found.Values));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(255, false)]
    public void Match_takes_a_file_by_its_state(byte state, bool isInstalled)
    {
        using var file = SqliteFile.Open(Path.Join(Fixture, "rpmdb.sqlite"))!;
        var rows = file.RowsOf("Packages");
        while (rows.MoveNext() && new RpmHeader(rows.Column(1)).Name != "demo-libs")
        {
            // On to the next.
        }

        // The tag 1029 of one byte for each of the seven files.
        var header = rows.Column(1).ToArray();
        var entry = header.AsSpan(header.AsSpan().IndexOf(new byte[] { 0, 0, 4, 5, 0, 0, 0, 1 }));
        Assert.Equal(7, BinaryPrimitives.ReadInt32BigEndian(entry[12..]));
        var data = 8 + (16 * BinaryPrimitives.ReadInt32BigEndian(header));
        header.AsSpan(data + BinaryPrimitives.ReadInt32BigEndian(entry[8..]), 7).Fill(state);
        var wanted = new OwnerSearch();
        wanted.Add("/usr/lib64/libdemo.so.1", ["/usr/lib64/libdemo.so.1"]);

        new RpmHeader(header).Match(wanted, "demo-libs");

        Assert.Equal(isInstalled ? 0 : 1, wanted.Missing);
    }

    [Theory]
    [InlineData("Packages.db")]
    [InlineData("Packages")]
    [InlineData("rpmdb.sqlite")]
    public void FindPackagesOf_of_another_database_is_empty(string name)
    {
        using var machine = new HostMachine();
        machine.Write($"/var/lib/rpm/{name}", "something else");
        var owners = new SystemPackageOwners(machine.SystemContext);

        Assert.Equal("rpm", owners.Manager);
        Assert.Empty(owners.FindPackagesOf(["/usr/lib64/libdemo.so.1"]));
    }

    [Fact]
    public void FindPackagesOf_a_damaged_database_never_throws_and_never_hangs()
    {
        var whole = Database();
        using var machine = MachineWith("/var/lib/rpm", whole);
        var path = machine.SystemContext.SystemPath("/var/lib/rpm/rpmdb.sqlite");
        var place = Gen.Frequency((3, Gen.Choose(0, 200)), (5, Gen.Choose(0, whole.Length - 1)));
        var changes = Gen.Zip(place, Gen.Choose(0, 255)).ArrayOf(12);

        Prop.ForAll(Gen.Zip(changes, Gen.Choose(0, 2 * whole.Length)).ToArbitrary(), made =>
        {
            var (changed, length) = made;
            var bytes = (byte[])whole.Clone();
            foreach (var (at, value) in changed)
            {
                bytes[at] = (byte)value;
            }

            File.WriteAllBytes(path, bytes[..Math.Min(length, bytes.Length)]);
            _ = new RpmOwners(machine.SystemContext).FindPackagesOf(["/usr/lib64/libdemo.so.1", "/no/such/file"]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static byte[] Database() => File.ReadAllBytes(Path.Join(Fixture, "rpmdb.sqlite"));

    private static HostMachine MachineWith(string folder, byte[] database)
    {
        var machine = new HostMachine();
        machine.Write($"{folder}/rpmdb.sqlite", string.Empty);
        File.WriteAllBytes(machine.SystemContext.SystemPath($"{folder}/rpmdb.sqlite"), database);
        return machine;
    }
}
