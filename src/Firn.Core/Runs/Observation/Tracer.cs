using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Runs.Launching;
using Microsoft.Win32.SafeHandles;

namespace Firn.Runs.Observation;

/// <summary>
/// Runs a command under <c>ptrace(2)</c> and writes down every Python that is executed below it. It is a process of its
/// own between firn and the command: of a traced child of its own, firn's <c>waitpid</c> would get every stop. Signals
/// are delivered unchanged, and stopped groups stay stopped.
/// </summary>
/// <param name="reportFolder">Where <see cref="TraceFile"/> is written.</param>
internal sealed unsafe class Tracer(string reportFolder) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(TraceFile.PathIn(reportFolder), FileMode.Create, FileAccess.Write);
    private readonly HashSet<int> _traced = [];
    private readonly HashSet<int> _pythons = [];
    private long _length;
    private int _root;
    private int? _status;

    /// <summary>Runs the command with this process's variables, folder and streams.</summary>
    /// <returns>How it ended, as <c>waitpid(2)</c> tells.</returns>
    /// <exception cref="FirnException">It cannot be started.</exception>
    public int Run(IReadOnlyList<string> command, SystemContext systemContext)
    {
        var folder = systemContext.CurrentDirectory;
        var path = ProgramFinder.Find(command[0], folder, systemContext.Variables);
        var start = new ChildStart { Path = path, Arguments = command, Variables = systemContext.Variables, Folder = folder };
        _root = ChildProcess.TryStart(start, out var error)?.Id ?? throw ProgramFinder.Refused(path, error);

        if (TraceCalls.Trace(TraceCalls.Seize, _root, 0, TraceCalls.Options) == 0)
        {
            _traced.Add(_root);
            NoteProgram(_root);
        }
        else
        {
            Write("R");
        }

        // Until nothing is traced any more: what outlives the command is let go.
        while (_status is null || _traced.Count > 0)
        {
            int status;
            var process = ProcessCalls.WaitFor(-1, &status, ProcessCalls.AllKinds);
            if (process > 0)
            {
                Handle(process, status);
            }
            else if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                break;
            }
        }

        return _status ?? 0;
    }

    /// <summary>Passes a signal on that only this process got.</summary>
    public void Signal(int signal) => _ = ProcessCalls.SendSignal(_root, signal);

    public void Dispose() => _file.Dispose();

    private void Handle(int process, int status)
    {
        if ((status & 0xff) != 0x7f)
        {
            _traced.Remove(process);
            if (process == _root)
            {
                _status = status;
                foreach (var other in _traced)
                {
                    _ = TraceCalls.Trace(TraceCalls.Interrupt, other, 0, 0);
                }
            }

            return;
        }

        var signal = (status >> 8) & 0xff;
        var stop = status >> 16;
        _traced.Add(process);
        switch (stop)
        {
            case TraceCalls.ForkEvent or TraceCalls.VforkEvent or TraceCalls.CloneEvent:
                NoteChild(process, isThread: stop == TraceCalls.CloneEvent);
                break;
            case TraceCalls.ExecEvent:
                NoteProgram(process);
                break;
            case TraceCalls.ExitEvent when _pythons.Contains(process):
                NoteLibraries(process);
                break;
            default:
                break;
        }

        Resume(process, signal, stop);
    }

    private void Resume(int process, int signal, int stop)
    {
        // Of an event the signal is SIGTRAP or the one that stopped the group, and not to be delivered.
        var delivered = stop == 0 ? signal : 0;
        if (_status is not null)
        {
            _ = TraceCalls.Trace(TraceCalls.Detach, process, 0, delivered);
            _traced.Remove(process);
        }
        else if (stop == TraceCalls.StopEvent && signal is 19 or 20 or 21 or 22)
        {
            // SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU: it stays stopped until SIGCONT, as without a tracer.
            _ = TraceCalls.Trace(TraceCalls.Listen, process, 0, 0);
        }
        else
        {
            _ = TraceCalls.Trace(TraceCalls.Continue, process, 0, delivered);
        }
    }

    private void NoteChild(int process, bool isThread)
    {
        nint child = 0;
        if (TraceCalls.Trace(TraceCalls.EventMessage, process, 0, (nint)(&child)) == 0 && child > 0)
        {
            _traced.Add((int)child);
            if (!isThread && _pythons.Contains(process))
            {
                _pythons.Add((int)child);
            }
        }
    }

    private void NoteProgram(int process)
    {
        _pythons.Remove(process);
        if (ProcFiles.Executable(process) is { } executable && PythonCommandLine.IsPython(executable))
        {
            _pythons.Add(process);
            var arguments = ProcFiles.CommandLine(process);
            var why = PythonCommandLine.WhyNot(arguments, ProcFiles.Variables(process), ObserverShim.FolderIn(reportFolder));
            var runsNothing = PythonCommandLine.RunsNothing(arguments) ? "V" : string.Empty;
            Write("X", Text(process), executable, why ?? string.Empty, runsNothing);
        }
    }

    private void NoteLibraries(int process)
    {
        var libraries = new HashSet<string>(StringComparer.Ordinal);
        ProcFiles.AddLibraries(process, libraries);
        foreach (var library in libraries)
        {
            Write("L", Text(process), library);
        }
    }

    private void Write(params ReadOnlySpan<string> fields)
    {
        try
        {
            var line = TraceFile.Line(fields);
            RandomAccess.Write(_file, line, _length);
            _length += line.Length;
        }
        catch (IOException)
        {
            // A full disk must not stop the run.
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// What a tracer tells the firn that started it, a line each in the folder of the reports: <c>X</c> a Python that was
/// executed, <c>L</c> what it had mapped at its end, <c>R</c> that the system refuses tracing.
/// </summary>
internal static class TraceFile
{
    private const int Limit = 256 * 1024 * 1024;

    public static string PathIn(string reportFolder) => Path.Join(reportFolder, "trace");

    /// <summary>One line of fields between tabs, as the shim writes them.</summary>
    public static byte[] Line(params ReadOnlySpan<string> fields)
    {
        var line = new StringBuilder();
        foreach (var field in fields)
        {
            line.Append(line.Length == 0 ? string.Empty : "\t").Append(field
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal)
                .Replace("\r", "\\r", StringComparison.Ordinal)
                .Replace("\t", "\\t", StringComparison.Ordinal));
        }

        return Encoding.UTF8.GetBytes(line.Append('\n').ToString());
    }

    /// <summary>The Python processes that were traced; <see langword="null"/> where there was no tracing.</summary>
    public static List<SeenProcess>? Read(string reportFolder)
    {
        var content = BoundedFile.Read(PathIn(reportFolder), Limit);
        if (content.Status is not (FileReadStatus.Read or FileReadStatus.TooLarge))
        {
            return null;
        }

        var seen = new List<SeenProcess>();
        var last = new Dictionary<int, SeenProcess>();
        foreach (var line in new TextLines(Encoding.UTF8.GetString(content.Bytes)))
        {
            var fields = line.ToString().Split('\t');
            switch (fields)
            {
                case ["R"]:
                    return null;
                case ["X", var id, var executable, var why, var runsNothing] when Number(id) is { } process:
                    last[process] = Process(process, executable, why, runsNothing);
                    seen.Add(last[process]);
                    break;
                case ["L", var id, var path] when Number(id) is { } process:
                    last.GetValueOrDefault(process)?.Libraries.Add(ReportReader.Value(path));
                    break;
                default:
                    break;
            }
        }

        return seen;
    }

    private static SeenProcess Process(int id, string executable, string why, string runsNothing) => new()
    {
        ProcessId = id,
        StartTime = 0,
        ArgumentsAt = 0,
        Executable = ReportReader.Value(executable),
        Why = why.Length == 0 ? null : ReportReader.Value(why),
        RunsNothing = runsNothing.Length > 0,
        IsPython = true,
    };

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
