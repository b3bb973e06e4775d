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

    public static readonly string[] All =
        [Pip, Requirements, Conda, Explicit, EnvironmentYaml, Json, CycloneDx];
}
