namespace Firn.Fuzz.Trees;

/// <summary>A file of a fixture.</summary>
/// <param name="Path">Where it lies, relative to the fixture.</param>
/// <param name="Content">Its bytes; <c>@ROOT@</c> in them stands for the fixture's folder.</param>
/// <param name="LinkTarget">Set for a link, which is not mutated.</param>
internal sealed record FixtureFile(string Path, byte[] Content, string? LinkTarget = null)
{
    public static FixtureFile Of(string path, string seed) => new(path, SeedFolder.Read(seed));

    public static FixtureFile Link(string path, string target) => new(path, [], target);
}
