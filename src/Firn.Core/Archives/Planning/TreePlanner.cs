using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Archives.Scanning;
using Firn.Archives.Secrets;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Installation;
using Firn.Python.Records;

namespace Firn.Archives.Planning;

/// <summary>Gives what no package owns its place: the interpreter, the environment's own texts and links, the rest.</summary>
/// <param name="planned">Takes the bundles.</param>
/// <param name="tree">The files.</param>
/// <param name="problems">Takes what is doubtful.</param>
internal sealed class TreePlanner(PlannedTree planned, InstalledTree tree, List<Problem> problems)
{
    private const int MaxLinkedFiles = 20_000;
    private const long MaxLinkedBytes = 1L << 30;

    /// <summary>Takes the files of secrets out before anybody can own them by their folder.</summary>
    public void LeaveSecretsOut(bool onlyOfInterpreter = false)
    {
        foreach (var file in tree.Files)
        {
            if (file.Use == TreeFileUse.None && SecretFiles.Contains(file.Path)
                && (!onlyOfInterpreter || new InterpreterFiles(planned.PythonFolder).Contains(file.Path)))
            {
                tree.LeaveOut(file, SecretFiles.Reason);
            }
        }
    }

    /// <summary>Takes out what others may not read though they may read the environment, of what no package owns.</summary>
    public void LeavePrivateOut()
    {
        if (!OwnerOnlyFiles.IsPublic(tree.Root))
        {
            return;
        }

        foreach (var file in tree.Files)
        {
            if (file.Use == TreeFileUse.None && !PycName.IsInCache(file.Path) && OwnerOnlyFiles.ReasonAgainst(file.Stat) is { } reason)
            {
                tree.LeaveOut(file, reason, isMissed: true);
            }
        }
    }

    /// <summary>What venv, virtualenv or uv wrote, which a restore writes anew for its own prefix.</summary>
    public void TakeVirtualEnvironment(string basePrefix, string baseExecutable)
    {
        foreach (var file in tree.Files)
        {
            if (file.Use != TreeFileUse.None)
            {
                continue;
            }

            if (VirtualEnvironmentFiles.IsInterpreter(file.Path))
            {
                file.Use = TreeFileUse.Document;
                planned.Links.Add(new ArchivedLink(
                    file.Path, InterpreterTarget(file, basePrefix, baseExecutable)));
            }
            else if (file.Stat.IsRegularFile
                && (file.Path == "pyvenv.cfg" || VirtualEnvironmentFiles.IsActivation(file.Path)))
            {
                TakeText(file, file.Path);
            }
            else if (file.Stat.IsLink && file.Path is "lib64" or "local/lib" or "local/bin" or "local/include")
            {
                file.Use = TreeFileUse.Document;
                planned.Links.Add(new ArchivedLink(file.Path, tree.LinkText(file) ?? "lib"));
            }
        }
    }

    /// <summary><c>.pth</c> files of a user, and of installers without RECORD: their folders become tokens.</summary>
    public void TakePathFiles(BundlePaths paths)
    {
        var site = paths.OnDisk(string.Empty);
        foreach (var file in tree.Files)
        {
            if (file.Use == TreeFileUse.None && file.Stat.IsRegularFile
                && file.Path.StartsWith(site, StringComparison.Ordinal) && file.Path.IndexOf('/', site.Length) < 0
                && Path.GetExtension(file.Path) is (".pth" or ".egg-link"))
            {
                TakeText(file, paths.InBundle(file.Path[site.Length..]));
            }
        }
    }

    /// <summary>Leaves behind <c>.pth</c> files of a folder where Python does not read them.</summary>
    public void LeavePathFiles(BundlePaths paths)
    {
        var site = paths.OnDisk(string.Empty);
        foreach (var file in tree.Files)
        {
            if (file.Use == TreeFileUse.None && file.Path.StartsWith(site, StringComparison.Ordinal)
                && file.Path.IndexOf('/', site.Length) < 0 && file.Path.EndsWith(".pth", StringComparison.Ordinal))
            {
                file.Use = TreeFileUse.Derived;
            }
        }
    }

    /// <summary>Leaves behind what a folder before this one on <c>sys.path</c> hides.</summary>
    /// <param name="paths">The site-packages folder.</param>
    /// <param name="names">The hidden names in it.</param>
    /// <param name="says">Whether it is told: in a folder of the environment itself.</param>
    public void LeaveHidden(BundlePaths paths, HashSet<string> names, bool says)
    {
        if (names.Count == 0)
        {
            return;
        }

        var site = paths.OnDisk(string.Empty);
        var left = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in tree.Files)
        {
            if (file.Use == TreeFileUse.None && file.Path.StartsWith(site, StringComparison.Ordinal)
                && file.Path[site.Length..].Split('/', 2)[0] is var name && names.Contains(name))
            {
                file.Use = TreeFileUse.Derived;
                left.Add(name);
            }
        }

