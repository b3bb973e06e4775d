namespace Firn.Conda;

/// <summary>Writes what <c>conda list --export</c> prints.</summary>
internal static class CondaListExport
{
    public static string Write(CondaListing listing)
    {
        var text = CondaHeader.Start(listing.Prefix, listing.Release);
        foreach (var row in listing.Rows)
        {
            var line = $"{row.Name}={row.Version}={row.Build}";
            text.Append(listing.Release.TrimsRows ? line.TrimEnd() : line).Append('\n');
        }

        // conda prints the rows joined, and so one empty line where there is none.
        return (listing.Rows.Count == 0 ? text.Append('\n') : text).ToString();
    }
}
