using Firn.Common;

namespace Firn.Tests.Fetching;

public sealed class CertificateTests
{
    [Theory]
    [InlineData("PIP_CERT")]
    [InlineData("REQUESTS_CA_BUNDLE")]
    [InlineData("CURL_CA_BUNDLE")]
    [InlineData("SSL_CERT_FILE")]
    public void Fetch_trusts_the_bundle_that_a_variable_names(string variable)
    {
        using var certificate = new TestCertificate();
        using var server = new LoopbackServer(certificate: certificate.Certificate);
        server.Answer = _ => LoopbackReply.Text("hello");
        using var fixture = new FetchFixture(FetchSamples.Options, (variable, certificate.Path));

        using var file = fixture.Fetch(FetchSamples.Request(server.Url));

        Assert.Equal("hello", File.ReadAllText(file.Path));
    }

    [Fact]
    public void Fetch_trusts_a_folder_of_certificates()
    {
        using var certificate = new TestCertificate();
        using var server = new LoopbackServer(certificate: certificate.Certificate);
        server.Answer = _ => LoopbackReply.Text("hello");
        using var fixture = new FetchFixture(FetchSamples.Options with { CertificateBundle = certificate.Folder });

        fixture.Fetch(FetchSamples.Request(server.Url)).Dispose();
    }

    [Fact]
    public void Fetch_refuses_whom_nobody_trusts_at_once()
    {
        using var certificate = new TestCertificate();
        using var server = new LoopbackServer(certificate: certificate.Certificate);
        using var fixture = new FetchFixture(FetchSamples.Options with { FirstDelay = TimeSpan.FromMinutes(1) });

        var failure = fixture.Fail(FetchSamples.Request(server.Url));

        Assert.Contains("is not trusted", failure.Message, StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE", failure.Hint.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Fetch_refuses_a_trusted_certificate_of_another_host()
    {
        using var certificate = new TestCertificate();
        using var server = new LoopbackServer(certificate: certificate.Certificate);
        using var fixture = new FetchFixture(FetchSamples.Options, ("SSL_CERT_FILE", certificate.Path));

        var failure = fixture.Fail(
            FetchSamples.Request(server.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)));

        Assert.Contains("is not trusted", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_believes_all_where_the_user_says_so()
    {
        using var certificate = new TestCertificate();
        using var server = new LoopbackServer(certificate: certificate.Certificate);
        server.Answer = _ => LoopbackReply.Text("hello");
        using var fixture = new FetchFixture(FetchSamples.Options with { IsCertificateVerified = false });

        fixture.Fetch(FetchSamples.Request(server.Url)).Dispose();
    }

    [Theory]
    [InlineData("missing.pem", "cannot be read")]
    [InlineData("empty.pem", "without certificates")]
    [InlineData("broken.pem", "cannot be read")]
    public void Fetch_names_the_variable_of_a_bundle_that_is_none(string name, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("empty.pem");
        folder.Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        using var fixture = new FetchFixture(FetchSamples.Options, ("REQUESTS_CA_BUNDLE", folder[name]));

        var failure = fixture.Fail(FetchSamples.Request(fixture.Server.Url));

        Assert.Contains("REQUESTS_CA_BUNDLE", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.IsType<FirnException>(failure);
    }
}
