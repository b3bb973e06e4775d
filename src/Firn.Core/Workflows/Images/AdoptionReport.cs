using System.Collections.Immutable;
using Firn.Common.Json;

namespace Firn.Workflows.Images;

/// <summary>What a project has for building images.</summary>
public enum AdoptionKind
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A Dockerfile of its own.</summary>
    Dockerfile,

    /// <summary>A checkout of the labs' Docker template.</summary>
    Template,

    /// <summary>What <c>firn image init</c> wrote.</summary>
    Firn,
}

/// <summary>A line of a file that the template never had.</summary>
/// <param name="Path">Relative to the installation.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Text">The line, without credentials.</param>
public sealed record AdoptionLine(string Path, int Line, string Text);

/// <summary>Something of the template that hurts.</summary>
/// <param name="Code">Names it; docs/images/from-the-template.md lists all.</param>
/// <param name="At">The first line that has it.</param>
/// <param name="More">How many lines more of that file have it.</param>
/// <param name="What">What it does.</param>
/// <param name="Instead">What <c>firn image init</c> writes in its place.</param>
public sealed record AdoptionDefect(string Code, AdoptionLine At, int More, string What, string Instead);

/// <summary>A step of a Dockerfile that Firn did not write.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Text">The step, without credentials.</param>
/// <param name="Place">Where it goes in an installation.</param>
public sealed record AdoptionStep(int Line, string Text, string Place);

/// <summary>A file of an installation that this firn would write otherwise.</summary>
/// <param name="Path">Relative to the project.</param>
/// <param name="Added">Lines that it would have more; all of them where the file is missing.</param>
/// <param name="Removed">Lines that it would not have.</param>
/// <param name="IsMissing">Whether there is no such file.</param>
public sealed record AdoptionDifference(string Path, int Added, int Removed, bool IsMissing);

/// <summary>What is there for building images of a project, and what Firn would make of it. Nothing was changed.</summary>
public sealed record AdoptionReport
{
    /// <summary>What there is.</summary>
    public required AdoptionKind Kind { get; init; }

    /// <summary>The installation, else the project: absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether there are two images, one for running and one for developing.</summary>
    public bool HasDevImage { get; init; }

    /// <summary>The image that is extended.</summary>
    public string? BaseImage { get; init; }

    /// <summary>The processor, as images name it.</summary>
    public string? Platform { get; init; }

    /// <summary>For example <c>cuda</c>.</summary>
    public string? Acceleration { get; init; }

    /// <summary>The images' name without tags.</summary>
    public string? ImageName { get; init; }

    /// <summary>The tags that building gives; <c>COMMIT</c> stands for the commit.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Whether there is a <c>.env</c>.</summary>
    public bool HasSettings { get; init; }

    /// <summary>Lines of the user's.</summary>
    public ImmutableArray<AdoptionLine> OwnLines { get; init; } = [];

    /// <summary>Services of the user's.</summary>
    public ImmutableArray<string> OwnServices { get; init; } = [];

    /// <summary>Files of the user's, relative to the installation.</summary>
    public ImmutableArray<string> OwnFiles { get; init; } = [];

    /// <summary>Names in <c>.env</c> whose values are not those that <c>firn image env</c> would write. Values are not told.</summary>
    public ImmutableArray<string> OwnSettings { get; init; } = [];

    /// <summary>What hurts.</summary>
    public ImmutableArray<AdoptionDefect> Defects { get; init; } = [];

    /// <summary>The Dockerfile of the project's own, relative to it.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>Its steps.</summary>
    public ImmutableArray<AdoptionStep> Steps { get; init; } = [];

    /// <summary>What this firn would write otherwise.</summary>
    public ImmutableArray<AdoptionDifference> Differences { get; init; } = [];

    /// <summary>The project's file that a new list of packages begins with; <see langword="null"/> for none.</summary>
    public string? BeginsWith { get; init; }

    /// <summary>The command that shows what would be written, and writes nothing.</summary>
    public string? Command { get; init; }

    /// <summary>What is odd, one line each.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>Writes it as a document, <c>firn.image-adopt/1</c>.</summary>
    public void WriteJson(Stream stream)
    {
        var json = CanonicalJsonWriter.Document("firn.image-adopt/1");
        json.String("acceleration", Acceleration);
        json.String("base_image", BaseImage);
        json.String("begins_with", BeginsWith);
        json.String("command", Command);
        json.Objects("defects", Defects, defect =>
        {
            json.String("code", defect.Code);
            json.String("instead", defect.Instead);
            json.Number("line", defect.At.Line);
            json.Number("more", defect.More);
            json.String("path", defect.At.Path);
            json.String("text", defect.At.Text);
            json.String("what", defect.What);
        });
        json.Objects("differences", Differences, difference =>
        {
            json.Number("added", difference.Added);
            json.Boolean("missing", difference.IsMissing);
            json.String("path", difference.Path);
            json.Number("removed", difference.Removed);
        });
        json.String("dockerfile", Dockerfile);
        json.String("folder", Folder);
        json.Boolean("has_dev_image", HasDevImage);
        json.Boolean("has_settings", HasSettings);
        json.String("image_name", ImageName);
        json.String("kind", Kind.ToString().ToLowerInvariant());
        json.Strings("own_files", OwnFiles);
        json.Objects("own_lines", OwnLines, line =>
        {
            json.Number("line", line.Line);
            json.String("path", line.Path);
            json.String("text", line.Text);
        });
        json.Strings("own_services", OwnServices);
        json.Strings("own_settings", OwnSettings);
        json.String("platform", Platform);
        json.Strings("remarks", Remarks);
        json.Objects("steps", Steps, step =>
        {
            json.Number("line", step.Line);
            json.String("place", step.Place);
            json.String("text", step.Text);
        });
        json.Strings("tags", Tags);
        stream.Write(json.Finish());
    }
}
