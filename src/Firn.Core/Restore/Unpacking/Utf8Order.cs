namespace Firn.Restore.Unpacking;

/// <summary>Orders texts as their UTF-8 bytes do, which is the order of code points and Python's.</summary>
internal static class Utf8Order
{
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            var a = left[i];
            var b = right[i];
            if (a != b)
            {
                // UTF-16 puts surrogates, the code points above U+FFFF, before U+E000 to U+FFFF.
                var isHighA = char.IsSurrogate(a);
                return isHighA == char.IsSurrogate(b) ? a - b : isHighA ? 1 : -1;
            }
        }

        return left.Length - right.Length;
    }
}
