namespace Firn.Common;

/// <summary>Takes bytes piece by piece, each piece to its end.</summary>
internal interface IByteSink
{
    /// <summary>Takes the next bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes);
}
