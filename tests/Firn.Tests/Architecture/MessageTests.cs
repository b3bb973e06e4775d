using System.CommandLine;
using System.Text.RegularExpressions;
using Firn.Cli;
using Firn.Cli.Output;
using Firn.Common;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Firn.Tests.Architecture;

/// <summary>The library's messages are for every caller (docs/decisions/0027): options are the command line's own.</summary>
public sealed partial class MessageTests(House house) : IClassFixture<House>
{
    /// <summary>Where an option of firn's is another program's too, which the library writes, reads or runs.</summary>
    private static readonly Dictionary<string, string> Foreign = new(StringComparer.Ordinal)
    {
        ["Captures/Exports/RequirementsExport.cs"] = "--extra-index-url",
        ["Conda/Listings/CondaExplicit.cs"] = "--file --name",
        ["Conda/Locks/LockFileDetector.cs"] = "--format --hash -f -o -r",
        ["Conda/Locks/LockedPipPackage.cs"] = "--hash",
        ["Creation/Packages/LockWriter.cs"] = "--hash",
        ["Creation/Solvers/CondaProgram.cs"] = "--dry-run --json --prefix --yes",
        ["Creation/Solvers/PipProgram.cs"] = "--dry-run --extra-index-url --find-links --index-url --no-index --python-version -r",
        ["Host/Machine/LibcFacts.cs"] = "-r",
        ["Images/Adoption/OwnDockerfile.cs"] = "--extra-index-url --find-links --index-url --mount --network --prefix --requirement -f -i -o -r",
        ["Images/Adoption/TemplateDefects.cs"] = "--link",
        ["Images/Building/BuildArguments.cs"] = "--file --format --network --platform --pull",
        ["Images/Building/BuildLog.cs"] = "--mount",
        ["Images/Building/PortableDockerfile.cs"] = "--link --mount",
        ["Images/Engines/ContainerEngine.cs"] = "--all --force --format",
        ["Images/Engines/ContainerStart.cs"] = "--detach --entrypoint --env --network --read-only --user",
        ["Images/Engines/EngineShell.cs"] = "--entrypoint --env --name --network --user",
        ["Images/Engines/ImageProcessor.cs"] = "--format",
        ["Images/Engines/EngineFinder.cs"] = "--format --version",
        ["Images/Engines/ContainerProgram.cs"] = "--entrypoint --force --mount --name --network --user",
        ["Images/Engines/EngineStatus.cs"] = "--format",
        ["Images/Engines/ImageCapturer.cs"] = "--output",
        ["Images/Engines/OpenedImage.cs"] = "--input",
        ["Images/Engines/WorkingContainers.cs"] = "--all --force --format",
        ["Images/Scaffold/DependencyFile.cs"] = "--hash --requirement -r",
        ["Projects/Templates/DevcontainerTemplate.cs"] = "--all --file --prefix --yes -r",
        ["Projects/Templates/ProjectFinder.cs"] = "-r",
        ["Projects/Templates/WorkflowTemplate.cs"] = "--version -o",
        ["Python/Indexes/FindLinksReader.cs"] = "--find-links",
        ["Python/Indexes/PackageIndex.cs"] = "--find-links",
        ["Python/Locks/RequirementsLock.cs"] = "--hash",
        ["Python/Pip/PipFreeze.cs"] = "-f",
        ["Python/Pip/RequirementFileMerger.cs"] = "--extra-index-url --find-links --index-url --requirement -f -i -r",
        ["Python/Requirements/RequirementsFile.cs"] = "--hash",
        ["Reports/Diagnosis/OriginCheck.cs"] = "--extra-index-url",
        ["Restore/Finishing/PyvenvConfigurationWriter.cs"] = "-f -n -r",
        ["Runs/Launching/LeftoverProcesses.cs"] = "-r",
        ["Runs/Observation/PythonCommandLine.cs"] = "--help --version",
        ["Runs/Reruns/CodeCheckout.cs"] = "--detach --force",
        ["Runs/Secrets/SecretOptions.cs"] = "--user",
        ["Workflows/CreationFinisher.cs"] = "-j",
        // Those of pip freeze, and what a capture cannot answer for.
        ["Workflows/ExportEnvironment.cs"] = "--all --as-pip --exclude --local --path --python-version --user -r",
        // Of `firn image init`, which it names whole.
        ["Workflows/Images/AdoptInstallation.cs"] = "--name --suffix",
        // Of the firn that it runs inside an image.
        ["Workflows/Images/CaptureImage.cs"] = "--json --read-data --strict",
        ["Workflows/Images/FreezeDependencies.cs"] = "--dependencies --yes",
        // Of `firn results list`, which the text names.
        ["Storage/Records/AnalysisRuns.cs"] = "--all-projects",
        // Of `firn run`, whose processes this traces.
        ["Workflows/TraceProgram.cs"] = "--observe",
    };

