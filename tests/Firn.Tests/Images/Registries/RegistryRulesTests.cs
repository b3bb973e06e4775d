using System.Net;
using Firn.Common;
using Firn.Fetching.Access;
using Firn.Images;
using Firn.Images.Registries;
using Firn.Images.Transfers;
using Firn.Tests.Fetching;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Images.Registries;

/// <summary>What is read of registries' headers, names and addresses.</summary>
public sealed class RegistryRulesTests
{
    [Theory]
    [InlineData("Bearer realm=\"https://auth.example/token\",service=\"registry.example\",scope=\"repository:a:pull,push\"", "Bearer|realm=https://auth.example/token|scope=repository:a:pull,push|service=registry.example")]
    [InlineData("bearer Realm=\"x\" , SERVICE=y", "bearer|Realm=x|SERVICE=y")]
    [InlineData("Basic realm=\"a \\\"b\\\" c\"", "Basic|realm=a \"b\" c")]
    [InlineData("Negotiate, Basic realm=x, Bearer realm=\"y\"", "Negotiate;Basic|realm=x;Bearer|realm=y")]
    [InlineData("Negotiate abc==, Basic realm=\"x\"", "Negotiate|abc==;Basic|realm=x")]
    [InlineData("Basic realm=\"never closed", "Basic|realm=never closed")]
    [InlineData("", "")]
    [InlineData(",,, ==", "")]
    [InlineData("Basic realm = \"spaced\"", "Basic|realm=spaced")]
    public void Challenges_are_read(string header, string expected)
    {
        var challenges = AuthenticationChallenge.Parse(header);

        Assert.Equal(expected, string.Join(';', challenges.Select(static challenge =>
            string.Join('|', [challenge.Scheme, .. challenge.Parameters.OrderBy(static pair => pair.Key, StringComparer.OrdinalIgnoreCase).Select(static pair => $"{pair.Key}={pair.Value}")]))));
    }

