namespace Firn.Benchmarks.Packages;

/// <summary>
/// One of many packages with sizes as in an environment for numerical work: four of a hundred are large and compiled, a
/// tenth is of middle size with a library or two, all others are some dozens of small modules.
/// </summary>
/// <param name="Number">Which one; everything about it follows from that.</param>
internal sealed record GeneratedPackage(int Number)
{
    private const int Every = 50;

    /// <summary>Its files are the same in each.</summary>
    public string Version { get; init; } = "1.4.2";

    /// <summary>For example <c>sample-007</c>; the same with an underscore is its folder.</summary>
    public string Name => $"sample-{Number:D3}";

    public string Module => $"sample_{Number:D3}";

    public bool IsLarge => Number % Every == 0;

    public bool IsCompiled => IsLarge || Number % 10 == 5;

    /// <summary>Its command, where it has one.</summary>
    public string? Command => Number % 5 == 1 ? Name : null;

    /// <summary>What it needs: one that was made before it, as most packages need one of few.</summary>
    public string? Needs => Number % 3 == 2 ? new GeneratedPackage(Number / 3).Name : null;

    /// <summary>Its files, made anew by each call: all packages at once would be a lot of memory.</summary>
    public IEnumerable<PackageFile> Files(string? placeholder = null)
    {
        var random = new FixedRandom((ulong)Number + 17);
        var text = new PythonText(random);
        yield return new PackageFile($"{Module}/__init__.py", text.Module(400));
        var modules = IsLarge ? 320 : IsCompiled ? 100 : 20 + random.Below(41);
        for (var i = 0; i < modules; i++)
        {
            var folder = i % 20 < 8 ? string.Empty : $"part{i % 20}/";
            if (i < 20 && folder.Length > 0)
            {
                yield return new PackageFile($"{Module}/{folder}__init__.py", []);
            }

            yield return new PackageFile($"{Module}/{folder}module{i:D3}.py", text.Module(150 + random.Length(4500)));
        }

        if (IsCompiled)
        {
            var libraries = IsLarge ? 8 : 2;
            // The first package is the one that is larger than all others.
            var length = IsLarge ? (Number == 0 ? 3_200_000 : 1_300_000) : 550_000;
            for (var i = 0; i < libraries; i++)
            {
                yield return new PackageFile(
                    $"{Module}/_compiled{i}.cpython-311-x86_64-linux-gnu.so",
                    CompiledLibrary.Create(random, (length / 2) + random.Below(length), i == 0 ? placeholder : null));
            }
        }
    }

    /// <summary>The description in METADATA.</summary>
    public string Description => new PythonText(new FixedRandom((ulong)Number + 9000)).Prose(3000);
}
