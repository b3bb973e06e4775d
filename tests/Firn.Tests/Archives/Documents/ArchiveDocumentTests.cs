using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;
using Firn.Common;

namespace Firn.Tests.Archives.Documents;

public sealed class ArchiveDocumentTests
{
    private static readonly Sha256Digest First = Sha256Digest.Of("first"u8);
    private static readonly Sha256Digest Second = Sha256Digest.Of("second"u8);

    [Fact]
    public void A_document_reads_as_it_was_written()
    {
        var bytes = ArchiveWriter.Write(Sample());

        var again = ArchiveWriter.Write(ArchiveReader.Read(bytes));

        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(again));
    }

    [Fact]
    public void It_lists_each_bundle_and_object_once()
    {
        var sample = Sample();

        Assert.Equal(new[] { First, Second }.OrderBy(digest => digest.Hex), sample.Bundles.AsEnumerable());
        Assert.Equal(Second, Assert.Single(sample.Objects));
    }

    [Theory]
    [InlineData("bin/pip", "../../bin/pip")]
    [InlineData("bin/pip", "/bin/pip")]
    [InlineData("pyvenv.cfg", "a/../../pyvenv.cfg")]
    [InlineData("bin/python3", "..")]
    [InlineData("lib/libpython3.11.so", "lib/./x")]
    [InlineData("numpy-1.26.4.dist-info", "a/b.dist-info")]
    [InlineData("numpy-1.26.4.dist-info", "..")]
    [InlineData("INSTALLER", "../INSTALLER")]
    [InlineData("etc/edited", "etc//edited")]
    [InlineData("src/project", "/src")]
    [InlineData("virtual-environment", "something-newer")]
    [InlineData("firn.archive/1", "firn.archive/2")]
    [InlineData("python3.11", "../python")]
    public void A_document_that_leads_elsewhere_is_refused(string value, string hostile)
    {
        var text = Encoding.UTF8.GetString(ArchiveWriter.Write(Sample()));
        var damaged = text.Replace($"\"{value}\"", $"\"{hostile}\"", StringComparison.Ordinal);
        Assert.NotEqual(text, damaged);

        Assert.Throws<FormatException>(() => ArchiveReader.Read(Encoding.UTF8.GetBytes(damaged)));
    }

    [Fact]
    public void A_document_that_is_cut_off_is_refused()
    {
        var bytes = ArchiveWriter.Write(Sample());

        for (var length = 0; length < bytes.Length - 1; length++)
        {
            Assert.Throws<FormatException>(() => ArchiveReader.Read(bytes.AsMemory(0, length)));
        }
    }

    internal static ArchiveDocument Sample() => new()
    {
        EnvironmentId = "firn1:" + First,
        Platform = "linux-x86_64",
        LeftOut = [new SkippedFile("/env/pip.conf", "may hold a password")],
        Environment = new ArchivedTree
        {
            Kind = ArchivedTreeKind.VirtualEnvironment,
            Prefix = "/env",
            PythonVersion = "3.11.7",
            PythonFolder = "python3.11",
            SitePackages = "lib/python3.11/site-packages",
            CacheTag = "cpython-311",
            Executable = "bin/python3",
            BaseExecutable = "bin/python3.11",
            Packages =
            [
                new ArchivedPackage
                {
                    Kind = ArchivedPackageKind.Distribution,
                    Name = "numpy",
                    Version = "1.26.4",
                    Bundle = First,
                    Size = 12,
                    FileCount = 2,
                    HasBytecode = true,
                    Bytecode = Second,
                    Distribution = new ArchivedDistribution
                    {
                        Metadata = "numpy-1.26.4.dist-info",
                        HasRecord = true,
                        RecordsBytecode = true,
                        Launchers = [new ArchivedLauncher("bin/pip", "bin/python", "import numpy\n")],
                        InstallerFiles = ImmutableSortedDictionary.CreateRange(
                            StringComparer.Ordinal, [KeyValuePair.Create("INSTALLER", "pip\n")]),
                        LinkFiles = ["__editable__.x.pth"],
                    },
                    Edited = [new EditedFile("etc/edited", "sha256=abc", Second)],
                },
                new ArchivedPackage
                {
                    Kind = ArchivedPackageKind.Conda,
                    Name = "zlib",
                    Bundle = First,
                    Conda = new ArchivedCondaPackage { Build = "h1_0", Record = Second, AsInstalled = ["lib/libz.so"] },
                },
                new ArchivedPackage
                {
                    Kind = ArchivedPackageKind.Project,
                    Name = "project",
                    Bundle = Second,
                    Root = "src/project",
                    ProjectPath = "/home/user/project",
                },
            ],
            Texts = [new ArchivedText("pyvenv.cfg", $"home = {ArchiveTokens.Base}/bin\n", IsExecutable: false)],
            Links = [new ArchivedLink("bin/python", $"{ArchiveTokens.Base}/bin/python3.11")],
            RunPathFiles = ["lib/libpython3.11.so"],
        },
    };
}
