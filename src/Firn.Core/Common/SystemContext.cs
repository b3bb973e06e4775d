namespace Firn.Common;

/// <summary>
/// What a reader may know of the process it runs in. It is passed in so that tests can give another machine: a folder
/// as the root of the file system, other variables, another home.
/// </summary>
public sealed record SystemContext
{
    private const string HomeVariable = "HOME";
    private const string NoHome = "/dev/null";

    /// <summary>The environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The user's home folder, absolute; one in which nothing can be where there is none (<see cref="HomeProblem"/>).</summary>
    public required string HomeDirectory { get; init; }

    /// <summary>Why the user's home folder cannot be used; <see langword="null"/> where it can.</summary>
    public string? HomeProblem { get; init; }

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

    /// <summary>The context of this process.</summary>
    public static SystemContext OfThisProcess()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        var problem = OperatingSystem.IsWindows() ? null : ProblemOf(variables);
        return new SystemContext
        {
            Variables = variables,
            // Without the variable Python, git and pip take the user's folder from the list of users, and so does .NET. Below a
            // device nothing can be made: what is looked for there is not there, and no folder of ours is taken for it.
            HomeDirectory = problem is not null && variables.ContainsKey(HomeVariable) ? NoHome
                : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home
                : NoHome,
            HomeProblem = problem,
            CurrentDirectory = Environment.CurrentDirectory,
        };
    }

    private static string? ProblemOf(Dictionary<string, string> variables) =>
        !variables.TryGetValue(HomeVariable, out var home) ? $"{HomeVariable} is not set"
        : home.Length == 0 ? $"{HomeVariable} is empty"
        : !home.StartsWith('/') ? $"{HomeVariable} is {home}, which is not an absolute path"
        : !Directory.Exists(home) ? $"{HomeVariable} is {home}, which is not a folder"
        : null;
}
