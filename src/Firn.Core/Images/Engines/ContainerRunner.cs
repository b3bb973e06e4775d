using Firn.Runs.Launching;

namespace Firn.Images.Engines;

/// <summary>Runs a container as a child of this process, with its input and outputs.</summary>
internal static class ContainerRunner
{
    /// <summary>Runs it to its end; signals to this process reach the command.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="start">The container.</param>
    /// <returns>The command's exit code; that of the engine where it could not be started.</returns>
    public static int Run(ContainerEngine engine, ContainerStart start) =>
        Run(engine, start.Arguments(engine, Environment.IsPrivilegedProcess), start.Variables);

    /// <summary>The same of a command line of the engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="given">Variables that it gets beside those of this process.</param>
    public static int Run(ContainerEngine engine, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> given)
    {
        var variables = new Dictionary<string, string>(engine.SystemContext.Variables, StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            variables[name] = value;
        }

        using var signals = new SignalForwarder();
        var hasOwnGroup = !Terminal.Exists();
        var child = ChildProcess.TryStart(
            new ChildStart
            {
                Path = engine.Program,
                Arguments = [engine.Program, .. arguments],
                Variables = variables,
                Folder = engine.SystemContext.CurrentDirectory,
                HasOwnGroup = hasOwnGroup,
            },
            out var refusal) ?? throw ProgramFinder.Refused(engine.Program, refusal);
        signals.Add(child, hasOwnGroup, isTraced: false);
        var exit = child.Wait(hasOwnGroup ? null : signal => signals.StopWith(child, signal));
        signals.Remove(child);
        return exit.ExitCode;
    }
}
