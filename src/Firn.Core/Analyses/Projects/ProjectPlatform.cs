namespace Firn.Analyses.Projects;

/// <summary>The platforms for which <c>firn.yaml</c> may give different environments.</summary>
internal static class ProjectPlatform
{
    public const string Linux = "linux";
    public const string MacOS = "macos";
    public const string Windows = "windows";

    /// <summary>The platform of this process.</summary>
    public static string Current =>
        OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? MacOS : Linux;
}
