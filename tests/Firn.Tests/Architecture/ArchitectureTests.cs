using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Firn.Tests.Architecture;

/// <summary>The house as docs/architecture.md tells it: floors, rooms without circles, sizes, names.</summary>
public sealed class ArchitectureTests(House house) : IClassFixture<House>
{
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Common"] = 0,
        ["Host"] = 1,
        ["Git"] = 1,
        ["Fetching"] = 1,
        ["Python"] = 2,
        ["Storage"] = 2,
        ["Conda"] = 3,
        ["Captures"] = 4,
        ["Archives"] = 5,
        ["Projects"] = 6,
        ["Restore"] = 6,
        ["Creation"] = 7,
        ["Runs"] = 7,
        ["Reports"] = 8,
        ["Images"] = 8,
        ["Workflows"] = 9,
    };

    [Fact]
    public void Every_folder_of_the_library_has_a_floor()
    {
        var folders = Directory.GetDirectories(Path.Join(House.Folder, "Firn.Core")).Select(Path.GetFileName)
            .Where(name => name is not ("bin" or "obj"));

        Assert.All(folders, folder => Assert.Contains(folder!, Floors.Keys));
    }

    [Fact]
    public void A_folder_uses_folders_of_lower_floors_only()
    {
        Assert.True(house.Arrows.Count > 5_000, "the sources were not understood");
        var wrong = house.Arrows.Where(arrow => arrow.FromWing != arrow.ToWing && Floors[arrow.ToWing] >= Floors[arrow.FromWing]);

        Assert.Empty(wrong.Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Use}"));
    }

    [Fact]
    public void Rooms_form_no_circle()
    {
        var uses = house.Arrows.GroupBy(arrow => arrow.From).ToDictionary(
            group => group.Key, group => group.Select(arrow => arrow.To).Distinct().ToList());
        var circles = uses.Keys.Where(room => Reaches(uses, room, room, [])).ToHashSet();

        Assert.Empty(house.Arrows.Where(arrow => circles.Contains(arrow.From) && circles.Contains(arrow.To))
            .Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Use}"));
    }

    [Fact]
    public void No_name_is_borne_by_two_types()
    {
        var names = Types().GroupBy(type => type.Name).Where(group => group.Select(type => type.Namespace).Distinct().Count() > 1);

        Assert.Empty(names.Select(group => $"{group.Key} in {string.Join(" and ", group.Select(type => type.Namespace).Distinct())}"));
    }

    [Fact]
    public void Files_methods_and_folders_are_seen_at_once()
    {
        Assert.All(House.Sources("."), file => Assert.InRange(File.ReadLines(file).Count(), 1, 600));
        Assert.All(House.Sources(".").GroupBy(Path.GetDirectoryName), folder => Assert.InRange(folder.Count(), 1, 30));
        Assert.Empty(LongMethods(75));
    }

    private static bool Reaches(
        Dictionary<string, List<string>> uses, string from, string goal, HashSet<string> seen) =>
        uses.GetValueOrDefault(from, []).Any(next =>
            next == goal || (seen.Add(next) && Reaches(uses, next, goal, seen)));

    private static IEnumerable<(string Name, string Namespace)> Types() =>
        House.Sources(".").Select(Parse).SelectMany(root => root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
            .Where(type => type.Parent is BaseNamespaceDeclarationSyntax)
            .Select(type => (type.Identifier.Text, ((BaseNamespaceDeclarationSyntax)type.Parent!).Name.ToString()));

    private static IEnumerable<string> LongMethods(int limit) =>
        from file in House.Sources(".")
        from method in Parse(file).DescendantNodes()
        where method is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax
        let span = method.GetLocation().GetLineSpan()
        where span.EndLinePosition.Line - span.StartLinePosition.Line + 1 > limit
        select $"{file}:{span.StartLinePosition.Line + 1}";

    private static CompilationUnitSyntax Parse(string file) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetCompilationUnitRoot();
}