    [Fact]
    public void No_header_hangs_or_throws() => Prop.ForAll<string?>(static header => AuthenticationChallenge.Parse(header).All(static challenge => challenge.Scheme.Length > 0))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void What_is_quoted_comes_back() => Prop.ForAll<NonNull<string>>(static value =>
    {
        var quoted = value.Get.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        var challenge = Assert.Single(AuthenticationChallenge.Parse($"Bearer realm=\"{quoted}\""));
        return challenge.Parameter("REALM") == value.Get;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("alpine", "docker.io", "library/alpine", "registry-1.docker.io")]
    [InlineData("lab/x:1", "docker.io", "lab/x", "registry-1.docker.io")]
    [InlineData("docker.io/alpine", "docker.io", "library/alpine", "registry-1.docker.io")]
    [InlineData("index.docker.io/lab/x", "docker.io", "lab/x", "registry-1.docker.io")]
    [InlineData("localhost/x", "localhost", "x", "localhost")]
    [InlineData("127.0.0.1:5000/a/b/c:1", "127.0.0.1:5000", "a/b/c", "127.0.0.1:5000")]
    [InlineData("[::1]:5000/a:1", "[::1]:5000", "a", "[::1]:5000")]
    public void Names_are_of_a_registry_and_a_repository(string name, string host, string path, string asked)
    {
        var repository = RegistryRepository.Of(ImageReference.Parse(name));

        Assert.Equal((host, path, asked), (repository.Host, repository.Path, repository.ApiHost));
    }

    [Theory]
    [InlineData("8.8.8.8", "Public")]
    [InlineData("2001:4860:4860::8888", "Public")]
    [InlineData("127.9.9.9", "Loopback")]
    [InlineData("0.0.0.0", "Loopback")]
    [InlineData("::1", "Loopback")]
    [InlineData("::", "Loopback")]
    [InlineData("::ffff:127.0.0.1", "Loopback")]
    [InlineData("64:ff9b::7f00:1", "Loopback")]
    [InlineData("2002:7f00:1::", "Loopback")]
    [InlineData("169.254.169.254", "LinkLocal")]
    [InlineData("fe80::1", "LinkLocal")]
    [InlineData("::ffff:169.254.169.254", "LinkLocal")]
    [InlineData("10.1.2.3", "Private")]
    [InlineData("172.16.0.1", "Private")]
    [InlineData("172.31.255.255", "Private")]
    [InlineData("172.32.0.1", "Public")]
    [InlineData("192.168.0.1", "Private")]
    [InlineData("100.64.0.1", "Private")]
    [InlineData("100.128.0.1", "Public")]
    [InlineData("224.0.0.1", "Private")]
    [InlineData("255.255.255.255", "Private")]
    [InlineData("fd12::1", "Private")]
    [InlineData("fc00::1", "Private")]
    public void Addresses_are_of_a_kind(string address, string kind) => Assert.Equal(kind, AddressGuard.KindOf(IPAddress.Parse(address)).ToString());

    [Theory]
    [InlineData("https://203.0.113.9/", "/v2/x?a=b", "https://203.0.113.9/v2/x?a=b")]
    [InlineData("https://203.0.113.9/", "next", "https://203.0.113.9/v2/lab/next")]
    [InlineData("https://203.0.113.9/", "//198.51.100.7/y", "https://198.51.100.7/y")]
    [InlineData("https://203.0.113.9/", "https://user:geheim@198.51.100.7/y", "https://198.51.100.7/y")]
    [InlineData("https://10.0.0.5/", "https://10.0.0.6/y", "https://10.0.0.6/y")]
    [InlineData("http://127.0.0.1:5000/", "http://127.0.0.1:5001/y", "http://127.0.0.1:5001/y")]
    [InlineData("http://127.0.0.1:5000/", "http://localhost:5001/y", "http://localhost:5001/y")]
    [InlineData("https://203.0.113.9/", "http://203.0.113.9/v2/x", null)]
    [InlineData("https://203.0.113.9/", "http://198.51.100.7/y", null)]
    [InlineData("http://127.0.0.1:5000/", "http://198.51.100.7/y", null)]
    [InlineData("https://203.0.113.9/", "https://127.0.0.1/y", null)]
    [InlineData("https://203.0.113.9/", "https://localhost./y", null)]
    [InlineData("https://203.0.113.9/", "https://x.localhost/y", null)]
    [InlineData("https://203.0.113.9/", "https://10.0.0.6/y", null)]
    [InlineData("https://203.0.113.9/", "https://169.254.169.254/y", null)]
    [InlineData("https://203.0.113.9/", "https://[::ffff:10.0.0.1]/y", null)]
    [InlineData("https://203.0.113.9/", "https://0x7f000001/y", null)]
    [InlineData("https://10.0.0.5/", "https://127.0.0.1/y", null)]
    [InlineData("https://10.0.0.5/", "https://169.254.169.254/y", null)]
    [InlineData("https://203.0.113.9/", "file:///etc/passwd", null)]
    [InlineData("https://203.0.113.9/", "ftp://198.51.100.7/", null)]
    [InlineData("https://203.0.113.9/", null, null)]
    public void A_Location_is_followed_or_refused(string registry, string? location, string? expected)
    {
        using var home = new TemporaryFolder();
        var guard = new AddressGuard(new Uri(registry), new RegistryOptions(), new ProxySettings(FetchSamples.SystemContext(home)));
        var from = new Uri(new Uri(registry), "v2/lab/x");

        if (expected is null)
        {
            var failure = Assert.Throws<FirnException>(() => guard.Resolve(from, location, "a Location"));
            Assert.DoesNotContain("geheim", failure.ToString());
        }
        else
        {
            Assert.Equal(expected, guard.Resolve(from, location, "a Location").AbsoluteUri);
        }
    }

    [Fact]
    public void Private_addresses_are_followed_where_they_are_asked_for()
    {
        using var home = new TemporaryFolder();
        var guard = new AddressGuard(new Uri("https://203.0.113.9/"), new RegistryOptions { AllowsPrivateAddresses = true }, new ProxySettings(FetchSamples.SystemContext(home)));

        Assert.Equal("https://10.0.0.6/y", guard.Resolve(new Uri("https://203.0.113.9/v2/"), "https://10.0.0.6/y", "a Location").AbsoluteUri);
    }

    [Theory]
    [InlineData("oci:new:1.0", "/work/new", "1.0")]
    [InlineData("oci:new", "/work/new", null)]
    [InlineData("oci:/abs/dir:host/name:1", "/abs/dir", "host/name:1")]
    public void Places_that_are_not_there_yet_end_at_the_first_colon(string text, string folder, string? name)
    {
        var layout = Assert.IsType<ImageLocation.InLayout>(ImageLocation.Parse(text, "/work", mustExist: false));

        Assert.Equal((folder, name), (layout.Folder, layout.Name));
    }

    [Theory]
    [InlineData("oci:")]
    [InlineData("oci::1")]
    [InlineData("oci:x:")]
    [InlineData("oci:/")]
    [InlineData("docker-archive:")]
    [InlineData("docker-archive:f:UPPER")]
    [InlineData("Registry/UPPER:1")]
    public void What_names_no_place_is_refused(string text) =>
        Assert.Equal(FailureKind.InvalidRequest, Assert.Throws<FirnException>(() => ImageLocation.Parse(text, "/work", mustExist: false)).Kind);

    [Fact]
    public void A_folder_that_is_there_may_have_a_colon_in_its_name()
    {
        using var home = new TemporaryFolder();
        Directory.CreateDirectory(home["a:b"]);

        var layout = Assert.IsType<ImageLocation.InLayout>(ImageLocation.Parse("oci:a:b:1", home.Path, mustExist: false));

        Assert.Equal((home["a:b"], "1"), (layout.Folder, layout.Name));
    }
}
