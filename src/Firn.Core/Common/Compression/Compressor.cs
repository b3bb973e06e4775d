namespace Firn.Common.Compression;

/// <summary>Compresses what is written to it and hands it on. Without <see cref="Finish"/> the result is incomplete.</summary>
internal abstract class Compressor : IByteSink, IDisposable
{
    /// <summary>Takes the next bytes of the content.</summary>
    public abstract void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Hands on the last compressed bytes. Nothing may be written after it.</summary>
    public abstract void Finish();

    public abstract void Dispose();
}
