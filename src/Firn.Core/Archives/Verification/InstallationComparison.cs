using System.Text;
using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Linking;
using Firn.Python.Installation;
using Firn.Python.Interpreters;

namespace Firn.Archives.Verification;

/// <summary>
/// Compares what an installation writes beside the packages' files: launchers, activation scripts, <c>pyvenv.cfg</c>,
/// <c>.pth</c> files, links. Each is read as the archiver reads it, with tokens for the folders, so that it may lie anywhere.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="trees">The environment's trees, its own first.</param>
/// <param name="places">Where things lie.</param>
/// <param name="members">What the archive's bundles hold: a text of today may be a member of an older archive.</param>
internal sealed class InstallationComparison(
    ArchiveDocument archive, IReadOnlyList<PlannedTree> trees, ObservedPaths places, ArchivedMembers members)
{
    private readonly Dictionary<string, PlannedText> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (PlannedBundle Bundle, PlannedMember Launcher)> _launchers = new(StringComparer.Ordinal);

    public List<FileDifference> Differences { get; } = [];

    /// <summary>How many were read.</summary>
    public long Count { get; private set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; private set; }

    public void Compare()
    {
        ReadPlan();
        foreach (var text in archive.Environment.Texts)
        {
            // What conda keeps for itself there runs nothing.
            if (!text.Path.StartsWith("conda-meta/", StringComparison.Ordinal))
            {
                Compare(text);
            }
        }

        foreach (var package in archive.Environment.Packages)
        {
            foreach (var launcher in package.Distribution?.Launchers ?? [])
            {
                Compare(package, launcher);
            }
        }

        CompareLinks();
        AddWhatIsNew();
    }

    private void ReadPlan()
    {
        foreach (var text in places.Own.Texts)
        {
            _texts.TryAdd(text.Path, text);
        }

        foreach (var bundle in places.Own.Bundles)
        {
            foreach (var link in bundle.LinkFiles)
            {
                _texts.TryAdd(link.BundlePath, new PlannedText(link.BundlePath, link.File, bundle.Tree));
            }

            foreach (var launcher in bundle.Launchers)
            {
                _launchers.TryAdd(launcher.BundlePath, (bundle, launcher));
            }
        }
    }

    private void Compare(ArchivedText archived)
    {
        if (!_texts.Remove(archived.Path, out var text) && !TryFind(archived.Path, out text))
        {
            Differences.Add(new FileDifference(Path.Join(places.Prefix, archived.Path), "files", FileState.Missing, DigestOf(archived.Text), null));
            return;
        }

        var path = text.Tree.PathOf(text.File);
        if (TextOf(text) is not { } observed)
        {
            Differences.Add(new FileDifference(path, "files", FileState.Unreadable, DigestOf(archived.Text), null));
            return;
        }

        Count++;
        Bytes += text.File.Stat.Size;
        if (observed != archived.Text && !AreSame(archived, observed, text)
            && !(VirtualEnvironmentFiles.IsActivation(archived.Path) && IsSameButForPrompt(archived.Text, observed)))
        {
            Differences.Add(new FileDifference(path, "files", FileState.Edited, DigestOf(archived.Text), DigestOf(observed)));
        }
    }

    private static bool AreSame(ArchivedText archived, string observed, PlannedText text)
    {
        if (archived.Path == PyvenvConfiguration.FileName)
        {
            return IsSameConfiguration(archived.Text, observed);
        }

        if (!archived.IsExecutable)
        {
            return false;
        }

        // Both are written anew for each prefix, in a form that fits its length.
        return CondaEntryPoint.Parse(archived.Text, ArchiveTokens.Prefix) is { } entryPoint
            ? CondaEntryPoint.Parse(observed, ArchiveTokens.Prefix) == entryPoint
            : ShebangWriter.MendedCommands.Any(command => InPlainForm(text, command) == archived.Text);
    }

    /// <summary>venv and virtualenv write the folder's own name as the prompt, which a restore leaves as it was.</summary>
    private bool IsSameButForPrompt(string archived, string observed) => ActivationPrompt.AreSame(
        archived, Path.GetFileName(archive.Environment.Prefix), observed, Path.GetFileName(places.Prefix));

    /// <summary>
    /// The version is the interpreter's own, which is compared as such; a restored environment is cut off from the packages
    /// of the Python below, since those that it saw are its own now, and its <c>home</c> is the Python that came with it, also
    /// where the archived one was a folder of links to that.
    /// </summary>
    internal static bool IsSameConfiguration(string archived, string observed)
    {
        var (before, now) = (PyvenvConfiguration.Parse(archived), PyvenvConfiguration.Parse(observed));
        return (before.Home is not { } home || now.Home == home
                || (now.Home == ArchiveTokens.Base + "/bin" && !home.StartsWith("/@firn-", StringComparison.Ordinal)))
            && (!now.IncludesSystemSitePackages || before.IncludesSystemSitePackages);
    }

    /// <summary>The text with a first line that a kernel may not take, as it was before a restore put two lines in its place.</summary>
    private static string? InPlainForm(PlannedText text, string command)
    {
        var content = BoundedFile.Read(text.Tree.PathOf(text.File), 4 * 1024 * 1024);
        if (!content.IsComplete || ShebangWriter.PlainForm(content.Bytes, command) is not { } plain)
        {
            return null;
        }

        return Encoding.UTF8.GetString(PrefixText.Replace(plain, text.Tree.TextTokens)?.Content ?? plain);
    }

    private void Compare(ArchivedPackage package, ArchivedLauncher archived)
    {
        var isKnown = _launchers.Remove(archived.Path, out var launcher);
        var path = isKnown ? launcher.Bundle.Tree.PathOf(launcher.Launcher.File) : Path.Join(places.Prefix, archived.Path);
        ArchivedLauncher? observed = null;
        if (isKnown)
        {
            observed = DocumentTextReader.ReadLauncher(launcher.Bundle.Tree, launcher.Launcher);
        }
        else if (TryFind(archived.Path, out var text))
        {
            // Its entry point has gone from the metadata, or the file belongs to another now.
            observed = DocumentTextReader.ReadLauncher(text.Tree, new PlannedMember(archived.Path, text.File, MemberForm.AsIs));
        }
        else
        {
            Differences.Add(new FileDifference(path, package.Name, FileState.Missing, DigestOf(archived.Body), null));
            return;
        }

        Count++;
        Bytes += observed?.Body.Length ?? 0;
        if (observed is null || observed.Body != archived.Body || observed.Interpreter != archived.Interpreter)
        {
            Differences.Add(new FileDifference(
                path,
                package.Name,
                observed is null ? FileState.Unreadable : FileState.Edited,
                Described(archived),
                observed is null ? null : Described(observed)));
        }
    }

    private static string Described(ArchivedLauncher launcher) =>
        launcher.Interpreter is { } interpreter ? $"{interpreter} {DigestOf(launcher.Body)}" : DigestOf(launcher.Body);

    private void CompareLinks()
    {
        var observed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var link in places.Own.Links)
        {
            observed[link.Path] = link.Target;
        }

        foreach (var archived in archive.Environment.Links)
        {
            var path = Path.Join(places.Prefix, archived.Path);
            if (!observed.Remove(archived.Path, out var target))
            {
                target = FileStatReader.TryRead(path, out var stat) && stat.IsLink ? RealPath.LinkTarget(path) : null;
                if (target is null)
                {
                    Differences.Add(new FileDifference(
                        path, "files", stat.IsRegularFile || stat.IsDirectory ? FileState.Edited : FileState.Missing, archived.Target, null));
                    continue;
                }
            }

            // Which of its names the interpreter below is linked by is that one's matter; where it leads, InterpreterLinks says.
            var isInterpreter = VirtualEnvironmentFiles.IsInterpreter(archived.Path);
            if (target != archived.Target && !isInterpreter)
            {
                Differences.Add(new FileDifference(path, "files", FileState.Edited, archived.Target, target));
            }
        }
    }

    private void AddWhatIsNew()
    {
        // A system's Python comes back as a virtual environment, with what that needs.
        var isOfSystem = archive.Environment.Kind == ArchivedTreeKind.System;
        foreach (var (path, text) in _texts)
        {
            var isOfVirtualEnvironment = path == PyvenvConfiguration.FileName || VirtualEnvironmentFiles.IsActivation(path);
            if (!(isOfSystem && isOfVirtualEnvironment) && !path.StartsWith("conda-meta/", StringComparison.Ordinal)
                && (isOfVirtualEnvironment || ObservedMember.IsWhereCodeIsFound(path, trees[0].PythonFolder)) && members.Find(path).Count == 0)
            {
                Differences.Add(new FileDifference(text.Tree.PathOf(text.File), "files", FileState.Added, null, null));
            }
        }

        foreach (var (bundle, launcher) in _launchers.Values)
        {
            Differences.Add(new FileDifference(bundle.Tree.PathOf(launcher.File), bundle.Name, FileState.Added, null, null));
        }
    }

    private bool TryFind(string path, out PlannedText text)
    {
        text = null!;
        foreach (var tree in trees[0].Sources)
        {
            if (FileStatReader.TryRead(Path.Join(tree.Root, path), out var stat) && !stat.IsDirectory)
            {
                text = new PlannedText(path, new TreeFile(path, stat), tree);
                return true;
            }
        }

        return false;
    }

    private static string? TextOf(PlannedText text)
    {
        try
        {
            return DocumentTextReader.Read(text.Tree, text.File);
        }
        catch (FirnException)
        {
            return null;
        }
    }

    private static string DigestOf(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text)).ToString();
}
