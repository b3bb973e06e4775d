using Firn.Common;
using Firn.Creation.Packages;
using Firn.Fetching;
using Firn.Python.Environments;

namespace Firn.Tests.Creation.Packages;

public sealed class LockWriterTests
{
    private static readonly FileHash Sha256 = new(FileHash.Sha256, new string('a', 64));
    private static readonly FileHash Sha512 = new(FileHash.Sha512, new string('b', 128));

    [Fact]
    public void Write_wheels_alone_gives_sorted_requirements_with_their_strongest_known_digests()
    {
        var text = Write(
            CreationSamples.Wheel("snow-depth", "https://i.example/snow_depth-1.0-py3-none-any.whl", Sha512, Sha256),
            CreationSamples.Wheel("ice", "https://i.example/ice-1.0-py3-none-any.whl", Sha512));

        Assert.Equal(
            $"""
             # Written by {FirnVersion.Text} from requirements.txt
             # Python 3.11.7, {PlatformName.OfThisMachine()}
             ice==1.0 \
                 --hash=sha512:{Sha512.Hex}
             snow-depth==1.0 \
                 --hash=sha256:{Sha256.Hex}

             """.ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void Write_a_wheel_by_its_url_keeps_the_url_and_no_password()
    {
        var wheel = CreationSamples.Wheel("ice", "https://ana:pass@i.example/ice-1.0-py3-none-any.whl", Sha256);

        var text = Write(wheel with { DirectUrl = wheel.Request.Url });

        Assert.Contains("\nice @ https://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_leaves_out_what_venv_brings_itself()
    {
        var text = Write(CreationSamples.Wheel("pip", "https://i.example/pip.whl", Sha256) with { Origin = SeedWheel.Origin });

        Assert.DoesNotContain("pip==", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_a_wheel_of_a_folder_digests_its_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("ice-1.0-py3-none-any.whl", "bytes");

        Assert.Contains($"--hash=sha256:{Sha256Digest.Of("bytes"u8).Hex}\n", Write(CreationSamples.Wheel("ice", file)), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_a_wheel_without_a_digest_is_refused() => Assert.Contains(
        "the index gives no digest of ice-1.0-py3-none-any.whl",
        Assert.Throws<FirnException>(() => Write(CreationSamples.Wheel("ice", "https://i.example/ice.whl"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Write_conda_packages_gives_an_explicit_file_with_what_pip_installs_as_comments()
    {
        var text = WriteConda(CreationSamples.Wheel("ice", "https://i.example/ice-1.0-py3-none-any.whl#sha256=00", Sha256));

        Assert.Contains("\n@EXPLICIT\n", text, StringComparison.Ordinal);
        Assert.EndsWith(
            $"\nhttps://c.example/linux-64/python-3.11.7-0.conda#{new string('c', 64)}\n"
            + $"# pip ice @ https://i.example/ice-1.0-py3-none-any.whl#sha256={Sha256.Hex}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_conda_packages_with_a_wheel_of_this_machine_alone_is_refused()
    {
        using var folder = new TemporaryFolder();
        var wheel = CreationSamples.Wheel("ice", folder.Write("ice-1.0-py3-none-any.whl"));

        Assert.Contains("is a file of this machine alone", Assert.Throws<FirnException>(() => WriteConda(wheel)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_a_conda_package_without_a_digest_is_refused()
    {
        var plan = new CreationPlan
        {
            Python = CreationSamples.Python,
            Conda = [CreationSamples.Planned(CreationSamples.Conda("python") with { Sha256 = null })],
        };

        Assert.Contains("python-1.0-0.conda has no digest", Assert.Throws<FirnException>(() => LockWriter.Write(plan, [])).Message, StringComparison.Ordinal);
    }

    private static string Write(params PlannedWheel[] wheels) =>
        LockWriter.Write(new CreationPlan { Python = CreationSamples.Python, Wheels = [.. wheels] }, ["requirements.txt"]);

    private static string WriteConda(params PlannedWheel[] wheels) => LockWriter.Write(
        new CreationPlan
        {
            Python = CreationSamples.Python,
            Conda = [CreationSamples.Planned(CreationSamples.Conda("python", "3.11.7"))],
            Wheels = [.. wheels],
        },
        ["environment.yml"]);
}
