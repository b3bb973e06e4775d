using System.Security.Cryptography;
using System.Text;
using Firn.Common;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Common;

public sealed class ManagedSha256Tests
{
    // FIPS 180-4's examples (NIST, "SHA256.pdf") and the empty message.
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void HashData_published_example_gives_its_digest(string text, string expected) =>
        Assert.Equal(expected, Hash(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void HashData_each_length_around_the_blocks_agrees_with_the_base_class_library()
    {
        var content = new byte[300];
        new Random(20).NextBytes(content);
        for (var length = 0; length <= content.Length; length++)
        {
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content.AsSpan(0, length))), Hash(content[..length]));
        }
    }

    [Fact]
    public void HashData_any_content_agrees_with_the_base_class_library() =>
        Prop.ForAll<byte[]>(content => Hash(content) == Convert.ToHexStringLower(SHA256.HashData(content)))
            .QuickCheckThrowOnFailure();

    private static string Hash(byte[] content)
    {
        Span<byte> hash = stackalloc byte[32];
        ManagedSha256.HashData(content, hash);
        return Convert.ToHexStringLower(hash);
    }
}
