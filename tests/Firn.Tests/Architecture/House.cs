using Firn.Common;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Firn.Tests.Architecture;

/// <summary>
/// The library's sources as the compiler understands them: which room (folder of the second level) uses which. A type of one
/// room that is named, or whose member is called, in a type of another is an arrow.
/// </summary>
public sealed class House
{
    private const string GlobalUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    public House()
    {
        var library = Compile("Firn.Core", "Firn.Core");
        Arrows = [.. library.SyntaxTrees.SelectMany(tree => ArrowsOf(library.GetSemanticModel(tree), library.Assembly)).Distinct()];
        LostSettings = [.. library.SyntaxTrees.SelectMany(tree => LostOf(library.GetSemanticModel(tree), nameof(RequestSetting)))];
        var commandLine = Compile("Firn.Cli", "firn", "Firn.Core.dll");
        LostMessages = [.. commandLine.SyntaxTrees.SelectMany(tree => LostOf(commandLine.GetSemanticModel(tree), nameof(MessageText)))];
    }

    /// <summary>Where a property of a request is filled into a plain string, which forgets that it is one.</summary>
    public IReadOnlyList<string> LostSettings { get; }

    /// <summary>Where the command line fills a message of the library into a plain string, which has no options in it then.</summary>
    public IReadOnlyList<string> LostMessages { get; }

    /// <summary>Every use of one room by another.</summary>
    public IReadOnlyList<Arrow> Arrows { get; }

    /// <summary>The folder <c>src</c>.</summary>
    public static string Folder { get; } = Path.Join(RepositoryFolder.Path, "src");

    /// <summary>All source files below a folder of <c>src</c>.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Join(Folder, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<Arrow> ArrowsOf(SemanticModel model, IAssemblySymbol library)
    {
        foreach (var type in model.SyntaxTree.GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>()
            .Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && node.Parent is BaseNamespaceDeclarationSyntax))
        {
            var user = model.GetDeclaredSymbol(type)!;
            foreach (var name in type.DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name).Symbol;
                for (var used = symbol as INamedTypeSymbol ?? symbol?.ContainingType; used is not null; used = used.ContainingType)
                {
                    if (used.ContainingType is null && SymbolEqualityComparer.Default.Equals(used.ContainingAssembly, library)
                        && RoomOf(used) != RoomOf(user))
                    {
                        yield return new Arrow(RoomOf(user), RoomOf(used), $"{user.Name} uses {used.Name}");
                    }
                }
            }
        }
    }

    private static CSharpCompilation Compile(string folder, string name, string? above = null)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Parse);
        var trees = Sources(folder).Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file)).ToList();
        trees.Add(CSharpSyntaxTree.ParseText(GlobalUsings, options));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var file && (file == above || (!file.StartsWith("Firn.", StringComparison.Ordinal) && file != "firn.dll")))
            .Select(path => MetadataReference.CreateFromFile(path));
        return CSharpCompilation.Create(name, trees, references, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static IEnumerable<string> LostOf(SemanticModel model, string type) =>
        from hole in model.SyntaxTree.GetRoot().DescendantNodes().OfType<InterpolationSyntax>()
        where model.GetTypeInfo(hole.Expression).Type?.Name == type
        where !IsMessage(model.GetOperation(hole.Parent!))
        select $"{model.SyntaxTree.FilePath}: {hole.Parent}";

    /// <summary>Whether the compiler makes a message of an interpolated string, or of the sum that it is part of.</summary>
    private static bool IsMessage(IOperation? text)
    {
        for (; text is not null; text = text.Parent)
        {
            if (text is IInterpolatedStringHandlerCreationOperation { Type.Name: nameof(MessageText) })
            {
                return true;
            }
        }

        return false;
    }

    private static string RoomOf(ISymbol type)
    {
        var parts = type.ContainingNamespace.ToDisplayString().Split('.');
        return parts.Length < 3 ? parts[^1] : $"{parts[1]}/{parts[2]}";
    }
}

/// <summary>A type of one room uses a type of another.</summary>
/// <param name="From">The room that uses: <c>Wing</c> or <c>Wing/Room</c>.</param>
/// <param name="To">The room that is used.</param>
/// <param name="Use">Which type uses which.</param>
public sealed record Arrow(string From, string To, string Use)
{
    /// <summary>The folder of the first level that the user lies in.</summary>
    public string FromWing => From.Split('/')[0];

    /// <summary>The folder of the first level that what it uses lies in.</summary>
    public string ToWing => To.Split('/')[0];
}
