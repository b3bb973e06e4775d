using System.Text;
using Firn.Common;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Common;

public sealed class ManagedMd5Tests
{
    /// <summary>RFC 1321, A.5.</summary>
    [Theory]
    [InlineData("", "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("a", "0cc175b9c0f1b6a831c399e269772661")]
    [InlineData("message digest", "f96b697d7cb7938d525a2f31aaf161d0")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a")]
    public void The_digests_of_the_standard(string text, string expected)
    {
        Assert.Equal(expected, Managed(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(expected, Md5Hasher.Of(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public void Any_bytes_in_any_pieces_have_the_digest_of_the_platform() => Check.QuickThrowOnFailure(
        Prop.ForAll<byte[], PositiveInt>((bytes, size) =>
        {
            var content = Enumerable.Repeat(bytes ?? [], 9).SelectMany(part => part).ToArray();
            var managed = new ManagedMd5();
            using var hasher = new Md5Hasher();
            foreach (var piece in content.Chunk(size.Get))
            {
                managed.Append(piece);
                hasher.Append(piece);
            }

            var hash = new byte[16];
            managed.Finish(hash);
            return Hex.Of(hash) == hasher.Finish() && Managed(content) == Md5Hasher.Of(content);
        }));

    private static string Managed(byte[] content)
    {
        var md5 = new ManagedMd5();
        md5.Append(content);
        var hash = new byte[16];
        md5.Finish(hash);
        return Hex.Of(hash);
    }
}
