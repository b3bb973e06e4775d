using System.Diagnostics;
using Firn.Common;
using Firn.Git;

namespace Firn.Tests.Git;

/// <summary>A folder with real repositories, made by the real git, which is also the judge.</summary>
internal sealed class GitFixture : IDisposable
{
    private const string Moment = "2001-02-03T04:05:06Z";

    public GitFixture()
    {
        Root = Firn.Common.Files.RealPath.Of(Directory.CreateTempSubdirectory("firn-git-").FullName);
        Home = Directory.CreateDirectory(Path.Join(Root, "home")).FullName;
        Work = Directory.CreateDirectory(Path.Join(Root, "work")).FullName;
        Variables["HOME"] = Home;
        Variables["XDG_CONFIG_HOME"] = Path.Join(Home, ".config");
        Variables["GIT_CONFIG_NOSYSTEM"] = "1";
        Variables["GIT_AUTHOR_NAME"] = Variables["GIT_COMMITTER_NAME"] = "A";
        Variables["GIT_AUTHOR_EMAIL"] = Variables["GIT_COMMITTER_EMAIL"] = "a@b";
        Variables["GIT_AUTHOR_DATE"] = Variables["GIT_COMMITTER_DATE"] = Moment;
    }

    public string Root { get; }

    public string Home { get; }

    public string Work { get; }

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public SystemContext SystemContext => new()
    {
        Variables = Variables,
        HomeDirectory = Home,
        CurrentDirectory = Work,
    };

    /// <summary>Skips the test where git is missing, unless all parts are required.</summary>
    public static void Require()
    {
        if (Environment.GetEnvironmentVariable("FIRN_REQUIRE_PARTS") != "1")
        {
            Skip.IfNot(IsPresent(), "git is not installed");
        }
    }

    public string InWork(string relative) => Path.Join(Work, relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(InWork(relative))!);
        File.WriteAllText(InWork(relative), text);
    }

    /// <summary>Makes a repository in the work folder with one commit of a few files.</summary>
    public void Commit(params string[] initialArguments)
    {
        Run(["init", "-q", "-b", "main", .. initialArguments]);
        Write("a.txt", "one\n");
        Write("folder/b.txt", "two\n");
        Write("folder/deep/c.txt", "three\n");
        Run("add", ".");
        Run("commit", "-q", "-m", "first");
    }

    public GitRepository Find(string? directory = null)
    {
        var repository = GitRepository.Find(directory ?? Work, SystemContext);
        Assert.NotNull(repository);
        return repository;
    }

    /// <summary>Runs git and demands success.</summary>
    public string Run(params string[] arguments)
    {
        var (code, output, error) = Try(Work, arguments);
        Assert.True(code == 0, $"git {string.Join(' ', arguments)}: {error}");
        return output;
    }

    /// <summary>Runs git with these paths on its standard input, each with a NUL behind it.</summary>
    public string Ask(string[] paths, params string[] arguments) =>
        Try(Work, string.Concat(paths.Select(static path => path + '\0')), arguments).Output;

    public (int Code, string Output, string Error) Try(string directory, params string[] arguments) => Try(directory, null, arguments);

    private (int Code, string Output, string Error) Try(string directory, string? input, string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = input is not null,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        using var typed = input is null ? null : process.StandardInput;
        typed?.Write(input);
        typed?.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static bool IsPresent()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", "--version") { RedirectStandardOutput = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
