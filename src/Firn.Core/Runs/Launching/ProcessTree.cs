using System.Text;
using Firn.Common.Files;

namespace Firn.Runs.Launching;

/// <summary>Who is whose child, as <c>/proc</c> says (proc(5)).</summary>
internal static class ProcessTree
{
    private const int MostVariableBytes = 4 * 1024 * 1024;

    /// <summary>The children of a process, of all of its threads.</summary>
    public static IReadOnlyList<int> Children(int process)
    {
        var found = new List<int>();
        var tasks = $"/proc/{process}/task";
        foreach (var thread in DirectoryReader.List(tasks, out _))
        {
            var text = BoundedFile.ReadText($"{tasks}/{thread.Name}/children", MostVariableBytes);
            foreach (var word in (text ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (int.TryParse(word, out var id))
                {
                    found.Add(id);
                }
            }
        }

        return found;
    }

    /// <summary>Whether a process is stopped, as by Ctrl-Z; also where nobody can tell.</summary>
    public static bool IsStopped(int process) => StateOf(process) switch
    {
        { } state => state is 'T' or 't',
        _ => !OperatingSystem.IsLinux(),
    };

    /// <summary>Whether it cannot be stopped since it waits for a child that is, as between vfork(2) and exec(3).</summary>
    public static bool WaitsForStoppedChild(int process)
    {
        if (StateOf(process) != 'D')
        {
            return false;
        }

        foreach (var child in Children(process))
        {
            if (StateOf(child) == 'T')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The letter behind its name in parentheses, which may hold anything (proc(5)).</summary>
    private static char? StateOf(int process)
    {
        var text = BoundedFile.ReadText($"/proc/{process}/stat", MostVariableBytes);
        var end = text?.LastIndexOf(") ", StringComparison.Ordinal) ?? -1;
        return end < 0 ? null : text![end + 2];
    }

    /// <summary>Whether a process was started with a variable of this value.</summary>
    public static bool HasVariable(int process, string name, string value)
    {
        var variables = BoundedFile.Read($"/proc/{process}/environ", MostVariableBytes).Bytes;
        var wanted = Encoding.UTF8.GetBytes($"\0{name}={value}\0");
        return variables.StartsWith(wanted.AsSpan(1)) || variables.IndexOf(wanted) >= 0;
    }
}
