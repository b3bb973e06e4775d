namespace Firn.Cli.Commands;

/// <summary>The formats of <c>firn export</c>.</summary>
internal static class ExportFormats
{
    public const string Pip = "pip";
    public const string Requirements = "requirements";
    public const string Conda = "conda";
    public const string Explicit = "explicit";
    public const string EnvironmentYaml = "environment.yml";
    public const string Json = "json";
    public const string CycloneDx = "cyclonedx";
    public const string RoCrate = "ro-crate";
    public const string Asimov = "asimov";

    /// <summary>Those of an environment or a capture.</summary>
    public static readonly string[] OfEnvironments =
        [Pip, Requirements, Conda, Explicit, EnvironmentYaml, Json, CycloneDx];

    public static readonly string[] All = [.. OfEnvironments, RoCrate, Asimov];

    /// <summary>Whether it is of a run in the store and not of an environment.</summary>
    public static bool IsOfRun(string format) => format is RoCrate or Asimov;
}
