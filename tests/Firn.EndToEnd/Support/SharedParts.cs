namespace Firn.EndToEnd.Support;

/// <summary>
/// The tests that share what is expensive to make. Each part is made when a test first asks for it, once per test run;
/// the tests of the collection run one after the other.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SharedParts
    : ICollectionFixture<PublishedFirn>, ICollectionFixture<SingleFileFirn>, ICollectionFixture<DebianChroot>
{
    public const string Name = "end to end";
}
