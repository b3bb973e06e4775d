namespace Firn.EndToEnd.Support;

/// <summary>
/// The tests of archives take as long as a sixth of all others, and share nothing with them: they run beside those of
/// <see cref="SharedParts"/>, with a firn of their own.
/// </summary>
[CollectionDefinition(Name)]
public sealed class ArchiveParts : ICollectionFixture<PublishedFirn>
{
    public const string Name = "archives";
}
