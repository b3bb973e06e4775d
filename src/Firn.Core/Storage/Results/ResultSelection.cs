namespace Firn.Storage.Results;

/// <summary>The files that a command line names.</summary>
/// <param name="Files">In the order of their names in the run.</param>
/// <param name="LeftOut">What the folders hold besides.</param>
internal sealed record ResultSelection(IReadOnlyList<ResultSource> Files, IReadOnlyList<LeftOutFile> LeftOut)
{
    /// <summary>The bytes of all files, as they were found.</summary>
    public long TotalSize
    {
        get
        {
            long sum = 0;
            foreach (var file in Files)
            {
                sum += file.Size;
            }

            return sum;
        }
    }
}
