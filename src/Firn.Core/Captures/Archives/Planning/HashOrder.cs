namespace Firn.Captures.Archives.Planning;

/// <summary>
/// Sorts files by numbers. The framework's own sort of two arrays is generic code that each process would have to compile
/// anew, and that took longer than to sort the files of a small environment. Never quadratic, whatever the numbers.
/// </summary>
internal static class HashOrder
{
    /// <summary>Sorts both arrays by the keys; files of one key keep their order.</summary>
    public static void Sort(ulong[] keys, TreeFile[] files)
    {
        var (fromKeys, toKeys) = (keys, new ulong[keys.Length]);
        var (fromFiles, toFiles) = (files, new TreeFile[files.Length]);
        for (var width = 1; width < keys.Length; width *= 2)
        {
            for (var start = 0; start < keys.Length; start += 2 * width)
            {
                var middle = Math.Min(start + width, keys.Length);
                Merge(start, middle, Math.Min(middle + width, keys.Length));
            }

            (fromKeys, toKeys) = (toKeys, fromKeys);
            (fromFiles, toFiles) = (toFiles, fromFiles);
        }

        if (!ReferenceEquals(fromKeys, keys))
        {
            fromKeys.AsSpan().CopyTo(keys);
            Array.Copy(fromFiles, files, files.Length);
        }

        void Merge(int left, int right, int end)
        {
            var middle = right;
            for (var to = left; to < end; to++)
            {
                var from = left < middle && (right == end || fromKeys[left] <= fromKeys[right]) ? left++ : right++;
                toKeys[to] = fromKeys[from];
                toFiles[to] = fromFiles[from];
            }
        }
    }
}
