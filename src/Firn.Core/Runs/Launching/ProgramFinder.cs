using Firn.Common;
using Firn.Common.Native;

namespace Firn.Runs.Launching;

/// <summary>Finds the program of a command as a shell does (POSIX.1-2017, XCU 2.9.1.1).</summary>
internal static class ProgramFinder
{
    private const string PathVariable = "PATH";

    /// <summary>The program's file, absolute.</summary>
    /// <param name="name">As the command has it: with a slash a path, else a name on PATH.</param>
    /// <param name="folder">The folder the command runs in.</param>
    /// <param name="variables">The variables it gets.</param>
    /// <exception cref="FirnException">There is none.</exception>
    public static string Find(string name, string folder, IReadOnlyDictionary<string, string> variables)
    {
        if (name.Length == 0)
        {
            throw new FirnException("the command is empty", "say what to run: `firn run -- python train.py`", FailureKind.ProgramNotFound);
        }

        return name.Contains('/', StringComparison.Ordinal)
            ? Checked(Path.GetFullPath(name, folder), name)
            : OnPath(name, folder, variables);
    }

    /// <summary>What to say of a program that the system refuses to start.</summary>
    public static FirnException Refused(string path, int error) => error switch
    {
        Errno.NoEntry => new FirnException(
            $"cannot run {path}: the interpreter that its first line names is not there",
            "an environment that was moved has such scripts: make it again, or run `python -m MODULE`",
            FailureKind.ProgramNotFound),
        8 => new FirnException(
            $"cannot run {path}: it is not a program of this system", "run it by its interpreter, for example `sh FILE`", FailureKind.ProgramNotExecutable),
        Errno.AccessDenied => new FirnException(
            $"cannot run {path}: permission denied", "make it executable with `chmod +x`", FailureKind.ProgramNotExecutable),
        7 => new FirnException(
            $"cannot run {path}: its arguments and variables are too long", "pass a file with the arguments", FailureKind.ProgramNotExecutable),
        _ => new FirnException(
            $"cannot run {path}: error {error}", "see errno(3); `firn capture` shows the environment", FailureKind.ProgramNotExecutable),
    };

    private static string OnPath(string name, string folder, IReadOnlyDictionary<string, string> variables)
    {
        string? refused = null;
        variables.TryGetValue(PathVariable, out var path);
        foreach (var part in (path ?? "/usr/local/bin:/usr/bin:/bin").Split(':'))
        {
            var file = Path.GetFullPath(Path.Join(part.Length == 0 ? "." : part, name), folder);
            if (!File.Exists(file))
            {
                continue;
            }

            if (Libc.Access(file, Libc.AccessExecutes) == 0)
            {
                return file;
            }

            refused ??= file;
        }

        throw refused is not null
            ? Refused(refused, Errno.AccessDenied)
            : new FirnException(
                $"{name}: command not found", "check the spelling; PATH begins with the environment's own folder", FailureKind.ProgramNotFound);
    }

    private static string Checked(string file, string name)
    {
        if (Directory.Exists(file))
        {
            throw new FirnException($"cannot run {name}: it is a folder", "name a program", FailureKind.ProgramNotExecutable);
        }

        if (!File.Exists(file))
        {
            throw new FirnException($"cannot run {name}: no such file", "check the path; it is relative to the folder of the run", FailureKind.ProgramNotFound);
        }

        return Libc.Access(file, Libc.AccessExecutes) == 0 ? file : throw Refused(file, Errno.AccessDenied);
    }
}
