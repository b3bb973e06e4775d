using System.Collections.Immutable;

namespace Firn.Fuzz;

/// <summary>The samples under <c>seeds</c>, which the build lays beside the program.</summary>
internal static class SeedFolder
{
    private static readonly string Root = Path.Join(AppContext.BaseDirectory, "fuzz-seeds");

    /// <summary>The samples of the folders, each sorted by name.</summary>
    public static ImmutableArray<FuzzSeed> Load(params ReadOnlySpan<string> folders)
    {
        var seeds = ImmutableArray.CreateBuilder<FuzzSeed>();
        foreach (var folder in folders)
        {
            foreach (var path in Directory.GetFiles(Path.Join(Root, folder)).Order(StringComparer.Ordinal))
            {
                seeds.Add(new FuzzSeed(Path.GetFileName(path), File.ReadAllBytes(path)));
            }
        }

        return seeds.DrainToImmutable();
    }

    /// <summary>The bytes of one sample, for example <c>elf/program</c>.</summary>
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Join(Root, name));
}
