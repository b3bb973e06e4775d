using Firn.Python.Versions;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Versions;

public sealed class Pep440VersionTests
{
    private static string Fixture(string name) => Path.Join(AppContext.BaseDirectory, "fixtures", "pip-freeze", name);

    [Fact]
    public void Normalize_equals_packaging()
    {
        foreach (var line in File.ReadAllLines(Fixture("versions.txt")))
        {
            var tab = line.IndexOf('\t');
            Assert.Equal(line[(tab + 1)..], Pep440Version.Normalize(line[..tab]) ?? string.Empty);
        }
    }

    [Fact]
    public void CompareTo_orders_as_packaging()
    {
        var versions = Array.ConvertAll(File.ReadAllLines(Fixture("order.txt")), line => Pep440Version.Parse(line)!);
        for (var i = 0; i < versions.Length; i++)
        {
            for (var k = 0; k < versions.Length; k++)
            {
                Assert.True(
                    Math.Sign(versions[i].CompareTo(versions[k])) == Math.Sign(i.CompareTo(k)), $"{versions[i]} {versions[k]}");
            }
        }
    }

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("1.0a1", "1.0.0.alpha.1")]
    [InlineData("1.0+a.b", "1.0+A_B")]
    public void Equals_ignores_spelling_and_trailing_zeros(string left, string right)
    {
        Assert.Equal(Pep440Version.Parse(left), Pep440Version.Parse(right));
        Assert.Equal(Pep440Version.Parse(left)!.GetHashCode(), Pep440Version.Parse(right)!.GetHashCode());
    }

    [Fact]
    public void Normal_form_is_its_own_normal_form() =>
        Prop.ForAll(Texts().ToArbitrary(), text =>
        {
            var normal = Pep440Version.Normalize(text);
            return normal is null || (Pep440Version.Normalize(normal) == normal && Pep440Version.Parse(text)!.Equals(Pep440Version.Parse(normal)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_takes_any_text() =>
        Prop.ForAll<string?>(text => Pep440Version.Normalize(text ?? string.Empty) is null or { Length: > 0 }).QuickCheckThrowOnFailure();

    private static Gen<string> Texts() =>
        Gen.Elements("1", "0", "10", ".", "-", "_", "!", "+", "a", "b", "rc", "post", "dev", "r", "v", "abc", "007", " ")
            .ListOf().Select(string.Concat);
}
