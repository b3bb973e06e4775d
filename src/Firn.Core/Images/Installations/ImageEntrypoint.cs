namespace Firn.Images.Installations;

/// <summary>The ENTRYPOINT of installations' images, which installs the project and then becomes the command.</summary>
internal static class ImageEntrypoint
{
    private const string Folder = "/opt/template-entrypoints/";

    /// <summary>Whether an image has it, one of firn's or of the template's.</summary>
    public static bool IsIn(IEnumerable<string> entrypoint) => entrypoint.Any(static part => part.StartsWith(Folder, StringComparison.Ordinal));

    /// <summary>It as words of a shell, for engines that do not run it.</summary>
    public static string CommandOf(InstallationOrigin origin) => origin == InstallationOrigin.Template
        ? $"{Folder}pre-entrypoint.sh"
        : $"/bin/sh {Folder}entrypoint.sh";
}
