using System.Runtime.InteropServices;
using Firn.Restore.Writing;

namespace Firn.Restore.Staging;

/// <summary>Calls on whole paths that tell their error.</summary>
internal static unsafe class StagingCalls
{
    /// <summary>Makes one folder, for everybody as the umask has it.</summary>
    public static bool TryMakeFolder(string path, out int error)
    {
        fixed (byte* bytes = new Utf8Path().Set(path))
        {
            error = FolderCalls.MakeFolder(FolderCalls.Current, bytes, 0x1FF) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }

        return error == 0;
    }

    /// <summary>EWOULDBLOCK: another process has the lock.</summary>
    public static bool IsHeldByAnother(int error) => error == (OperatingSystem.IsMacOS() ? 35 : 11);
}
