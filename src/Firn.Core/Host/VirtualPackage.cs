namespace Firn.Host;

/// <summary>A trait of the machine that packages of conda may require as if it were a package (CEP 30).</summary>
/// <param name="Name">For example <c>__glibc</c>.</param>
/// <param name="Version">For example <c>2.36</c>; <c>0</c> where it is unknown.</param>
/// <param name="Build"><c>0</c>, but the processor's name for <c>__archspec</c>.</param>
internal sealed record VirtualPackage(string Name, string Version, string Build = "0")
{
    public override string ToString() => Build == "0" ? $"{Name} {Version}" : $"{Name} {Version} {Build}";
}
