using System.Text;

namespace Firn.Analyses.Launching;

/// <summary>
/// Puts a prefix before each line, and hands lines on whole, so that those of several runs do not mix. A line without an
/// end is handed on when the run ends, or when it has become long.
/// </summary>
internal sealed class LinePrefixer(string prefix, OutputSink sink)
{
    private const int LongLine = 64 * 1024;
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(prefix);
    private readonly List<byte> _line = [];

    /// <summary>Takes the next bytes.</summary>
    public bool Write(ReadOnlySpan<byte> content)
    {
        var isRead = true;
        while (!content.IsEmpty)
        {
            var end = content.IndexOf((byte)'\n');
            var part = end < 0 ? content : content[..(end + 1)];
            if (_line.Count == 0)
            {
                _line.AddRange(_prefix);
            }

            _line.AddRange(part);
            content = content[part.Length..];
            if (end >= 0 || _line.Count > LongLine)
            {
                isRead &= Send(end >= 0);
            }
        }

        return isRead;
    }

    /// <summary>Hands on what has no end.</summary>
    public void Finish()
    {
        if (_line.Count > 0)
        {
            Send(isWhole: false);
        }
    }

    private bool Send(bool isWhole)
    {
        if (!isWhole)
        {
            _line.Add((byte)'\n');
        }

        var isRead = sink(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_line));
        _line.Clear();
        return isRead;
    }
}
