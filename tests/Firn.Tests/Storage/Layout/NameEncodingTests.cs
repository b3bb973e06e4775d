using Firn.Common;
using Firn.Storage.Layout;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Storage.Layout;

public sealed class NameEncodingTests
{
    [Theory]
    [InlineData("GW150914", "GW150914")]
    [InlineData("Prod0_a.b+c=d@e,f-g", "Prod0_a.b+c=d@e,f-g")]
    [InlineData("a b", "a%20b")]
    [InlineData("50%", "50%25")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData(".", "%2E")]
    [InlineData("..", "%2E.")]
    [InlineData(".last", "%2Elast")]
    [InlineData("Grüße", "Gr%C3%BC%C3%9Fe")]
    [InlineData("back\\slash:", "back%5Cslash%3A")]
    public void Encode_gives_the_file_name_and_decode_the_name(string name, string encoded)
    {
        Assert.Equal(encoded, NameEncoding.Encode(name));
        Assert.Equal(name, NameEncoding.Decode(encoded));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("line\nbreak")]
    public void Encode_refuses_what_is_no_name(string name) =>
        Assert.Equal(FailureKind.InvalidRequest, Assert.Throws<FirnException>(() => NameEncoding.Encode(name)).Kind);

    [Fact]
    public void Encode_refuses_half_a_surrogate_pair() =>
        Assert.Throws<FirnException>(() => NameEncoding.Encode("a" + (char)0xd800));

    [Fact]
    public void Encode_refuses_what_no_file_system_takes()
    {
        Assert.Equal(255, NameEncoding.Encode(new string('a', 255)).Length);
        Assert.Throws<FirnException>(() => NameEncoding.Encode(new string('a', 256)));
        Assert.Throws<FirnException>(() => NameEncoding.Encode(new string('ü', 43)));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("%2e")]
    [InlineData("%")]
    [InlineData("a%2")]
    [InlineData("%zz")]
    [InlineData("%41")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("%FF")]
    [InlineData("%00")]
    [InlineData("")]
    [InlineData("ü")]
    public void Decode_refuses_names_that_encode_gives_to_none(string fileName) => Assert.Null(NameEncoding.Decode(fileName));

    [Fact]
    public void Every_name_comes_back() => Check.QuickThrowOnFailure(Prop.ForAll<NonEmptyString>(text =>
    {
        var name = new string([.. text.Get.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]);
        if (name.Length is 0 or > 25)
        {
            return true;
        }

        var encoded = NameEncoding.Encode(name);
        return NameEncoding.Decode(encoded) == name
            && encoded is not ("." or "..") && encoded[0] != '.'
            && encoded.All(c => char.IsAsciiLetterOrDigit(c) || "%_.+=@,-".Contains(c, StringComparison.Ordinal));
    }));

    [Fact]
    public void Any_file_name_is_decoded_to_a_name_that_encodes_to_it() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Elements('%', 'a', '2', 'E', 'C', '3', 'B', 'F', '.', 'z', '/', ' ').ArrayOf().ToArbitrary(),
        letters =>
        {
            var fileName = new string(letters);
            return NameEncoding.Decode(fileName) is not { } name || NameEncoding.Encode(name) == fileName;
        }));
}
