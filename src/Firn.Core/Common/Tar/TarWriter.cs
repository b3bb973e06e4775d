namespace Firn.Common.Tar;

/// <summary>
/// Writes a canonical tar: equal members give equal bytes, always and everywhere. The caller brings the members in the
/// order of <see cref="TarPath.Compare"/> and writes <see cref="TarEntry.Size"/> bytes behind each header.
/// </summary>
internal sealed class TarWriter(OutputBuffer output)
{
    /// <summary>The length of the end of a tar: two blocks of zeros.</summary>
    public const int EndLength = 2 * TarHeader.BlockSize;

    /// <summary>Writes the headers of a member; its content follows.</summary>
    public void Start(TarEntry entry)
    {
        var pax = TarHeader.ComposePax(entry);
        if (pax.Length > 0)
        {
            if (pax.Length > TarHeader.MaximumPaxLength)
            {
                throw new TarFormatException($"{entry.Path}: its header has {pax.Length} bytes, more than {TarHeader.MaximumPaxLength}");
            }

            TarHeader.WritePax(output.Space(TarHeader.BlockSize)[..TarHeader.BlockSize], pax.Length);
            output.Advance(TarHeader.BlockSize);
            output.Write(pax);
            Pad(pax.Length);
        }

        TarHeader.Write(output.Space(TarHeader.BlockSize)[..TarHeader.BlockSize], entry);
        output.Advance(TarHeader.BlockSize);
    }

    /// <summary>Fills the last block of a content of that length.</summary>
    public void Pad(long length) => Zeros((int)(TarHeader.Padded(length) - length));

    /// <summary>Writes the end; the last bytes are still in the buffer then.</summary>
    public void Finish() => Zeros(EndLength);

    private void Zeros(int count)
    {
        output.Space(count)[..count].Clear();
        output.Advance(count);
    }
}
