namespace Firn.Conda;

/// <summary>What a package needs of the machine and does not get.</summary>
/// <param name="Package">The package's name.</param>
/// <param name="Spec">What it needs, for example <c>__glibc &gt;=2.28</c>.</param>
/// <param name="Found">What the machine has; <see langword="null"/> where it has nothing of that name.</param>
internal sealed record UnmetVirtualPackage(string Package, string Spec, string? Found)
{
    /// <summary>One line for a person.</summary>
    public string Text => Found is null
        ? $"{Package} needs {Spec}, which this machine does not have"
        : $"{Package} needs {Spec}, and this machine has {Found}";

    public override string ToString() => Text;
}
