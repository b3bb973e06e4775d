using Firn.Python.Indexes;

namespace Firn.Cli.Commands.Solving;

/// <summary>Tells pip where packages come from.</summary>
internal static class PipIndexArguments
{
    public static IReadOnlyList<string> Of(IndexOptions index)
    {
        var arguments = new List<string>();
        if (index.NoIndex)
        {
            arguments.Add("--no-index");
        }
        else if (index.IndexUrl is { } url)
        {
            arguments.AddRange(["--index-url", url]);
        }

        foreach (var extra in index.ExtraIndexUrls)
        {
            arguments.AddRange(["--extra-index-url", extra]);
        }

        foreach (var place in index.FindLinks)
        {
            arguments.AddRange(["--find-links", place]);
        }

        foreach (var host in index.TrustedHosts)
        {
            arguments.AddRange(["--trusted-host", host]);
        }

        return arguments;
    }
}
