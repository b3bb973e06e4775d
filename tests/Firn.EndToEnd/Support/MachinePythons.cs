namespace Firn.EndToEnd.Support;

/// <summary>
/// The tests that start this machine's own Pythons, whose modules write bytecode beside them, or that hold such a
/// Python's folder against what it was before: one after the other. All other classes run at the side of these.
/// </summary>
[CollectionDefinition(Name)]
public sealed class MachinePythons : ICollectionFixture<PublishedFirn>
{
    public const string Name = "this machine's Pythons";
}