    private static readonly HashSet<string> FirnOptions = ReadFirnOptions();

    [Fact]
    public void No_text_of_the_library_holds_an_option_of_the_calling_command()
    {
        var found = House.Sources("Firn.Core")
            .Select(file => (
                File: Path.GetRelativePath(Path.Join(House.Folder, "Firn.Core"), file),
                Options: string.Join(' ', Texts(file).SelectMany(OptionsOf).Where(FirnOptions.Contains).Distinct().Order(StringComparer.Ordinal))))
            .Where(item => item.Options.Length > 0)
            .ToDictionary(item => item.File, item => item.Options, StringComparer.Ordinal);

        var (expected, actual) = (Lines(Foreign), Lines(found));
        Assert.True(!actual.Except(expected).Any(), string.Join('\n', actual.Except(expected)));
        Assert.Empty(expected.Except(actual));

        static List<string> Lines(Dictionary<string, string> options) => [.. options.Select(static item => $"{item.Key}: {item.Value}")];
    }

    [Theory]
    [InlineData("--force replaces it", "--force")]
    [InlineData("name another place with -o", "-o")]
    [InlineData("`firn capture ENVIRONMENT --archive` archives it; --store DIR or FIRN_STORE names another", "--store")]
    [InlineData("`firn store check --read-data` finds all damage", "")]
    [InlineData("make a lock first: firn lock -f FILE -o LOCK", "")]
    [InlineData("linux-64 is a well-known platform, and x-y", "")]
    public void Options_are_found_outside_of_whole_commands(string text, string options) =>
        Assert.Equal(options, string.Join(' ', OptionsOf(text)));

    [Fact]
    public void No_property_of_a_request_is_filled_into_a_plain_string() => Assert.Empty(house.LostSettings);

    [Fact]
    public void The_command_line_fills_no_message_of_the_library_into_a_plain_string() => Assert.Empty(house.LostMessages);

    [Fact]
    public void The_command_line_has_an_option_for_each_property_that_messages_name()
    {
        Assert.All(Enum.GetValues<RequestSetting>(), setting => Assert.Contains(OptionNames.Of(setting), FirnOptions));
    }

    private static HashSet<string> ReadFirnOptions()
    {
        using var console = new CommandConsole(TextWriter.Null, TextWriter.Null);
        // Without single letters that half of all programs have.
        return [.. OptionsOf(new FirnApplication(console, SystemContext.OfThisProcess()).CreateRoot(null, null)).Except(["-d", "-e", "-p"])];
    }

    private static HashSet<string> OptionsOf(Command command) =>
        [.. command.Options.SelectMany(option => option.Aliases.Append(option.Name)), .. command.Subcommands.SelectMany(OptionsOf)];

    /// <summary>All texts of a file, what is filled in left out.</summary>
    private static IEnumerable<string> Texts(string file)
    {
        var root = CSharpSyntaxTree.ParseText(File.ReadAllText(file), new CSharpParseOptions(LanguageVersion.Latest)).GetRoot();
        foreach (var node in root.DescendantNodes())
        {
            if (node is LiteralExpressionSyntax { Token.Value: string text })
            {
                yield return text;
            }
            else if (node is InterpolatedStringExpressionSyntax filled)
            {
                yield return string.Concat(filled.Contents.Select(part => part is InterpolatedStringTextSyntax fixedPart ? fixedPart.TextToken.ValueText : "_"));
            }
        }
    }

    private static IEnumerable<string> OptionsOf(string text) =>
        Option().Matches(WholeCommand().Replace(text, string.Empty)).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"(?<![^\s('""/=])(--[a-z][a-z-]*|-[A-Za-z])(?![\w-])")]
    private static partial Regex Option();

    [GeneratedRegex(@"`[A-Za-z][^`]*`|(?<![\w`])firn [a-z]+ [^`]*$")]
    private static partial Regex WholeCommand();
}
