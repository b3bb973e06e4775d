namespace Firn.Captures.Archives.Planning;

/// <summary>What belongs to an archive of the folders of a source.</summary>
/// <param name="Files">Regular files and links, each once.</param>
/// <param name="LeftOut">What was passed over and is to be named.</param>
/// <param name="LinkedFolders">Folders elsewhere that some of the files lie in.</param>
internal sealed record LoadedTree(
    List<TreeFile> Files, IReadOnlyList<LeftOutFile> LeftOut, IReadOnlyList<LinkedFolder> LinkedFolders);
