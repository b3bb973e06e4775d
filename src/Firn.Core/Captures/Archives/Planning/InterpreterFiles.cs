namespace Firn.Captures.Archives.Planning;

/// <summary>Tells an interpreter's own files from what was put into its prefix later, by their places.</summary>
/// <param name="pythonFolder">For example <c>python3.11</c>.</param>
internal sealed class InterpreterFiles(string pythonFolder)
{
    private readonly string _site = $"lib/{pythonFolder}/site-packages/";

    /// <summary>Whether a file that no distribution owns is the interpreter's.</summary>
    public bool Contains(string path)
    {
        if (path.StartsWith(_site, StringComparison.Ordinal) || path.StartsWith("etc/", StringComparison.Ordinal)
            || path.Contains("/site-packages/", StringComparison.Ordinal)
            || path.Contains("/dist-packages/", StringComparison.Ordinal))
        {
            return false;
        }

        if (path.StartsWith("share/", StringComparison.Ordinal))
        {
            return path.StartsWith("share/man/man1/python", StringComparison.Ordinal)
                || path.StartsWith("share/terminfo/", StringComparison.Ordinal);
        }

        return !path.StartsWith("bin/", StringComparison.Ordinal) || IsProgram(path.AsSpan(4));
    }

    /// <summary>In which form a file of the interpreter is archived.</summary>
    public static MemberForm FormOf(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if ((name.StartsWith("_sysconfigdata", StringComparison.Ordinal) && name.EndsWith(".py", StringComparison.Ordinal))
            || (name.StartsWith("_sysconfig_vars", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            || name is "build-details.json"
            || name.EndsWith(".pc", StringComparison.Ordinal)
            || (path.StartsWith("bin/", StringComparison.Ordinal) && name.EndsWith("-config", StringComparison.Ordinal))
            || path.Contains("/config-", StringComparison.Ordinal))
        {
            return MemberForm.PrefixText;
        }

        return path.StartsWith("bin/", StringComparison.Ordinal) ? MemberForm.PrefixScript
            : path.StartsWith("libexec/", StringComparison.Ordinal) ? MemberForm.PrefixText
            : MemberForm.AsIs;
    }

    private static bool IsProgram(ReadOnlySpan<char> name) =>
        name.StartsWith("python", StringComparison.Ordinal) || name.StartsWith("pypy", StringComparison.Ordinal)
        || name.StartsWith("graalpy", StringComparison.Ordinal) || name.StartsWith("libpypy", StringComparison.Ordinal)
        || name.StartsWith("pydoc", StringComparison.Ordinal) || name.StartsWith("idle", StringComparison.Ordinal)
        || name.StartsWith("2to3", StringComparison.Ordinal) || name.EndsWith("-config", StringComparison.Ordinal);
}
