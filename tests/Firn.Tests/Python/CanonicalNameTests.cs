using Firn.Python;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python;

public sealed class CanonicalNameTests
{
    [Theory]
    [InlineData("Foo.Bar__Baz", "foo-bar-baz")]
    [InlineData("a--b", "a-b")]
    [InlineData("-scipy", "-scipy")]
    [InlineData("typing_extensions", "typing-extensions")]
    [InlineData("ruamel.yaml", "ruamel-yaml")]
    [InlineData("", "")]
    public void Of_is_the_form_of_PEP_503(string name, string canonical) => Assert.Equal(canonical, CanonicalName.Of(name));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a.b-c_D9", true)]
    [InlineData("~umpy", false)]
    [InlineData("-umpy", false)]
    [InlineData("umpy-", false)]
    [InlineData("u mpy", false)]
    [InlineData("", false)]
    public void IsValid_is_the_pattern_of_PEP_508(string name, bool isValid) => Assert.Equal(isValid, CanonicalName.IsValid(name));

    [Fact]
    public void Of_changes_nothing_the_second_time() =>
        Prop.ForAll<string?>(name => CanonicalName.Of(CanonicalName.Of(name ?? "")) == CanonicalName.Of(name ?? ""))
            .QuickCheckThrowOnFailure();
}
