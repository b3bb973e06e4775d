using System.Globalization;
using System.Text;

namespace Firn.Images.Installations;

/// <summary>The text of an installation's <c>.env</c>.</summary>
internal static class SettingsText
{
    /// <summary>Why a setting cannot have a value; <see langword="null"/> where it can.</summary>
    public static string? WhatIsWrong(string key, string value) => key switch
    {
        "USRID" or "GRPID" => IsId(value) ? null : "it is not a number of a user or group",
        "USR" => IsUser(value) ? null : "it is not the name of a user: letters, digits and . _ -, and a letter or _ first",
        "GRP" => value.Length > 0 && !value.Any(static character => character is ':' or ',' or '/' || char.IsControl(character)) ? null : "it is not the name of a group",
        _ => null,
    };

    private static bool IsUser(string text) =>
        text.Length is > 0 and <= 32 && (char.IsAsciiLetter(text[0]) || text[0] == '_')
        && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    /// <summary>The highest number says "none" in calls of the kernel (chown(2)).</summary>
    private static bool IsId(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != uint.MaxValue;

    /// <summary>The settings of this user for an installation.</summary>
    /// <param name="installation">Which.</param>
    /// <param name="hasGpu">Whether this machine has a GPU that containers can use.</param>
    public static string Of(Installation installation, bool hasGpu)
    {
        string Setting(string name) => installation.Setting(name) ?? string.Empty;
        var acceleration = installation.Platform.Split('-').ElementAtOrDefault(1);
        var text = new StringBuilder();
        text.Append("# Your own settings, which git does not keep.\n\n");
        text.Append("## For building: the user that your images have, so that files in mounted folders are yours.\n");
        foreach (var name in new[] { "USR", "USRID", "GRP", "GRPID" })
        {
            text.Append($"{name}={Setting(name)}\n");
        }

        if (installation.Origin == InstallationOrigin.Template)
        {
            text.Append("# Not secret: the template's images ask for it before sudo.\n");
            text.Append($"PASSWD={Setting("USR")}\n");
        }

        text.Append("# The first part of the images' names, in lower case.\n");
        text.Append($"LAB_NAME={Setting("LAB_NAME")}\n\n");
        text.Append("## For running here.\n");
        text.Append("# Where the project is mounted in containers.\n");
        text.Append($"PROJECT_ROOT_AT={Setting("PROJECT_ROOT_AT")}\n");
        text.Append("# The services run-local-ACCELERATION and dev-local-ACCELERATION of compose.yaml are run.\n");
        text.Append($"ACCELERATION={(acceleration == "rocm" || (acceleration == "cuda" && hasGpu) ? acceleration : "cpu")}\n");
        text.Append("WANDB_API_KEY=\n\n");
        text.Append("## Of the project. Nothing to change.\n");
        text.Append($"PROJECT_NAME={Setting("PROJECT_NAME")}\n");
        text.Append($"PACKAGE_NAME={Setting("PACKAGE_NAME")}\n");
        text.Append("IMAGE_NAME=${LAB_NAME}/${USR}/${PROJECT_NAME}\n");
        text.Append($"IMAGE_PLATFORM={installation.Platform}\n");
        if (installation.Setting("COMPOSE_FILE") is { } files)
        {
            text.Append($"COMPOSE_FILE={files}\n");
        }

        return text.ToString();
    }
}

/// <summary>What in an installation does not work as it stands.</summary>
internal static class InstallationRemarks
{
    /// <summary>One line each; none where all is well.</summary>
    public static IEnumerable<string> Of(Installation installation)
    {
        if (installation.EnvFile is null)
        {
            yield return "there is no .env: `firn image env` writes it";
        }

        foreach (var problem in installation.Problems)
        {
            yield return problem.ToString();
        }

        if (installation.Images.IsEmpty)
        {
            yield return "compose.yaml has none of the services image-run-root, image-dev-root, image-root";
        }

        foreach (var service in installation.Services.Values.Where(static service => !service.Unknown.IsEmpty))
        {
            yield return $"{service.Name} of compose.yaml has keys that firn does not obey: {string.Join(", ", service.Unknown)}";
        }
    }
}
