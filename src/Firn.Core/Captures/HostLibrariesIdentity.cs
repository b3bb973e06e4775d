using Firn.Host;

namespace Firn.Captures;

/// <summary>The id of the host's libraries under an environment (docs/formats/environment-id.md, invariant 5).</summary>
internal static class HostLibrariesIdentity
{
    private const string Prefix = "firnhost1:";

    public static string Compute(NativeLibraries libraries)
    {
        var lines = new List<string>();
        foreach (var library in libraries.Libraries)
        {
            if (!library.InEnvironment)
            {
                var package = library.SystemPackage is { } owner ? $"{owner.Name}={owner.Version}" : null;
                lines.Add(EnvironmentIdentity.Line(library.Soname, library.BuildId, package));
            }
        }

        return Prefix + EnvironmentIdentity.DigestOf("firn-host-libraries-id 1\n", lines);
    }
}
