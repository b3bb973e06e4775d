using System.CommandLine;
using System.Globalization;
using Firn.Storage.Collection;

namespace Firn.Cli.Commands;

/// <summary>The option for a grace period: <c>14d</c>, <c>36h</c>, <c>30m</c>, or <c>0</c>.</summary>
internal static class GraceOption
{
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--grace")
        {
            Description = "Keep what nothing needs for so long after it was last used: 14d, 36h, 30m or 0. Default: 14d",
            HelpName = "TIME",
        };
        option.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && Parse(result.Tokens[0].Value) is null)
            {
                result.AddError($"'{result.Tokens[0].Value}' is no time: say 14d, 36h, 30m or 0");
            }
        });
        return option;
    }

    /// <summary>The period; the default where none is given.</summary>
    public static TimeSpan Of(string? text) => text is null ? CollectionOptions.DefaultGrace : Parse(text)!.Value;

    private static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        if (text.Length < 2
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > 100_000)
        {
            return null;
        }

        return text[^1] switch
        {
            'd' => TimeSpan.FromDays(number),
            'h' => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            _ => null,
        };
    }
}
