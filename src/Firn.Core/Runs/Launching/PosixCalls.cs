using System.Runtime.InteropServices;
using System.Text;

namespace Firn.Runs.Launching;

/// <summary>Memory outside of the runtime's for the arguments of a call, freed together.</summary>
internal sealed unsafe class NativeArguments : IDisposable
{
    // No list of the runtime's: of pointers it would be compiled anew in every process.
    private nint[] _blocks = new nint[256];
    private int _count;

    /// <summary>Memory that is zero.</summary>
    public void* Allocate(int size)
    {
        var pointer = Marshal.AllocHGlobal(size);
        new Span<byte>((void*)pointer, size).Clear();
        if (_count == _blocks.Length)
        {
            Array.Resize(ref _blocks, _count * 2);
        }

        _blocks[_count++] = pointer;
        return (void*)pointer;
    }

    /// <summary>A text in UTF-8 that ends with NUL.</summary>
    public byte* Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var pointer = (byte*)Allocate(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(pointer, length));
        return pointer;
    }

    /// <summary>Pointers to texts, the last of them null.</summary>
    public byte** Texts(IReadOnlyList<string> texts)
    {
        var pointers = (byte**)Allocate((texts.Count + 1) * sizeof(nint));
        for (var i = 0; i < texts.Count; i++)
        {
            pointers[i] = Text(texts[i]);
        }

        return pointers;
    }

    public void Dispose()
    {
        for (var i = 0; i < _count; i++)
        {
            Marshal.FreeHGlobal(_blocks[i]);
        }

        _count = 0;
    }
}
