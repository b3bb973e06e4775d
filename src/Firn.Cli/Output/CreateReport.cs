using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>Says what <c>firn create</c> will do and did.</summary>
internal sealed class CreateReport(CommandConsole console, bool asJson)
{
    /// <summary>Says what was made, or would be.</summary>
    public void Write(CreateEnvironmentResult result)
    {
        if (asJson)
        {
            console.WriteDocument(stream => result.WriteJson(stream, OptionNames.Of));
        }
        else if (result is { Capture: { } capture, Files: { } files })
        {
            WriteText(result, capture.EnvironmentId, files);
        }
        else
        {
            WritePlan(result);
        }

        ProblemWriter.Write(console.Error, result.Problems);
    }

    private void WritePlan(CreateEnvironmentResult result)
    {
        Line("Would create", result.Prefix);
        WritePython(result);
        foreach (var package in result.CondaPackages)
        {
            Line("conda", $"{package.Name} {package.Version} {package.Build}");
        }

        foreach (var wheel in result.Wheels)
        {
            Line("wheel", $"{wheel.Name} {wheel.Version} ({wheel.FileName})");
        }

        foreach (var name in result.ToBuild)
        {
            Line("to build", name);
        }

        foreach (var editable in result.Editables)
        {
            Line("editable", editable);
        }

        console.Output.Flush();
    }

    private void WriteText(CreateEnvironmentResult result, string environmentId, RestoredFiles files)
    {
        Line("Created", result.Prefix);
        WritePython(result);
        Line("Packages", Packages(result) + (result.PackagesAlreadyThere > 0 ? $", {result.PackagesAlreadyThere:N0} of them in the store already" : string.Empty));
        Line("Files", $"{CountText.Of(files.Count, "file")}, {SizeText.Of(files.Bytes)}: {LinkModesText.Of(files)}");
        Line("Archive", $"{environmentId[..25]}@{result.ArchiveNumber}");
        if (!result.IsPythonArchived)
        {
            Line(string.Empty, "without the Python below it");
        }

        Line("Environment id", environmentId);
        console.Output.Flush();
    }

    private void WritePython(CreateEnvironmentResult result) =>
        Line("Python", $"{result.PythonVersion}, {result.PythonExecutable ?? "a conda package"}");

    private static string Packages(CreateEnvironmentResult result)
    {
        var parts = new List<string>();
        Add(result.CondaPackages.Length, "conda package");
        Add(result.Wheels.Length, "wheel");
        Add(result.Editables.Length, "editable project");
        return parts.Count == 0 ? "none" : string.Join(", ", parts);

        void Add(int count, string one)
        {
            if (count > 0)
            {
                parts.Add(CountText.Of(count, one));
            }
        }
    }

    private void Line(string name, string value) => console.Output.WriteLine($"{name,-16}{TerminalText.Clean(value)}");
}

/// <summary>How the files of a prefix came there, for people.</summary>
internal static class LinkModesText
{
    /// <summary>For example <c>46,261 hard links, 249 copies</c>.</summary>
    public static string Of(RestoredFiles files)
    {
        var modes = new List<string>();
        Add(modes, files.Linked, "hard links");
        Add(modes, files.Cloned, "reflinks");
        Add(modes, files.Copied, "copies");
        return string.Join(", ", modes);
    }

    private static void Add(List<string> modes, long count, string name)
    {
        if (count > 0)
        {
            modes.Add($"{count:N0} {name}");
        }
    }
}
