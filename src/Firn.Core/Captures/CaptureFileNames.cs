namespace Firn.Captures;

/// <summary>The files of a capture in a folder (asimov's names, with one more).</summary>
public static class CaptureFileNames
{
    /// <summary><c>pip freeze</c>.</summary>
    public const string Pip = "environment-pip.txt";

    /// <summary><c>conda list --export</c>.</summary>
    public const string Conda = "environment-conda.txt";

    /// <summary><c>conda list --explicit --sha256</c>, md5 where there is no sha256.</summary>
    public const string CondaExplicit = "environment-conda-explicit.txt";

    /// <summary>The system packages that own a library in use, <c>name=version</c> a line.</summary>
    public const string System = "environment-system.txt";
}
