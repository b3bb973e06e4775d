namespace Firn.Images;

/// <summary>What an image says of itself.</summary>
internal static class ImageLabels
{
    /// <summary>The commit that the installation was built from (OCI image-spec, annotations.md).</summary>
    public const string Revision = "org.opencontainers.image.revision";

    /// <summary>The project.</summary>
    public const string Title = "org.opencontainers.image.title";

    /// <summary>Where the sources lie: the remote, without credentials.</summary>
    public const string Source = "org.opencontainers.image.source";

    /// <summary>The image that it extends.</summary>
    public const string BaseName = "org.opencontainers.image.base.name";

    /// <summary>When it was built, RFC 3339.</summary>
    public const string Created = "org.opencontainers.image.created";

    /// <summary>The firn that had it built.</summary>
    public const string Firn = "firn.version";

    /// <summary>The environment id of what lies in it.</summary>
    public const string EnvironmentId = "firn.environment-id";

    /// <summary>The platform and acceleration, for example <c>amd64-cuda</c>.</summary>
    public const string Platform = "firn.platform";
}
