using System.Globalization;
using System.Runtime.InteropServices;

namespace Firn.Benchmarks.Compare;

/// <summary>
/// The processor time of all that this process has started, and of what that has started, whether it goes on or has ended: a
/// build is the work of a daemon, and of processes that leave those which started them.
/// </summary>
internal static class ProcessTree
{
    private const int SetChildSubreaper = 36;
    private static readonly double TicksPerSecond = 100;

    /// <summary>Processes below this one, whose parents end, become its own children from now on (prctl(2)).</summary>
    public static void Adopt()
    {
        if (Control(SetChildSubreaper, 1, 0, 0, 0) != 0)
        {
            throw new BenchmarkException("the processes of an engine cannot be followed here");
        }
    }

    /// <summary>User and system time so far, without what this process itself took.</summary>
    public static TimeSpan Processor()
    {
        var processes = Directory.EnumerateDirectories("/proc")
            .Select(static folder => int.TryParse(Path.GetFileName(folder), out var id) ? Read(id) : null).OfType<Entry>().ToList();
        var children = processes.ToLookup(static process => process.Parent);
        var self = processes.First(static process => process.Id == Environment.ProcessId);
        // (utime, stime) of its own, (cutime, cstime) of its children that have ended and were waited for: proc(5).
        var ticks = self.OfChildren;
        var open = new Stack<Entry>(children[self.Id]);
        while (open.TryPop(out var process))
        {
            ticks += process.Own + process.OfChildren;
            foreach (var child in children[process.Id])
            {
                open.Push(child);
            }
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    private static Entry? Read(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            // The name is in parentheses and may hold anything.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Number(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
            return new Entry(id, (int)Number(4), Number(14) + Number(15), Number(16) + Number(17));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nint second, nint third, nint fourth, nint fifth);

    private sealed record Entry(int Id, int Parent, long Own, long OfChildren);
}
