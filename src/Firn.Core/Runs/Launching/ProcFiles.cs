using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Runs.Launching;

/// <summary>What <c>/proc</c> tells of a process (proc(5)); a process may be gone at any time.</summary>
internal static class ProcFiles
{
    private const int Limit = 4 * 1024 * 1024;

    /// <summary>Whether there is a <c>/proc</c> as Linux has it.</summary>
    public static bool Exists => OperatingSystem.IsLinux() && File.Exists("/proc/self/stat");

    /// <summary>The children of a process, of all of its threads.</summary>
    public static void AddChildren(int process, ICollection<int> children)
    {
        var tasks = $"/proc/{process}/task";
        foreach (var thread in DirectoryReader.List(tasks, out _))
        {
            var text = BoundedFile.ReadText($"{tasks}/{thread.Name}/children", Limit) ?? string.Empty;
            foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var child))
                {
                    children.Add(child);
                }
            }
        }
    }

    /// <summary>The program that a process runs, links followed; <see langword="null"/> where it is gone or another user's.</summary>
    public static string? Executable(int process) =>
        RealPath.LinkTarget($"/proc/{process}/exe") is { } path ? WithoutDeleted(path) : null;

    public static byte[] CommandLine(int process) => Bytes(process, "cmdline");

    /// <summary>The variables that a program was started with, each with a final NUL.</summary>
    public static byte[] Variables(int process) => Bytes(process, "environ");

    /// <summary>Whether a process was started with a variable of this value.</summary>
    public static bool HasVariable(int process, string name, string value)
    {
        var variables = Variables(process);
        var wanted = Encoding.UTF8.GetBytes($"\0{name}={value}\0");
        return variables.AsSpan().StartsWith(wanted.AsSpan(1)) || variables.AsSpan().IndexOf(wanted) >= 0;
    }

    /// <summary>What tells a process and the program in it from others; <see langword="null"/> where it is gone.</summary>
    public static ProcessState? State(int process)
    {
        // The parent is field 4, the start 22, the arguments' place 48.
        var fields = Stat(process);
        return fields.Length > 45
            && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent)
            && long.TryParse(fields[19], CultureInfo.InvariantCulture, out var start)
            && ulong.TryParse(fields[45], CultureInfo.InvariantCulture, out var arguments)
            ? new ProcessState(parent, start, arguments)
            : null;
    }

    /// <summary>Whether a process is stopped, as by Ctrl-Z; also where nobody can tell.</summary>
    public static bool IsStopped(int process) => Letter(process) switch
    {
        { } letter => letter is 'T' or 't',
        _ => !OperatingSystem.IsLinux(),
    };

    /// <summary>Whether it cannot be stopped since it waits for a child that is, as between vfork(2) and exec(3).</summary>
    public static bool WaitsForStoppedChild(int process)
    {
        var children = new List<int>();
        if (Letter(process) == 'D')
        {
            AddChildren(process, children);
        }

        return children.Exists(static child => Letter(child) == 'T');
    }

    /// <summary>Adds the shared objects that a process has mapped.</summary>
    public static void AddLibraries(int process, ISet<string> libraries)
    {
        var text = BoundedFile.ReadText($"/proc/{process}/maps", Limit) ?? string.Empty;
        foreach (var line in new TextLines(text))
        {
            var start = line.IndexOf('/');
            if (start > 0 && IsSharedObject(line[start..]))
            {
                libraries.Add(WithoutDeleted(line[start..].ToString()));
            }
        }
    }

    /// <summary>Whether a path is a library's or an extension module's: <c>a.so</c>, <c>a.so.1.2</c>; not <c>ld.so.cache</c>.</summary>
    public static bool IsSharedObject(ReadOnlySpan<char> path)
    {
        const string Ending = ".so";
        var at = path.LastIndexOf(Ending, StringComparison.Ordinal);
        var rest = at < 0 ? "-" : path[(at + Ending.Length)..];
        return rest.IsEmpty || rest is " (deleted)" || (rest.Length > 1 && rest[0] == '.' && char.IsAsciiDigit(rest[1]));
    }

    public static string WithoutDeleted(string path)
    {
        const string Deleted = " (deleted)";
        return path.EndsWith(Deleted, StringComparison.Ordinal) ? path[..^Deleted.Length] : path;
    }

    private static char? Letter(int process) => Stat(process) is [{ } letter, ..] ? letter[0] : null;

    /// <summary>The fields from the third on, the state: the second is a name in parentheses, which may hold anything.</summary>
    private static string[] Stat(int process)
    {
        var text = BoundedFile.ReadText($"/proc/{process}/stat", Limit) ?? string.Empty;
        return text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static byte[] Bytes(int process, string file) => BoundedFile.Read($"/proc/{process}/{file}", Limit).Bytes.ToArray();
}

/// <summary>What tells a process and the program in it from others.</summary>
/// <param name="Parent">The number of its parent.</param>
/// <param name="StartTime">When it was started, in ticks of the machine.</param>
/// <param name="ArgumentsAt">Where its arguments lie in its memory: the same in a copy, another in another program.</param>
internal sealed record ProcessState(int Parent, long StartTime, ulong ArgumentsAt);
