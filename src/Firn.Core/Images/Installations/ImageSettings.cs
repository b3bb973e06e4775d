using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Creation.Solvers;
using Firn.Runs.Launching;

namespace Firn.Images.Installations;

/// <summary>The settings of an installation that differ from user to user, and what they are where nobody says.</summary>
internal static class ImageSettings
{
    /// <summary>How the images are called where no setting says: <c>LAB_NAME/USR/PROJECT_NAME</c>.</summary>
    public static string ImageName(IReadOnlyDictionary<string, string> settings) =>
        $"{settings.GetValueOrDefault("LAB_NAME")}/{settings.GetValueOrDefault("USR")}/{settings.GetValueOrDefault("PROJECT_NAME")}";

    /// <summary>
    /// User, group and their numbers. Under <c>sudo</c> those of who called it: files in mounted folders are to be theirs.
    /// <c>id</c> is asked, since users of LDAP are in no file.
    /// </summary>
    public static ImmutableSortedDictionary<string, string> OfThisUser(SystemContext systemContext, CancellationToken cancellation)
    {
        var caller = Id(systemContext, cancellation, "-u") == "0" ? systemContext.Variable("SUDO_UID") : null;
        string[] who = caller is not null && caller.All(char.IsAsciiDigit) ? [caller] : [];
        var user = Id(systemContext, cancellation, ["-un", .. who]);
        var group = Id(systemContext, cancellation, ["-gn", .. who]);
        return ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal)
            .Add("USR", NamePart(user ?? "user"))
            .Add("USRID", Id(systemContext, cancellation, ["-u", .. who]) ?? "1000")
            .Add("GRP", group ?? "users")
            .Add("GRPID", Id(systemContext, cancellation, ["-g", .. who]) ?? "1000")
            .Add("LAB_NAME", NamePart(group ?? user ?? "lab"));
    }

    /// <summary>The text as a part of an image's name: lower case, and nothing but letters, digits and single separators.</summary>
    public static string NamePart(string text)
    {
        var part = new StringBuilder();
        foreach (var character in text.ToLowerInvariant())
        {
            var isPlain = char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character);
            if (isPlain || (part.Length > 0 && char.IsAsciiLetterOrDigit(part[^1])))
            {
                part.Append(isPlain || character is '_' or '.' ? character : '-');
            }
        }

        return part.ToString().TrimEnd('-', '_', '.') is { Length: > 0 } usable ? usable : "project";
    }

    private static string? Id(SystemContext systemContext, CancellationToken cancellation, params string[] arguments)
    {
        var program = ProgramFinder.Find("id", "/", systemContext.Variables);
        var result = ProgramRun.Run(program, arguments, "/", ImmutableDictionary<string, string?>.Empty, cancellation);
        return result.ExitCode == 0 && Encoding.UTF8.GetString(result.Output).Trim() is { Length: > 0 } text ? text : null;
    }
}
