using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Firn.Tests.Samples;

/// <summary>The program of docs/library.md, compiled as a stranger's against the library alone, and run in a process of its own.</summary>
public sealed partial class LibrarySampleTests : IDisposable
{
    private const string GlobalUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void The_program_of_the_guide_compiles_from_outside_and_runs()
    {
        Skip.If(OperatingSystem.IsWindows());
        Part.Require("/usr/bin/python3");
        Compile(_folder["program/outside.dll"]);
        Assert.Equal(string.Empty, Start("/usr/bin/python3", "-m", "venv", "--without-pip", ".venv").Error);

        var (output, error) = Start("dotnet", _folder["program/outside.dll"]);

        Assert.Contains("equal True, whole True", output, StringComparison.Ordinal);
        Assert.Contains("the same environment", output, StringComparison.Ordinal);
        Assert.Contains("0 errors", output, StringComparison.Ordinal);
        Assert.Contains("\"schema\": \"firn.diff/1\"", File.ReadAllText(_folder["differences.json"]), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["exported.txt"]));
        Assert.Contains("example/answer@1: Succeeded, exit code 0", output, StringComparison.Ordinal);
        Assert.Contains("answer.txt", output, StringComparison.Ordinal);
        Assert.Contains("damage False", output, StringComparison.Ordinal);
        Assert.Contains("\"schema\": \"firn.check/1\"", File.ReadAllText(_folder["check.json"]), StringComparison.Ordinal);
        Assert.Equal("42\n", File.ReadAllText(_folder["fetched/answer.txt"]));
        Assert.True(File.Exists(_folder["capture/environment.json"]));
        Assert.True(File.Exists(_folder["created/bin/python"]));
        Assert.Contains("Failed: cannot restore to ", error, StringComparison.Ordinal);
        Assert.Contains("restored exists", error, StringComparison.Ordinal);
        Assert.Contains("example/answer@2: reproduced True", output, StringComparison.Ordinal);
    }

    private static void Compile(string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var page = File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "library.md"));
        var code = string.Concat(CodeBlock().Matches(page).Select(match => match.Groups[1].Value));
        var core = typeof(Firn.Workflows.CaptureEnvironment).Assembly.Location;
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || path == core)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "outside",
            [CSharpSyntaxTree.ParseText(code), CSharpSyntaxTree.ParseText(GlobalUsings)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        var result = compilation.Emit(target);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        // What the package brings: itself, and what it depends on.
        var depends = typeof(Firn.Workflows.CaptureEnvironment).Assembly.GetReferencedAssemblies().Select(assembly => $"{assembly.Name}.dll");
        foreach (var library in depends.Append(Path.GetFileName(core)).Select(name => Path.Join(Path.GetDirectoryName(core), name)).Where(File.Exists))
        {
            File.Copy(library, Path.Join(Path.GetDirectoryName(target), Path.GetFileName(library)));
        }

        File.WriteAllText(
            Path.ChangeExtension(target, ".runtimeconfig.json"),
            """{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "VERSION"}}}"""
                .Replace("VERSION", Environment.Version.ToString(), StringComparison.Ordinal));
    }

    private (string Output, string Error) Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        start.Environment["HOME"] = _folder["home"];
        start.Environment["XDG_DATA_HOME"] = _folder["home/data"];
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {output}\n{error.Result}");
        return (output, error.Result);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
