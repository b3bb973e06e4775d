using Firn.Captures.Archives.Planning;

namespace Firn.Tests.Captures.Archives;

public sealed class SecretFilesTests
{
    [Theory]
    [InlineData(".env")]
    [InlineData("deploy/.env.production")]
    [InlineData("prod.env")]
    [InlineData(".netrc")]
    [InlineData("home/.pgpass")]
    [InlineData("ID_RSA")]
    [InlineData("keys/id_ed25519")]
    [InlineData("server.key")]
    [InlineData("store.kdbx")]
    [InlineData("cert.P12")]
    [InlineData(".aws/credentials")]
    [InlineData("x/.aws/config")]
    [InlineData(".docker/config.json")]
    [InlineData(".kube/config")]
    [InlineData(".azure/accessTokens.json")]
    [InlineData(".ssh/deploy")]
    [InlineData("secrets.yaml")]
    [InlineData("conf/credentials.json")]
    [InlineData("application_default_credentials.json")]
    [InlineData(".git-credentials")]
    [InlineData(".my.cnf")]
    [InlineData(".Renviron")]
    [InlineData("conda-meta/state")]
    [InlineData("etc/conda/env_vars.d/x.json")]
    public void Name_of_a_secret_is_known(string path) => Assert.True(SecretFiles.Contains(path));

    [Theory]
    [InlineData("train.py")]
    [InlineData("secrets.py")]
    [InlineData("credentials.py")]
    [InlineData(".env.example")]
    [InlineData(".env/bin/python")]
    [InlineData("environment.yml")]
    [InlineData("keyboard.md")]
    [InlineData(".ssh/id_rsa.pub")]
    [InlineData("docker/config.json")]
    [InlineData("x.aws/credential_test.txt")]
    [InlineData("lib/python3.11/site-packages/certifi/cacert.pem")]
    [InlineData("tokens.txt")]
    public void Other_names_are_none(string path) => Assert.False(SecretFiles.Contains(path));

    [Theory]
    [InlineData("server.pem", "-----BEGIN PRIVATE KEY-----\nMIIE", true)]
    [InlineData("account-1234.json", """{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\nMII"}""", true)]
    [InlineData("deploy_key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", true)]
    [InlineData("ca.pem", "-----BEGIN CERTIFICATE-----\nMIIE", false)]
    [InlineData("test_keys.py", "KEY = '''-----BEGIN PRIVATE KEY-----'''", false)]
    [InlineData("key.py", "KEY = \"\"\"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7yn3bRHQ5jXvmQ2rCw1sPq8Zk0dHf3LxT9uVYbNaEoGi6JhK\n", true)]
    [InlineData("key.py", "KEY = (\"-----BEGIN PRIVATE KEY-----\\n\"\n       \"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/90zkRTPEoAVKjwLbLr1fHf3LxT9uVYbNaEo\\n\")", true)]
    [InlineData("run.ipynb", "{\"source\": [\"k = '''-----BEGIN EC PRIVATE KEY-----\\n\", \"MHcCAQEEIJ1hsZ3v90zkRTPEoAVKjwLbLr1fHf3LxT9uVYbNaEoGoAoGCCqGSM49\\n\"]}", true)]
    [InlineData("a.sh", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nMIIEpAIBAAKCAQEA7yn3bRHQ5jXvmQ2rCw1sPq8Zk0dHf3LxT9uVYbNaEoGi6JhK\n", true)]
    [InlineData("a.md", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQOYBFz1QpEBCADXv9m3bRHQ5jXvmQ2rCw1sPq8Zk0dHf3LxT9uVYbNaEoGi6JhK\n", true)]
    [InlineData("parser.py", "BEGIN = '-----BEGIN PRIVATE KEY-----'\nEND = '-----END PRIVATE KEY-----'\ndef the_quick_brown_fox_jumps_over_the_lazy_dog_42_Times(): pass\n", false)]
    [InlineData("parser.py", "RE = rb'-----BEGIN (RSA )?PRIVATE KEY-----\\r?\\n.+?-----END'\nSUM = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'\n", false)]
    [InlineData("doc.md", "The file begins with `-----BEGIN OPENSSH PRIVATE KEY-----`; https://www.rfc-editor.org/rfc/rfc7468 says more.", false)]
    public void Private_key_is_one_whatever_its_name(string path, string content, bool isSecret) =>
        Assert.Equal(isSecret, SecretFiles.Contains(path, System.Text.Encoding.UTF8.GetBytes(content)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Private_key_is_known_in_utf_16(bool isBigEndian)
    {
        var encoding = new System.Text.UnicodeEncoding(isBigEndian, byteOrderMark: true);
        const string begin = "# -----BEGIN PRIVATE KEY-----\r\n";

        Assert.True(SecretFiles.Contains("k.ps1", Bytes(begin + "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v90zkRTPEoAVKjwLbLr1fHf3LxT9uVYbNaEo\r\n")));
        Assert.False(SecretFiles.Contains("k.ps1", Bytes(begin + "is how one begins")));

        byte[] Bytes(string text) => [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
    }
}