        if (says)
        {
            tree.LeftOut.AddRange(left.Select(name => new SkippedFile(
                Path.Join(paths.SitePackages, name), "a folder before it on sys.path hides it")));
        }
    }

    /// <summary>The interpreter's own files.</summary>
    public void TakeInterpreter()
    {
        var rule = new InterpreterFiles(planned.PythonFolder);
        var bundle = Bundle(ArchivedPackageKind.Interpreter, "python", planned.PythonVersion);
        foreach (var file in tree.Files)
        {
            if (file.Use == TreeFileUse.None && !PycName.IsInCache(file.Path) && rule.Contains(file.Path))
            {
                bundle.Take(file, file.Path, file.Stat.IsRegularFile ? InterpreterFiles.FormOf(file.Path) : MemberForm.AsIs);
            }
        }

        AddUnlessEmpty(bundle);
    }

    /// <summary>Gives bytecode to the bundle of its source; bytecode of no source, or of another tool, is left behind.</summary>
    public void TakeBytecode()
    {
        foreach (var file in tree.Files)
        {
            if (file.Use != TreeFileUse.None || !PycName.IsInCache(file.Path))
            {
                continue;
            }

            file.Use = TreeFileUse.Derived;
            if (file.Stat.IsRegularFile && PycName.SourceOf(file.Path, planned.CacheTag) is { } path
                && tree.Find(path) is { Use: TreeFileUse.Member, Member.Form: MemberForm.AsIs } source
                && source.Stat.IsRegularFile)
            {
                source.Owner!.TakeBytecode(file);
            }
        }
    }

    /// <summary>
    /// Leaves out what nobody owns behind a link to a folder elsewhere, where it is more than code: data are not copied
    /// unasked. Files there that may not be read are left out too.
    /// </summary>
    /// <param name="isMissed">Whether all that lies there is archived, so that this is missing.</param>
    public void LeaveLargeLinks(bool isMissed)
    {
        if (tree.LinkedFolders.Count == 0)
        {
            return;
        }

        var unowned = tree.Files.Where(static file => file.Use == TreeFileUse.None && !PycName.IsInCache(file.Path)).ToList();
        var byFolder = tree.LinkedFolders.ToDictionary(static linked => linked.Path, static _ => new List<TreeFile>(), StringComparer.Ordinal);
        foreach (var file in unowned)
        {
            for (var slash = file.Path.LastIndexOf('/'); slash > 0; slash = file.Path.LastIndexOf('/', slash - 1))
            {
                byFolder.GetValueOrDefault(file.Path[..slash])?.Add(file);
            }
        }

        // A link in a folder behind a link comes after it, and is measured first.
        foreach (var linked in tree.LinkedFolders.Where(static linked => !linked.IsOwn).Reverse())
        {
            var start = linked.Path + "/";
            var files = byFolder[linked.Path].FindAll(static file => file.Use == TreeFileUse.None);
            var size = files.Sum(static file => file.Stat.Size);
            if (files.Count > MaxLinkedFiles || size > MaxLinkedBytes)
            {
                files.ForEach(static file => file.Use = TreeFileUse.LeftOut);
                foreach (var link in unowned.FindAll(file => file.LinkTarget is { } target && (target + "/").StartsWith(start, StringComparison.Ordinal)))
                {
                    tree.LeaveOut(link, $"it is a link to {linked.Path}, which is left out", isMissed);
                }

                tree.LeftOut.Add(new SkippedFile(
                    Path.Join(tree.Root, linked.Path),
                    FormattableString.Invariant($"it is a link to {linked.Folder}, where no package owns {files.Count:N0} files of {size:N0} bytes: more than 20,000, or 1 GiB, are taken for data"),
                    isMissed));
                continue;
            }

            foreach (var file in files)
            {
                using var opened = file.Stat.IsLink ? null : BoundedFile.Open(tree.SourceOf(file), out _);
                if (opened is null && !file.Stat.IsLink)
                {
                    tree.LeaveOut(file, TreeLoader.IsDenied, isMissed);
                }
            }
        }
    }

    /// <summary>Everything that is left but bytecode, which goes to its sources then.</summary>
    /// <param name="paths">The site-packages folder, where the tree is not a whole prefix.</param>
    /// <param name="naming">Texts among it that name the prefix.</param>
    public void TakeRest(BundlePaths? paths, IReadOnlySet<TreeFile> naming)
    {
        var site = paths?.OnDisk(string.Empty) ?? string.Empty;
        var bundle = Bundle(ArchivedPackageKind.Rest, "files", null);
        foreach (var file in tree.Files)
        {
            if (file.Use == TreeFileUse.None && !PycName.IsInCache(file.Path))
            {
                var path = paths is null || !file.Path.StartsWith(site, StringComparison.Ordinal)
                    ? file.Path
                    : paths.InBundle(file.Path[site.Length..]);
                var isScript = file.Stat.IsRegularFile && path.StartsWith("bin/", StringComparison.Ordinal);
                bundle.Take(file, path, naming.Contains(file) ? MemberForm.PrefixText : isScript ? MemberForm.PrefixScript : MemberForm.AsIs);
            }
        }

        AddUnlessEmpty(bundle);
    }

    private void TakeText(TreeFile file, string path)
    {
        file.Use = TreeFileUse.Document;
        planned.Texts.Add(new PlannedText(path, file, tree));
    }

    private string InterpreterTarget(TreeFile file, string basePrefix, string baseExecutable)
    {
        var target = file.Stat.IsLink ? RealPath.LinkTarget(tree.PathOf(file)) : null;
        if (target is not null && !target.StartsWith('/') && !target.Contains('/', StringComparison.Ordinal))
        {
            return target;
        }

        if (target is not null && RealPath.IsWithin(target, basePrefix))
        {
            return ArchiveTokens.Base + target[basePrefix.Length..];
        }

        if (file.Stat.IsLink && RealPath.IsWithin(RealPath.Of(tree.PathOf(file)), RealPath.Of(basePrefix)))
        {
            // Through links elsewhere, /usr/local/bin or ~/.local/bin, to the interpreter all the same.
            return $"{ArchiveTokens.Base}/{baseExecutable}";
        }

        // A copy of the interpreter (venv --copies), or a link over another environment.
        if (target is not null && !target.StartsWith(tree.Root + "/", StringComparison.Ordinal))
        {
            problems.Add(new Problem(
                "interpreter-elsewhere",
                tree.PathOf(file),
                $"it leads to {target}, which is not below {basePrefix}; it is restored as a link to the interpreter"));
        }

        return $"{ArchiveTokens.Base}/{baseExecutable}";
    }

    private PlannedBundle Bundle(ArchivedPackageKind kind, string name, string? version) =>
        new() { Kind = kind, Name = name, Version = version, Prefix = planned, Tree = tree };

    private void AddUnlessEmpty(PlannedBundle bundle)
    {
        if (bundle.Members.Count > 0)
        {
            planned.Bundles.Add(bundle);
        }
    }
}

