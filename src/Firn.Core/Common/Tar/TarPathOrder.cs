namespace Firn.Common.Tar;

/// <summary>
/// Holds that paths come sorted, each once, and that none lies below another: a member below a file or a link would be
/// written through it.
/// </summary>
internal sealed class TarPathOrder
{
    /// <summary>
    /// The earlier paths that the last one starts with, shortest first. Sorted paths with one start stand together, so
    /// those that no longer fit never fit again.
    /// </summary>
    private readonly List<string> _starts = [];
    private string? _last;

    /// <summary>Takes the next path.</summary>
    /// <returns>What is wrong with it, for example "it stands there twice"; <see langword="null"/> where nothing is.</returns>
    public string? Next(string path)
    {
        if (_last is not null)
        {
            var order = TarPath.Compare(_last, path);
            if (order >= 0)
            {
                return order == 0 ? "it stands there twice" : $"it stands behind {_last}, out of order";
            }
        }

        while (_starts.Count > 0 && !path.StartsWith(_starts[^1], StringComparison.Ordinal))
        {
            _starts.RemoveAt(_starts.Count - 1);
        }

        for (var i = 0; i < _starts.Count; i++)
        {
            if (path[_starts[i].Length] == '/')
            {
                return $"it lies below the member {_starts[i]}";
            }
        }

        _starts.Add(path);
        _last = path;
        return null;
    }
}
