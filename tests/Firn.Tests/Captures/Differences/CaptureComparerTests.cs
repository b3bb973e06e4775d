using Firn.Captures.Differences;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Conda;
using Firn.Git;
using Firn.Host.Loading;
using Firn.Host.Machine;
using Firn.Host.SystemPackages;
using Firn.Python.Distributions;
using Firn.Tests.Documents;

namespace Firn.Tests.Captures.Differences;

public sealed class CaptureComparerTests
{
    private static readonly Sha256Digest One = Sha256Digest.Of("one"u8);
    private static readonly Sha256Digest Two = Sha256Digest.Of("two"u8);
    private static readonly Capture Full = FullCapture.Create();

    [Fact]
    public void Same_capture_is_equal()
    {
        var differences = CaptureComparer.Compare(Full, FullCapture.Create());

        Assert.True(differences.AreEqual);
        Assert.True(differences.HaveEqualEnvironments);
    }

    [Fact]
    public void Paths_times_and_installers_are_no_difference()
    {
        var other = WithDistribution(distribution => distribution with
        {
            Installer = "uv",
            Owner = DistributionOwner.Uv,
            Requested = false,
            MetadataPath = "/other/plain",
            Location = "/other",
            Name = "plain_pkg",
            Editable = distribution.Editable! with { Path = "/somewhere/else" },
        }) with
        {
            Timestamp = Full.Timestamp.AddDays(1),
            CreatedBy = "firn 9.9.9",
            Environment = Full.Environment with { Prefix = "/other", BasePrefix = "/opt", Executable = "/other/bin/python" },
            Variables =
            [
                new CapturedVariable("CONDA_DEFAULT_ENV", "other"), new CapturedVariable("CONDA_PREFIX", "/other"),
                new CapturedVariable("OMP_NUM_THREADS", "4"), new CapturedVariable("SOURCE_DATE_EPOCH", "1"),
                new CapturedVariable("TMPDIR", "/scratch"), new CapturedVariable("VIRTUAL_ENV", "/other"),
            ],
            Host = Full.Host with { MemoryBytes = 1 },
            Problems = [],
        };

        Assert.Empty(CaptureComparer.Compare(Full, other).Items);
    }

    [Fact]
    public void Interpreters_facts_are_compared()
    {
        var other = Full with
        {
            Platform = "linux-aarch64",
            Environment = Full.Environment with { PythonVersion = "3.12.1", FreeThreaded = false, Implementation = "pypy" },
        };

        AssertAre(
            other,
            Changed(DifferenceKind.Interpreter, "implementation", Full.Environment.Implementation, "pypy"),
            Changed(DifferenceKind.Interpreter, "platform", "linux-x86_64", "linux-aarch64"),
            Changed(DifferenceKind.Interpreter, "threading", "free-threaded", "with GIL"),
            Changed(DifferenceKind.Interpreter, "version", "3.11.7", "3.12.1"));
    }

    [Fact]
    public void Packages_are_added_removed_and_changed_by_canonical_name()
    {
        var first = Full with { Distributions = [Plain("A.b", "1.0", One), Plain("gone", "2.0", One), Plain("kept", "3.0", One)] };
        var second = Full with { Distributions = [Plain("a-B", "1.1", Two), Plain("kept", "3.0", One), Plain("new", "4.0", Two)] };

        Assert.Equal(
            [
                Changed(DifferenceKind.Package, "a-b", "1.0", "1.1"),
                new Difference(DifferenceKind.Package, DifferenceChange.Removed, "gone", "2.0", null),
                new Difference(DifferenceKind.Package, DifferenceChange.Added, "new", null, "4.0"),
            ],
            CaptureComparer.Compare(first, second).Items.AsEnumerable());
    }

    [Fact]
    public void Same_version_with_other_digest_has_other_contents()
    {
        var difference = Assert.Single(CaptureComparer.Compare(
            Full with { Distributions = [Plain("a", "1.0", One)] },
            Full with { Distributions = [Plain("a", "1.0", Two)] }).Items);

        Assert.Equal(
            new Difference(
                DifferenceKind.Package, DifferenceChange.Contents, "a", $"1.0 ({One.Hex[..12]})", $"1.0 ({Two.Hex[..12]})"),
            difference);
    }

    [Fact]
    public void Unknown_digest_is_no_difference()
    {
        var known = Full with { Distributions = [Plain("a", "1.0", One)] };
        var unknown = Full with { Distributions = [Plain("a", "1.0", null)] };

        Assert.Empty(CaptureComparer.Compare(known, unknown).Items);
        Assert.Empty(CaptureComparer.Compare(unknown, known).Items);
    }

    [Fact]
    public void Editable_projects_commit_and_changes_are_its_contents()
    {
        var commit = Full.Distributions[0].Editable!.Repository!.Commit;

        AssertAre(
            WithRepository(repository => repository with { IsDirty = false }),
            new Difference(
                DifferenceKind.Package, DifferenceChange.Contents, "plain-pkg",
                $"1.0 (editable, {commit} changed)", $"1.0 (editable, {commit})"));
        AssertAre(
            WithRepository(_ => null),
            new Difference(
                DifferenceKind.Package, DifferenceChange.Contents, "plain-pkg",
                $"1.0 (editable, {commit} changed)", "1.0 (editable, no repository)"));
    }

