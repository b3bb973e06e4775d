using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Storage;

/// <summary>What a store has records of, by listing its folders.</summary>
internal sealed class StoreListing(Store store)
{
    private const int FewestDigits = 8;

    /// <summary>All analyses that have records in the order of their names, or those of one subject.</summary>
    /// <param name="subject">Whose; <see langword="null"/> for all.</param>
    /// <param name="isOfProject">Whether analyses without a run of the store's project are left out.</param>
    /// <exception cref="FirnException">A folder cannot be read.</exception>
    public IReadOnlyList<AnalysisRuns> Analyses(string? subject = null, bool isOfProject = false)
    {
        var root = Path.Join(store.Path, StoreLayout.Analyses);
        var analyses = new List<AnalysisRuns>();
        foreach (var found in subject is null ? Decoded(root) : [subject])
        {
            foreach (var name in Decoded(Path.Join(root, NameEncoding.Encode(found))))
            {
                // A folder without records is what a writer left that was stopped.
                var runs = store.Runs(found, name);
                if (runs.FindLast() > 0 && (!isOfProject || runs.NewestFirst().Any()))
                {
                    analyses.Add(runs);
                }
            }
        }

        return analyses;
    }

    /// <summary>All archived environments, in the order of their ids.</summary>
    /// <exception cref="FirnException">A folder cannot be read.</exception>
    public IReadOnlyList<EnvironmentArchives> Environments()
    {
        var root = Path.Join(store.Path, StoreLayout.Environments);
        var environments = new List<EnvironmentArchives>();
        foreach (var start in Folders(root))
        {
            foreach (var hex in Folders(Path.Join(root, start)))
            {
                var id = EnvironmentIdText.Start + hex;
                if (EnvironmentIdText.IsValid(id) && hex.StartsWith(start, StringComparison.Ordinal))
                {
                    environments.Add(store.Archives(id));
                }
            }
        }

        return environments;
    }

    /// <summary>The archived environment that a text means: an environment id, or at least eight of its digits.</summary>
    /// <returns>Its id; <see langword="null"/> where the text is neither, or the store has no such environment.</returns>
    /// <exception cref="FirnException">Several environments begin so.</exception>
    public string? FindEnvironment(string text)
    {
        var digits = text.StartsWith(EnvironmentIdText.Start, StringComparison.Ordinal) ? text[EnvironmentIdText.Start.Length..] : text;
        if (digits.Length < FewestDigits || !Hex.IsLower(digits))
        {
            return null;
        }

        string? found = null;
        foreach (var hex in Folders(Path.Join(store.Path, StoreLayout.Environments, digits[..2])))
        {
            var id = EnvironmentIdText.Start + hex;
            if (!hex.StartsWith(digits, StringComparison.Ordinal) || !EnvironmentIdText.IsValid(id))
            {
                continue;
            }

            found = found is null ? id : throw new FirnException(
                $"'{text}' is the start of several environments", "give more digits", FailureKind.InvalidRequest);
        }

        return found;
    }

    private List<string> Decoded(string folder)
    {
        var names = new List<string>();
        foreach (var encoded in Folders(folder))
        {
            if (NameEncoding.Decode(encoded) is { } name)
            {
                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private List<string> Folders(string folder)
    {
        StoreTree.MustBeWithin(store.Path, folder + Path.DirectorySeparatorChar);
        var entries = StoreTree.List(store.Path, folder, out var status);
        if (status is not (FileReadStatus.Read or FileReadStatus.Missing))
        {
            throw StoreFailure.OfReading(folder, new FileContent(status, [], 0).Reason);
        }

        var names = new List<string>();
        foreach (var entry in entries)
        {
            if (entry.Kind == DirectoryEntryKind.Directory)
            {
                names.Add(entry.Name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
