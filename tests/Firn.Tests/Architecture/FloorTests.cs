using System.Text.RegularExpressions;

namespace Firn.Tests.Architecture;

/// <summary>
/// The house: a folder of src/Firn.Core uses only folders on a lower floor, or on its own floor where no circle comes
/// of it; the command line stands on top. Read off the sources, since namespaces are folders.
/// </summary>
public sealed partial class FloorTests
{
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Common"] = 0,
        ["Host"] = 1,
        ["Git"] = 1,
        ["Fetching"] = 1,
        ["Python"] = 2,
        ["Conda"] = 2,
        ["Storage"] = 2,
        ["Captures"] = 3,
        ["Restore"] = 4,
        ["Creation"] = 4,
        ["Analyses"] = 4,
        ["Images"] = 5,
        ["Targets"] = 5,
    };

    [Fact]
    public void Every_folder_of_the_library_has_a_floor()
    {
        var folders = Directory.GetDirectories(LibraryFolder()).Select(Path.GetFileName)
            .Where(name => name is not ("bin" or "obj"));

        Assert.All(folders, folder => Assert.Contains(folder!, Floors.Keys));
    }

    [Fact]
    public void No_arrow_runs_up()
    {
        var upward = Arrows().Where(arrow => Floors[arrow.To] > Floors[arrow.From]);

        Assert.Empty(upward.Select(arrow => $"{arrow.File} uses Firn.{arrow.To}"));
    }

    [Fact]
    public void Folders_form_no_circle()
    {
        var uses = Arrows().GroupBy(arrow => arrow.From).ToDictionary(
            group => group.Key, group => group.Select(arrow => arrow.To).Distinct().ToList());

        foreach (var start in uses.Keys)
        {
            Assert.False(Reaches(uses, start, start, []), $"Firn.{start} uses itself through other folders");
        }
    }

    [Fact]
    public void The_library_never_writes_to_the_console()
    {
        var writers = Sources(LibraryFolder()).Where(file => ConsoleUse().IsMatch(File.ReadAllText(file)));

        Assert.Empty(writers);
    }

    [Fact]
    public void The_library_starts_processes_only_to_run_and_to_trace()
    {
        var starters = Sources(LibraryFolder()).Where(file => ProcessUse().IsMatch(File.ReadAllText(file)))
            .Where(file => !file.Contains(Path.Join("Analyses", "Launching"), StringComparison.Ordinal)
                && !file.Contains(Path.Join("Analyses", "Observation", "Tracing"), StringComparison.Ordinal));

        Assert.Empty(starters);
    }

    [Fact]
    public void Files_stay_small()
    {
        var large = Sources(SourceFolder()).Where(file => File.ReadLines(file).Count() > 600);

        Assert.Empty(large);
    }

    private static bool Reaches(
        Dictionary<string, List<string>> uses, string from, string goal, HashSet<string> seen) =>
        uses.GetValueOrDefault(from, []).Any(next =>
            next == goal || (seen.Add(next) && Reaches(uses, next, goal, seen)));

    private static IEnumerable<(string File, string From, string To)> Arrows()
    {
        var library = LibraryFolder();
        foreach (var file in Sources(library))
        {
            var from = Path.GetRelativePath(library, file).Split(Path.DirectorySeparatorChar)[0];
            var targets = FolderUse().Matches(File.ReadAllText(file))
                .Select(match => match.Groups[1].Value)
                .Where(to => Floors.ContainsKey(to) && to != from)
                .Distinct();
            foreach (var to in targets)
            {
                yield return (Path.GetRelativePath(library, file), from, to);
            }
        }
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"));

    private static string LibraryFolder() => Path.Join(SourceFolder(), "Firn.Core");

    private static string SourceFolder() => Path.Join(RepositoryFolder.Path, "src");

    [GeneratedRegex(@"\bFirn\.(\w+)")]
    private static partial Regex FolderUse();

    [GeneratedRegex(@"\bConsole\.(Write|Error|Out|In|Read)")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(@"\bProcess\.Start|\bProcessStartInfo\b|posix_spawn|\bexecv|\bfork\b.*EntryPoint")]
    private static partial Regex ProcessUse();
}
