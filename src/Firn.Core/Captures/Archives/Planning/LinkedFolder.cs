namespace Firn.Captures.Archives.Planning;

/// <summary>A folder elsewhere that a link of a tree leads to; its files are archived in the link's place.</summary>
/// <param name="Path">The link, relative to the tree's root.</param>
/// <param name="Folder">The folder, absolute, links followed.</param>
/// <param name="IsOwn">Whether it is one that environments are made of, as <c>lib</c> or site-packages: all in it is the environment's.</param>
internal sealed record LinkedFolder(string Path, string Folder, bool IsOwn);
