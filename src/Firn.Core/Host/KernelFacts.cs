namespace Firn.Host;

/// <summary>The kernel, in the words of <c>uname</c>.</summary>
/// <param name="Name">For example <c>Linux</c>.</param>
/// <param name="Release">For example <c>6.1.0-18-amd64</c>.</param>
/// <param name="Machine">For example <c>x86_64</c>.</param>
public sealed record KernelFacts(string Name, string Release, string Machine);
