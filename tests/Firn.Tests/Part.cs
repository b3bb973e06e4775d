using System.Diagnostics;

namespace Firn.Tests;

/// <summary>Programs that a test compares with.</summary>
internal static class Part
{
    /// <summary>Skips the test where the program is missing, unless all parts are required.</summary>
    public static void Require(string program)
    {
        var isThere = Path.IsPathRooted(program) ? File.Exists(program) : OnPath(program) is not null;
        if (Environment.GetEnvironmentVariable("FIRN_REQUIRE_PARTS") != "1")
        {
            Skip.IfNot(isThere, $"{program} is missing");
        }

        Assert.True(isThere, $"{program} is missing");
    }

    /// <summary>Runs a program and gives what it prints; fails the test where it fails.</summary>
    public static string Run(string program, params string[] arguments) => Run(program, [], arguments);

    /// <summary>Runs a program with some variables set; those with the value <c>""</c> are taken away.</summary>
    public static string Run(string program, Dictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value.Length == 0 ? null : value;
        }

        start.Environment.Remove("PIP_FIND_LINKS");
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error.Result}");
        return output;
    }

    private static string? OnPath(string program)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':'))
        {
            if (File.Exists(Path.Join(folder, program)))
            {
                return folder;
            }
        }

        return null;
    }
}