    [Fact]
    public void Conda_packages_are_compared_with_their_builds()
    {
        AssertAre(
            WithConda(package => package with { Build = "py311h64a7726_1" }),
            Changed(DifferenceKind.CondaPackage, "numpy", "1.26.0=py311h64a7726_0", "1.26.0=py311h64a7726_1"));
        AssertAre(
            Full with { Conda = null },
            new Difference(DifferenceKind.CondaPackage, DifferenceChange.Removed, "numpy", "1.26.0=py311h64a7726_0", null));
        AssertAre(
            WithConda(package => package with { ContentDigest = Two }),
            new Difference(
                DifferenceKind.CondaPackage, DifferenceChange.Contents, "numpy",
                $"1.26.0=py311h64a7726_0 ({Full.Conda!.Packages[0].ContentDigest!.Hex[..12]})",
                $"1.26.0=py311h64a7726_0 ({Two.Hex[..12]})"));
    }

    [Fact]
    public void Conda_digests_of_the_contents_and_of_the_archive_are_not_compared_with_each_other()
    {
        Assert.Empty(CaptureComparer.Compare(Full, WithConda(package => package with { ContentDigest = null })).Items);
        Assert.Empty(CaptureComparer.Compare(WithConda(package => package with { ContentDigest = null }), Full).Items);
        Assert.Single(CaptureComparer.Compare(
            WithConda(package => package with { ContentDigest = null }),
            WithConda(package => package with { ContentDigest = null, Sha256 = Two.Hex })).Items);
    }

    [Fact]
    public void Native_libraries_are_compared_by_soname_owner_and_build()
    {
        var library = Full.NativeLibraries.Libraries[0];

        AssertAre(
            WithLibraries(library with { SystemPackage = new SystemPackage("dpkg", "libc6", "2.36-10"), Path = "/lib/libm.so.6" }),
            Changed(DifferenceKind.NativeLibrary, "libm.so.6", "libc6 2.36-9, build 00aa", "libc6 2.36-10, build 00aa"));
        AssertAre(
            WithLibraries(library with { BuildId = "11bb" }),
            Changed(DifferenceKind.NativeLibrary, "libm.so.6", "libc6 2.36-9, build 00aa", "libc6 2.36-9, build 11bb"));
        AssertAre(
            Full with { NativeLibraries = Full.NativeLibraries with { Unresolved = [] } },
            new Difference(DifferenceKind.NativeLibrary, DifferenceChange.Removed, "libgone.so.1", "not found", null));
        AssertAre(
            WithLibraries(),
            new Difference(DifferenceKind.NativeLibrary, DifferenceChange.Removed, "libm.so.6", "libc6 2.36-9, build 00aa", null));
    }

    [Fact]
    public void Variables_that_change_numbers_are_compared()
    {
        AssertAre(
            Full with { Variables = [new CapturedVariable("OMP_NUM_THREADS", "8"), new CapturedVariable("TZ", "UTC")] },
            Changed(DifferenceKind.Variable, "OMP_NUM_THREADS", "4", "8"),
            new Difference(DifferenceKind.Variable, DifferenceChange.Added, "TZ", null, "UTC"));
    }

    [Fact]
    public void Hosts_facts_are_compared()
    {
        var host = Full.Host;
        var other = Full with
        {
            Host = host with
            {
                Cpu = host.Cpu with { Model = "AMD EPYC 7742", Flags = ["avx2", "fma", "smap"] },
                Libc = null,
                Limits = host.Limits with { AffinityCount = 8 },
            },
        };

        AssertAre(
            other,
            Changed(DifferenceKind.Host, "cores", "4 of 40", "8 of 40"),
            Changed(DifferenceKind.Host, "cpu", "Intel(R) Xeon(R) Gold 6248", "AMD EPYC 7742"),
            new Difference(DifferenceKind.Host, DifferenceChange.Removed, "libc", "glibc 2.36", null));
    }

    private static void AssertAre(Capture other, params Difference[] expected) =>
        Assert.Equal(expected, CaptureComparer.Compare(Full, other).Items);

    private static Difference Changed(DifferenceKind kind, string name, string first, string second) =>
        new(kind, DifferenceChange.Changed, name, first, second);

    private static Distribution Plain(string name, string version, Sha256Digest? digest) => new()
    {
        Name = name,
        CanonicalName = Firn.Python.CanonicalName.Of(name),
        Version = version,
        MetadataPath = $"/env/{name}",
        Location = "/env",
        RecordedDigest = digest,
    };

    private static Capture WithDistribution(Func<Distribution, Distribution> change) =>
        Full with { Distributions = [change(Full.Distributions[0])] };

    private static Capture WithRepository(Func<GitState, GitState?> change) => WithDistribution(distribution =>
        distribution with { Editable = new EditableProject("/home", change(distribution.Editable!.Repository!)) });

    private static Capture WithConda(Func<CondaPackage, CondaPackage> change) =>
        Full with { Conda = Full.Conda! with { Packages = [change(Full.Conda.Packages[0])] } };

    private static Capture WithLibraries(params NativeLibrary[] libraries) =>
        Full with { NativeLibraries = Full.NativeLibraries with { Libraries = [.. libraries] } };
}
