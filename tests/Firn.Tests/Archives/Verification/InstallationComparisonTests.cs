using Firn.Archives.Verification;

namespace Firn.Tests.Archives.Verification;

public sealed class InstallationComparisonTests
{
    private const string Archived = "home = /usr/bin\ninclude-system-site-packages = false\n";

    [Theory]
    [InlineData("include-system-site-packages = false\nhome = /usr/bin\nprompt = other\n", true)]
    [InlineData("HOME = /usr/bin\r\nInclude-System-Site-Packages = False\r\n", true)]
    [InlineData("home = /@firn-base@/bin\ninclude-system-site-packages = false\n", true)]
    [InlineData("home = /opt/bin\ninclude-system-site-packages = false\n", false)]
    [InlineData("include-system-site-packages = false\n", false)]
    [InlineData("home = /usr/bin\ninclude-system-site-packages = true\n", false)]
    // As site.py has it: the last line counts, in any case, and no line is true.
    [InlineData("home = /usr/bin\ninclude-system-site-packages = false\ninclude-system-site-packages = true\n", false)]
    [InlineData("home = /usr/bin\ninclude-system-site-packages = TRUE\n", false)]
    [InlineData("home = /usr/bin\n", false)]
    public void A_configuration_is_compared_by_what_Python_takes_from_it(string observed, bool isSame) =>
        Assert.Equal(isSame, InstallationComparison.IsSameConfiguration(Archived, observed));
}
