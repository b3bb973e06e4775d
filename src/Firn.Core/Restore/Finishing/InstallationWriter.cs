using System.Text;
using Firn.Captures.Archives;
using Firn.Restore.Planning;
using Firn.Restore.Results;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;

namespace Firn.Restore.Finishing;

/// <summary>Writes the text files of an installation; they stand above those of packages.</summary>
internal sealed class InstallationWriter(RestorePlan plan, UnpackOutput output)
{
    public void Write(TreeWriter writer)
    {
        foreach (var target in plan.Targets)
        {
            foreach (var text in target.Tree.Texts)
            {
                var filled = target.Tokens.Fill(text.Text);
                if (target.Root.Length == 0 && text.Path == VirtualEnvironmentFiles.Configuration)
                {
                    filled = VirtualEnvironmentFiles.Adapt(filled, target.Tree, plan.Base);
                }

                Write(writer, target.Below(text.Path), text.IsExecutable, Encoding.UTF8.GetBytes(filled));
            }
        }

        if (plan.Base is { } basePython && plan.Targets[0].Tree.Kind == ArchivedTreeKind.System)
        {
            var configuration = VirtualEnvironmentFiles.Compose(basePython);
            Write(writer, VirtualEnvironmentFiles.Configuration, isExecutable: false, Encoding.UTF8.GetBytes(configuration));
        }
    }

    private void Write(TreeWriter writer, string path, bool isExecutable, byte[] content)
    {
        if (!writer.TryWrite(path, isExecutable, content, FileTimes.Usual))
        {
            writer.Remove(path);
            _ = writer.TryWrite(path, isExecutable, content, FileTimes.Usual);
        }

        output.Counts.Add(LinkMode.Copy, 1, content.Length);
    }
}
