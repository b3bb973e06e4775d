using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Fetching;

/// <summary>Whom https believes: the system's authorities, or those of a bundle that a variable or conda's settings name.</summary>
internal static class TrustedCertificates
{
    private const int MaxFiles = 2000;

    /// <summary>pip's own variable first, then those of requests (sessions.py), then OpenSSL's.</summary>
    private static readonly string[] Variables = ["PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"];

    /// <exception cref="FirnException">A bundle is named that cannot be read.</exception>
    public static SslClientAuthenticationOptions Options(FetchOptions options, SystemContext systemContext)
    {
        var result = new SslClientAuthenticationOptions();
        if (!options.IsCertificateVerified)
        {
            // What the user asked for with ssl_verify: false; the hashes of the lock are still checked.
#pragma warning disable CA5359
            result.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            return result;
        }

        var (path, source) = Find(options, systemContext);
        if (path is not null)
        {
            result.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            Read(Path.GetFullPath(path, systemContext.CurrentDirectory), source, result.CertificateChainPolicy.CustomTrustStore);
        }

        return result;
    }

    private static (string? Path, string Source) Find(FetchOptions options, SystemContext systemContext)
    {
        if (options.CertificateBundle is { } chosen)
        {
            return (chosen, "ssl_verify");
        }

        foreach (var variable in Variables)
        {
            if (systemContext.Variable(variable) is { } path)
            {
                return (path, variable);
            }
        }

        return (null, string.Empty);
    }

    private static void Read(string path, string source, X509Certificate2Collection certificates)
    {
        var hint = $"set it to a PEM file of certificates, or unset it to trust the system's";
        try
        {
            var files = Directory.Exists(path) ? Directory.EnumerateFiles(path).Take(MaxFiles) : [path];
            foreach (var file in files)
            {
                var text = BoundedFile.ReadText(file, 16 << 20);
                if (text is null && file == path)
                {
                    throw new FirnException($"the certificates that {source} names cannot be read: {path}", hint);
                }

                certificates.ImportFromPem(text);
            }
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FirnException($"the certificates that {source} names cannot be read: {path}", hint, innerException: exception);
        }

        if (certificates.Count == 0)
        {
            throw new FirnException($"{source} names a file without certificates: {path}", hint);
        }
    }
}
