namespace Firn.Storage.Records;

/// <summary>The names of one run: each once, and none the folder of another, so that all can lie in one folder.</summary>
internal sealed class ResourceNameSet
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Takes a name.</summary>
    /// <returns>Why it is refused; <see langword="null"/> where it is taken.</returns>
    public string? Add(string name)
    {
        if (ResourceName.Refusal(name) is { } refusal)
        {
            return refusal;
        }

        if (!_names.Add(name))
        {
            return "is there twice";
        }

        if (_folders.Contains(name))
        {
            return "is a file's and a folder's";
        }

        for (var end = name.LastIndexOf('/'); end > 0; end = name.LastIndexOf('/', end - 1))
        {
            var folder = name[..end];
            if (_names.Contains(folder))
            {
                return $"lies below '{folder}', which is a file";
            }

            if (!_folders.Add(folder))
            {
                // Its own folders are known too, and so are no files.
                break;
            }
        }

        return null;
    }
}
