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
    public void Private_key_is_one_whatever_its_name(string path, string content, bool isSecret) =>
        Assert.Equal(isSecret, SecretFiles.Contains(path, System.Text.Encoding.UTF8.GetBytes(content)));
}
