namespace Firn.Storage.Bundles;

/// <summary>Arrays of one length that several threads use in turns; there are never more than threads that work at once.</summary>
internal sealed class BufferPool(int length)
{
    private readonly Stack<byte[]> _free = new();
    private readonly Lock _gate = new();

    public byte[] Rent()
    {
        lock (_gate)
        {
            if (_free.Count > 0)
            {
                return _free.Pop();
            }
        }

        return GC.AllocateUninitializedArray<byte>(length);
    }

    public void Return(byte[] buffer)
    {
        lock (_gate)
        {
            _free.Push(buffer);
        }
    }
}