/// <summary>Tells an interpreter's own files from what was put into its prefix later, by their places.</summary>
/// <param name="pythonFolder">For example <c>python3.11</c>.</param>
internal sealed class InterpreterFiles(string pythonFolder)
{
    private readonly string _site = $"lib/{pythonFolder}/site-packages/";

    /// <summary>Whether a file that no distribution owns is the interpreter's.</summary>
    public bool Contains(string path)
    {
        if (path.StartsWith(_site, StringComparison.Ordinal) || path.StartsWith("etc/", StringComparison.Ordinal)
            || path.Contains("/site-packages/", StringComparison.Ordinal)
            || path.Contains("/dist-packages/", StringComparison.Ordinal))
        {
            return false;
        }

        if (path.StartsWith("share/", StringComparison.Ordinal))
        {
            return path.StartsWith("share/man/man1/python", StringComparison.Ordinal)
                || path.StartsWith("share/terminfo/", StringComparison.Ordinal);
        }

        return !path.StartsWith("bin/", StringComparison.Ordinal) || IsProgram(path.AsSpan(4));
    }

    /// <summary>In which form a file of the interpreter is archived.</summary>
    public static MemberForm FormOf(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if ((name.StartsWith("_sysconfigdata", StringComparison.Ordinal) && name.EndsWith(".py", StringComparison.Ordinal))
            || (name.StartsWith("_sysconfig_vars", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            || name is "build-details.json"
            || name.EndsWith(".pc", StringComparison.Ordinal)
            || (path.StartsWith("bin/", StringComparison.Ordinal) && name.EndsWith("-config", StringComparison.Ordinal))
            || path.Contains("/config-", StringComparison.Ordinal))
        {
            return MemberForm.PrefixText;
        }

        return path.StartsWith("bin/", StringComparison.Ordinal) ? MemberForm.PrefixScript
            : path.StartsWith("libexec/", StringComparison.Ordinal) ? MemberForm.PrefixText
            : MemberForm.AsIs;
    }

    private static bool IsProgram(ReadOnlySpan<char> name) =>
        name.StartsWith("python", StringComparison.Ordinal) || name.StartsWith("pypy", StringComparison.Ordinal)
        || name.StartsWith("graalpy", StringComparison.Ordinal) || name.StartsWith("libpypy", StringComparison.Ordinal)
        || name.StartsWith("pydoc", StringComparison.Ordinal) || name.StartsWith("idle", StringComparison.Ordinal)
        || name.StartsWith("2to3", StringComparison.Ordinal) || name.EndsWith("-config", StringComparison.Ordinal);
}
