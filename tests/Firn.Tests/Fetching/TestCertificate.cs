using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Firn.Tests.Fetching;

/// <summary>A certificate of the loopback address that nobody trusts, and its PEM file.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TestCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=firn test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Certificate = X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pfx), null);
        Path = _folder.Write("bundle.pem", signed.ExportCertificatePem());
    }

    public X509Certificate2 Certificate { get; }

    public string Path { get; }

    public string Folder => _folder.Path;

    public void Dispose()
    {
        Certificate.Dispose();
        _folder.Dispose();
    }
}
