using System.Text.Unicode;
using Firn.Common;
using Firn.Python.Installation;

namespace Firn.Captures.Archives.Planning;

/// <summary>
/// Finds the texts among what no package owns that name a folder of this installation, whatever they are: kernels of
/// Jupyter, <c>sitecustomize.py</c>, what is run on activation, scripts. From a restore they must not lead to the old place.
/// </summary>
/// <param name="planned">Takes the texts.</param>
/// <param name="tree">The files.</param>
internal sealed class UnownedTexts(PlannedTree planned, InstalledTree tree)
{
    /// <summary>Larger files are taken for data; scripts in <c>bin</c> are looked at whatever their size.</summary>
    private const int Most = 64 * 1024;

    /// <summary>
    /// Gives those to the document that name more than the prefix: the interpreter below, a project. Nothing but what nobody
    /// has taken is read.
    /// </summary>
    /// <returns>Those that name the prefix alone: in a bundle the placeholder does.</returns>
    public HashSet<TreeFile> Take()
    {
        var naming = new HashSet<TreeFile>(ReferenceEqualityComparer.Instance);
        var buffer = new ReadBuffer();
        foreach (var file in tree.Files)
        {
            if (file.Use != TreeFileUse.None || !file.Stat.IsRegularFile || file.Stat.Size > Most || BytecodeName.IsInCache(file.Path)
                || BoundedFile.Read(tree.SourceOf(file), Most, buffer) is not { IsComplete: true } content
                || content.Bytes.IndexOf((byte)0) >= 0
                || PrefixText.Replace(content.Bytes, tree.TextTokens) is not { } text
                || !Utf8.IsValid(content.Bytes))
            {
                continue;
            }

            if (PrefixText.Replace(content.Bytes, tree.PrefixTokens) is { } ofPrefix && ofPrefix.Content.AsSpan().SequenceEqual(text.Content))
            {
                naming.Add(file);
            }
            else
            {
                file.Use = TreeFileUse.Document;
                planned.Texts.Add(new PlannedText(file.Path, file, tree));
            }
        }

        return naming;
    }
}
