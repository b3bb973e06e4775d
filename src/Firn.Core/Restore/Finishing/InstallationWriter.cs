using System.Text;
using Firn.Archives.Documents;
using Firn.Conda.Linking;
using Firn.Python.Installation;
using Firn.Python.Interpreters;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;

namespace Firn.Restore.Finishing;

/// <summary>Writes the text files of an installation; they stand above those of packages.</summary>
internal sealed class InstallationWriter(RestorePlan plan, RestoreJournal output)
{
    public void Write(PrefixWriter writer)
    {
        foreach (var target in plan.Targets)
        {
            foreach (var text in target.Tree.Texts)
            {
                var filled = target.Tokens.Fill(text.Text);
                if (target.Root.Length == 0 && text.Path == PyvenvConfiguration.FileName)
                {
                    filled = PyvenvConfigurationWriter.Adapt(filled, target.Tree, plan.Base);
                }

                var content = text.IsExecutable ? Script(target, text, filled) : Encoding.UTF8.GetBytes(filled);
                Write(writer, target.Below(text.Path), text.IsExecutable, content);
            }
        }

        if (plan.Base is { } basePython && plan.Targets[0].Tree.Kind == ArchivedTreeKind.System)
        {
            var configuration = PyvenvConfigurationWriter.Compose(basePython);
            Write(writer, PyvenvConfiguration.FileName, isExecutable: false, Encoding.UTF8.GetBytes(configuration));
            WriteActivation(writer);
        }
    }

    /// <summary>The paths of all that <see cref="Write(PrefixWriter)"/> writes.</summary>
    public static IEnumerable<string> PathsOf(RestorePlan plan)
    {
        var texts = plan.Targets.SelectMany(static target => target.Tree.Texts.Select(text => target.Below(text.Path)));
        return plan.Base is null || plan.Targets[0].Tree.Kind != ArchivedTreeKind.System
            ? texts
            : texts.Append(PyvenvConfiguration.FileName).Concat(ActivationScripts.For(plan.Request.Prefix).Select(static script => script.Key));
    }

    private void WriteActivation(PrefixWriter writer)
    {
        foreach (var (path, script) in ActivationScripts.For(plan.Request.Prefix))
        {
            var content = Encoding.UTF8.GetBytes(script);
            if (writer.TryWrite(path, isExecutable: false, content, FileTimes.Usual))
            {
                output.Counts.Add(LinkMode.Copy, 1, content.Length);
            }
        }
    }

    /// <summary>A script that an installer wrote, with lines for its interpreter that fit the prefix.</summary>
    private byte[] Script(RestoredTree target, ArchivedText text, string filled)
    {
        if (target.Tree.Kind == ArchivedTreeKind.Conda
            && CondaEntryPoint.Parse(text.Text, ArchiveTokens.Prefix) is { } entryPoint)
        {
            return Encoding.UTF8.GetBytes(entryPoint.Script(target.Prefix));
        }

        var script = Encoding.UTF8.GetBytes(filled);
        var prefix = Encoding.UTF8.GetBytes(target.Prefix);
        if (ShebangWriter.Mend(script, prefix) is { } mended)
        {
            return mended;
        }

        if (UnquotedPrefixCheck.Of(target.Below(text.Path), script, prefix) is { } problem)
        {
            output.AddProblem(problem);
        }

        return script;
    }

    private void Write(PrefixWriter writer, string path, bool isExecutable, byte[] content)
    {
        if (!writer.TryWrite(path, isExecutable, content, FileTimes.Usual))
        {
            writer.Remove(path);
            output.RemoveRelocated(path);
            _ = writer.TryWrite(path, isExecutable, content, FileTimes.Usual);
        }

        output.Counts.Add(LinkMode.Copy, 1, content.Length);
    }
}
