using System.Globalization;
using Firn.Common;

namespace Firn.Fuzz;

/// <summary>What the command line says.</summary>
internal sealed record FuzzOptions
{
    private const string Usage =
        "[--inputs N] [--seed S] [--target NAME] [--first I] [--seconds T] [--replay FILE] [--failures DIR]";

    /// <summary>The inputs of all targets together.</summary>
    public long Inputs { get; init; } = 100_000;

    public ulong Seed { get; init; } = 1;

    /// <summary>The one target to run.</summary>
    public string? Target { get; init; }

    /// <summary>The number of the first input.</summary>
    public long First { get; init; }

    /// <summary>For all targets together.</summary>
    public double? Seconds { get; init; }

    /// <summary>A file that holds the one input to run.</summary>
    public string? Replay { get; init; }

    /// <summary>Where inputs that fail are kept.</summary>
    public string Failures { get; init; } = Path.Join("artifacts", "fuzz");

    /// <exception cref="FirnException">An option is not known, or has no proper value.</exception>
    public static FuzzOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new FuzzOptions();
        var hasInputs = false;
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw Wrong(arguments[i]);
            hasInputs |= arguments[i] == "--inputs";
            try
            {
                options = options.With(arguments[i], value);
            }
            catch (Exception exception) when (exception is FormatException or OverflowException)
            {
                throw Wrong(arguments[i]);
            }
        }

        return options.Seconds is not null && !hasInputs ? options with { Inputs = long.MaxValue } : options;
    }

    private FuzzOptions With(string name, string value) => name switch
    {
        "--inputs" => this with { Inputs = long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
        "--seed" => this with { Seed = ulong.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
        "--target" => this with { Target = value },
        "--first" => this with { First = long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
        "--seconds" => this with { Seconds = double.Parse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) },
        "--replay" => this with { Replay = value },
        "--failures" => this with { Failures = value },
        _ => throw Wrong(name),
    };

    private static FirnException Wrong(string option) =>
        new($"{option} is not an option, or lacks its value", $"the options are {Usage}", FailureKind.InvalidRequest);
}
