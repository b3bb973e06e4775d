using Firn.Analyses.Projects;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Creation.Inputs;
using Firn.Python.Environments;
using Firn.Restore.Staging;

namespace Firn.Cli.Commands;

/// <summary>
/// The environment that a project makes from its locks. What it was made from is noted beside it, so that it is made anew
/// when the files change, and by one process of several.
/// </summary>
internal sealed class LockedEnvironment(CommandContext context, string store)
{
    private const string NoteEnding = ".inputs";

    /// <summary>The prefix, made or replaced where it does not match.</summary>
    /// <param name="choice">What <c>firn.yaml</c> says.</param>
    /// <param name="project">Its folder is what paths are relative to.</param>
    /// <param name="use">What becomes of one that is missing or does not match.</param>
    /// <exception cref="FirnException">It cannot be made, or is not there.</exception>
    public string Make(EnvironmentChoice choice, Project project, LockedUse use)
    {
        var surroundings = context.Surroundings with { CurrentDirectory = project.Folder };
        var prefix = Path.TrimEndingDirectorySeparator(
            Path.GetFullPath(PythonPaths.ExpandUser(choice.Value, surroundings.HomeDirectory), project.Folder));
        var digest = InputDigest.Of(choice.Files, choice.Python, surroundings).ToString();
        if (IsMade(prefix, digest))
        {
            return prefix;
        }

        if (use != LockedUse.Make)
        {
            var isThere = Directory.Exists(prefix);
            return isThere && use == LockedUse.AsItIs
                ? prefix
                : throw new FirnException(
                    isThere
                        ? $"the environment {prefix} was made from other files than {string.Join(", ", choice.Files)} are now"
                        : $"the environment of {string.Join(", ", choice.Files)} is not made yet",
                    $"`firn build` makes it{(isThere ? " anew and accepts it, or put the files back" : string.Empty)}");
        }

        var state = Path.Join(project.Folder, Project.StateFolder);
        if (RealPath.IsWithin(prefix, state))
        {
            OwnPath.Of(project.Folder, Path.GetRelativePath(project.Folder, prefix));
        }

        using var signals = new CancellationBySignal();
        using var right = SharedPrefixes.Lock(prefix, signals.Token);
        if (!IsMade(prefix, digest))
        {
            Create(choice, prefix, surroundings);
            using var note = AtomicFile.Stage(prefix + NoteEnding, System.Text.Encoding.ASCII.GetBytes(digest));
            note.Place();
        }

        return prefix;
    }

    private void Create(EnvironmentChoice choice, string prefix, Surroundings surroundings)
    {
        // What it says is no result of this command.
        var quiet = new CommandConsole(TextWriter.Null, context.Console.Error);
        context.Console.Error.WriteLine($"firn: making {TerminalText.Clean(prefix)} from {TerminalText.Clean(string.Join(", ", choice.Files))}");
        new CreateRunner(new CommandContext(quiet, surroundings)).Run(new CreateArguments
        {
            Files = choice.Files,
            Prefix = prefix,
            Store = store,
            Python = choice.Python,
            Index = new IndexArguments(null, [], [], false),
            Updates = true,
        });
    }

    private static bool IsMade(string prefix, string digest) =>
        Directory.Exists(prefix)
        && BoundedFile.ReadText(prefix + NoteEnding, 1024) == digest;
}
