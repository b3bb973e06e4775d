using Xunit.Abstractions;

namespace Firn.EndToEnd.Support.Running;

/// <summary>The longest collections begin, so that none of them runs alone at the end; the others as their names are.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // A class that is in no other collection has one of this name, which is xunit's.
    private static readonly string[] MaxLength =
        [MachinePythons.Name, $"Test collection for {typeof(SingleFileTests).FullName}"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections
            .OrderBy(collection => Array.IndexOf(MaxLength, collection.DisplayName) is var place and >= 0 ? place : MaxLength.Length)
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
