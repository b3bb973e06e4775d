namespace Firn.Host;

/// <summary>A package of the operating system.</summary>
/// <param name="Manager"><c>dpkg</c> or <c>apk</c>.</param>
/// <param name="Name">Its name, with <c>:ARCHITECTURE</c> where that is not the system's own.</param>
/// <param name="Version">Its full version; empty where the database does not tell.</param>
public sealed record SystemPackage(string Manager, string Name, string Version);
