namespace Firn.Common;

/// <summary>
/// What a reader may know of the process it runs in. It is passed in so that tests can give another machine: a folder
/// as the root of the file system, other variables, another home.
/// </summary>
public sealed record Surroundings
{
    /// <summary>The environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The user's home folder, absolute.</summary>
    public required string HomeDirectory { get; init; }

    /// <summary>The current folder, absolute.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>Where <c>/proc</c>, <c>/sys</c>, <c>/etc</c> and <c>/var</c> are found; <c>/</c> but in tests.</summary>
    public string RootDirectory { get; init; } = "/";

    /// <summary>The variable's value, or <see langword="null"/> where it is unset or empty.</summary>
    public string? Variable(string name) =>
        Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The path of a system file, below <see cref="RootDirectory"/>.</summary>
    /// <param name="absolutePath">The absolute path on the machine, for example <c>/proc/cpuinfo</c>.</param>
    public string SystemPath(string absolutePath) =>
        RootDirectory == "/" ? absolutePath : System.IO.Path.Join(RootDirectory, absolutePath);

    /// <summary>The surroundings of this process.</summary>
    public static Surroundings OfThisProcess()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        return new Surroundings
        {
            Variables = variables,
            HomeDirectory = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            CurrentDirectory = Environment.CurrentDirectory,
        };
    }
}
