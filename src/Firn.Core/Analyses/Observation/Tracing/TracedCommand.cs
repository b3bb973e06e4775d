using System.Runtime.InteropServices;
using System.Text;

namespace Firn.Analyses.Observation.Tracing;

/// <summary>Starts the command that is traced, with this process's variables, folder and streams.</summary>
internal static unsafe class TracedCommand
{
    // Larger than sigset_t (128 bytes) and posix_spawnattr_t (336 bytes) of glibc and musl.
    private const int OpaqueSize = 1024;

    /// <summary>Starts it.</summary>
    /// <returns>The process, or less than zero the error number.</returns>
    public static int Start(IReadOnlyList<string> command)
    {
        var arguments = Texts([.. command.Select(Encoding.UTF8.GetBytes)]);
        var variables = Texts(Variables());
        try
        {
            // The runtime ignores SIGPIPE, and what is ignored stays so in a child.
            var signals = stackalloc byte[OpaqueSize];
            var attributes = stackalloc byte[OpaqueSize];
            _ = TraceCalls.EmptySignals(signals);
            _ = TraceCalls.AddSignal(signals, TraceCalls.BrokenPipe);
            _ = TraceCalls.InitializeAttributes(attributes);
            _ = TraceCalls.SetSignalDefaults(attributes, signals);
            _ = TraceCalls.SetFlags(attributes, TraceCalls.SpawnSetDefaults);
            var process = 0;
            var error = TraceCalls.Spawn(&process, command[0], null, attributes, (byte**)arguments, (byte**)variables);
            return error == 0 ? process : -error;
        }
        finally
        {
            Free(arguments);
            Free(variables);
        }
    }

    /// <summary>As this process got them, byte for byte: .NET reads them as text, which not all of them are.</summary>
    private static List<byte[]> Variables()
    {
        var variables = new List<byte[]>();
        var rest = ProcFiles.Variables(Environment.ProcessId).AsSpan();
        while (rest.IndexOf((byte)0) is >= 0 and var end)
        {
            variables.Add(rest[..end].ToArray());
            rest = rest[(end + 1)..];
        }

        return variables;
    }

    private static nint Texts(List<byte[]> texts)
    {
        var array = Marshal.AllocHGlobal((texts.Count + 1) * sizeof(nint));
        for (var i = 0; i < texts.Count; i++)
        {
            var text = Marshal.AllocHGlobal(texts[i].Length + 1);
            Marshal.Copy(texts[i], 0, text, texts[i].Length);
            ((byte*)text)[texts[i].Length] = 0;
            ((nint*)array)[i] = text;
        }

        ((nint*)array)[texts.Count] = 0;
        return array;
    }

    private static void Free(nint array)
    {
        for (var item = (nint*)array; *item != 0; item++)
        {
            Marshal.FreeHGlobal(*item);
        }

        Marshal.FreeHGlobal(array);
    }
}
