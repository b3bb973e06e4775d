using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Tests.Storage.Records;

public sealed class AnalysisReferenceTests
{
    [Theory]
    [InlineData("S/N", "S", "N", null)]
    [InlineData("S/N@3", "S", "N", 3)]
    [InlineData("S/N@last", "S", "N", null)]
    [InlineData("S/N@home", "S", "N@home", null)]
    [InlineData("S/N@home@12", "S", "N@home", 12)]
    [InlineData("S/N@0", "S", "N@0", null)]
    [InlineData("S/@3", "S", "@3", null)]
    [InlineData("a b/c.d", "a b", "c.d", null)]
    [InlineData("../..", "..", "..", null)]
    public void References_are_read(string text, string subject, string name, int? number) =>
        Assert.Equal(new AnalysisReference(subject, name, number), AnalysisReference.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("S/")]
    [InlineData("/N")]
    [InlineData("S/N/M")]
    [InlineData("S/a\nb")]
    public void Others_are_refused(string text) =>
        Assert.Equal(FailureKind.InvalidRequest, Assert.Throws<FirnException>(() => AnalysisReference.Parse(text)).Kind);

    [Theory]
    [InlineData("S/N@3")]
    [InlineData("S/N@last")]
    public void A_run_cannot_be_added_to(string text) =>
        Assert.Contains("S/N", Assert.Throws<FirnException>(() => AnalysisReference.ParseAnalysis(text)).Hint.ToString(), StringComparison.Ordinal);
}
