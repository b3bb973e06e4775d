using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Creation;
using Firn.Creation.Packages;
using Firn.Creation.Solvers;
using Firn.Python.Indexes;
using Firn.Restore.Planning;

namespace Firn.Workflows;

/// <summary>
/// What only programs can do at a new prefix, before it is captured: link scripts of conda packages, editable installs,
/// bytecode.
/// </summary>
internal sealed class CreationFinisher(CreateEnvironmentRequest request, PlanningResult draft, CancellationToken cancellation)
{
    private readonly List<Problem> _problems = [];

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Whether files come that the bundles do not hold.</summary>
    public bool AddsFiles => request.LinkScripts == LinkScriptsChoice.Run || !draft.Editables.IsEmpty;

    /// <summary>Whether packages wanted scripts run that were not, without the user's word.</summary>
    public bool HasSkippedScripts { get; private set; }

    /// <summary>Looks, before anything is written, whether what is to be done at the end can be done.</summary>
    /// <exception cref="FirnException">It cannot.</exception>
    public void MustBeAble()
    {
        if (!draft.Editables.IsEmpty && !draft.Plan.Wheels.Any(wheel => wheel.Name == "pip")
            && !draft.Plan.Conda.Any(planned => planned.Package.Name == "pip"))
        {
            throw new FirnException(
                $"{draft.Editables[0].Distribution} is editable, which pip alone can install, and the environment has no pip",
                request.WithoutPip ? (MessageText)$"leave {RequestSetting.WithoutPip} out" : "name pip in one of the files");
        }
    }

    public void Finish(CreatedPrefix created)
    {
        foreach (var package in created.Packages)
        {
            HandleScripts(created, package);
        }

        if (request.LinkScripts == LinkScriptsChoice.Run && LinkScriptRunner.TakeMessages(created.Plan) is { } messages)
        {
            _problems.Add(messages);
        }

        if (!draft.Editables.IsEmpty)
        {
            new EditableInstaller(created.Plan.Request.Prefix, draft.Index).Install(draft.Editables, cancellation);
        }

        if (request.Compiles && BytecodeCompiler.Compile(created.Plan, cancellation) is { } problem)
        {
            _problems.Add(problem);
        }
    }

    private void HandleScripts(CreatedPrefix created, IngestedPackage package)
    {
        // Those for taking a package away are not wanted now.
        var wanted = package.LinkScripts.Where(script => script.EndsWith("-link.sh", StringComparison.Ordinal)).ToList();
        if (request.LinkScripts == LinkScriptsChoice.Run)
        {
            LinkScriptRunner.Run(created.Plan, package, cancellation);
            wanted.RemoveAll(script => script.EndsWith("-post-link.sh", StringComparison.Ordinal));
        }

        if (wanted.Count == 0)
        {
            return;
        }

        HasSkippedScripts |= request.LinkScripts != LinkScriptsChoice.Skip;
        MessageText advice = request.LinkScripts == LinkScriptsChoice.Report
            ? (MessageText)$" ({RequestSetting.LinkScripts} run runs them, {RequestSetting.LinkScripts} skip accepts it)"
            : string.Empty;
        _problems.Add(Problem.Naming(
            "link-scripts-skipped",
            null,
            $"{package.Package.Name} {package.Package.Version} wants {string.Join(", ", wanted)} run, which was not done{advice}"));
    }
}

/// <summary>
/// Runs the post-link script of a conda package in its prefix, with the variables that conda gives it (conda core/link.py
/// <c>run_script</c>; CEP 34).
/// </summary>
internal static class LinkScriptRunner
{
    private const string Shell = "/bin/bash";
    private const string Messages = ".messages.txt";
    private const int MaxMessages = 16 * 1024;

    /// <exception cref="FirnException">The script fails, or there is no shell.</exception>
    public static void Run(RestorePlan plan, IngestedPackage package, CancellationToken cancellation)
    {
        var prefix = plan.Request.Prefix;
        var name = package.Package.Name;
        var script = Path.Join(prefix, "bin", $".{name}-post-link.sh");
        if (!File.Exists(script))
        {
            return;
        }

        var build = package.Package.Conda!.Build;
        var number = build[(build.LastIndexOf('_') + 1)..];
        var result = ProgramRun.Run(
            Shell,
            ["-e", script],
            prefix,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["PREFIX"] = prefix,
                ["ROOT_PREFIX"] = prefix,
                ["CONDA_PREFIX"] = prefix,
                ["PKG_NAME"] = name,
                ["PKG_VERSION"] = package.Package.Version ?? string.Empty,
                ["PKG_BUILDNUM"] = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? number : "0",
                ["PATH"] = $"{Path.Join(prefix, "bin")}:{Environment.GetEnvironmentVariable("PATH")}",
            },
            cancellation);
        if (result.ExitCode != 0)
        {
            throw new FirnException(
                $"the post-link script of {name} failed: {result.Reason}",
                $"nothing is left at the prefix; {RequestSetting.LinkScripts} skip leaves the scripts out");
        }
    }

    /// <summary>What scripts wanted to have said, which conda says and removes (conda core/link.py <c>messages</c>; CEP 32).</summary>
    public static Problem? TakeMessages(RestorePlan plan)
    {
        var path = Path.Join(plan.Request.Prefix, Messages);
        var text = BoundedFile.Read(path, MaxMessages);
        if (text.Status is not (FileReadStatus.Read or FileReadStatus.TooLarge))
        {
            return null;
        }

        File.Delete(path);
        var said = string.Join(' ', Encoding.UTF8.GetString(text.Bytes).Split((char[])['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return said.Length == 0 ? null : new Problem("link-script-message", null, $"the link scripts say: {Credentials.RemoveFromText(said)}");
    }
}

/// <summary>Installs projects that stay in their folders, by the environment's own pip: only their build backends know how (PEP 660).</summary>
/// <param name="prefix">The environment.</param>
/// <param name="index">Where pip gets what a build needs.</param>
internal sealed class EditableInstaller(string prefix, IndexOptions index)
{
    /// <exception cref="FirnException">There is no pip, or it fails.</exception>
    public void Install(ImmutableArray<PlannedBuild> editables, CancellationToken cancellation)
    {
        var python = Path.Join(prefix, "bin", "python");
        foreach (var editable in editables)
        {
            var locked = editable.Distribution;
            var source = locked.DirectUrl ?? locked.RequirementText!;
            var result = ProgramRun.Run(
                python,
                ["-m", "pip", "install", "--no-deps", "--quiet", .. PipIndexArguments.Of(index), "--editable", source],
                prefix,
                PipVariables.Of(index),
                cancellation);
            if (result.ExitCode != 0)
            {
                throw new FirnException(
                    $"pip cannot install {locked} in its folder: {result.Reason}", "nothing is left at the prefix; install it yourself afterwards: pip install -e");
            }
        }
    }
}

/// <summary>Makes the bytecode that an archive does not have, with the restored Python itself: the format is its own.</summary>
internal static class BytecodeCompiler
{
    /// <summary>Compiles what has no valid bytecode.</summary>
    /// <returns>
    /// The problem, where the Python cannot be started or cannot compile at all; sources that are not Python of that version
    /// stop nothing, and are nothing to tell: every larger environment has some.
    /// </returns>
    public static Problem? Compile(RestorePlan plan, CancellationToken cancellation)
    {
        var prefix = plan.Request.Prefix;
        var tree = plan.Archive.Document.Environment;
        if (tree.PythonVersion.Length == 0)
        {
            // A conda environment without a Python has nothing to compile.
            return null;
        }

        var python = Path.Join(prefix, tree.Kind == ArchivedTreeKind.System ? $"bin/{tree.PythonFolder}" : tree.Executable);
#pragma warning disable RS0030 // --compile asks for the environment's own Python.
        var start = new ProcessStartInfo(python)
#pragma warning restore RS0030
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])["-I", "-m", "compileall", "-q", "-j", "0", Path.Join(prefix, "lib", tree.PythonFolder)])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
#pragma warning disable RS0030 // As above.
            using var process = Process.Start(start)!;
#pragma warning restore RS0030
            using var registration = cancellation.Register(() => process.Kill(entireProcessTree: true));
            process.StandardInput.Close();
            var output = new SideTask<string>("stdout of compileall", process.StandardOutput.ReadToEnd);
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            output.Join();
            return Failure(process.ExitCode, error) is { } failure
                ? new Problem("not-compiled", python, $"the environment's Python cannot compile: {failure}")
                : null;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return new Problem("not-compiled", python, $"the environment's Python cannot be started: {exception.Message}");
        }
    }

    /// <summary>
    /// Why compileall itself ended; <see langword="null"/> where it did not. It returns 1 for a source that does not
    /// compile as well, and names that on standard output.
    /// </summary>
    private static string? Failure(int exitCode, string error)
    {
        const int SomeFailed = 1;
        if (exitCode is 0 || (exitCode == SomeFailed && !error.Contains("Traceback (most recent call last)", StringComparison.Ordinal)
            && !error.Contains("No module named", StringComparison.Ordinal)))
        {
            return null;
        }

        var last = error.AsSpan().Trim();
        last = last[(last.LastIndexOf('\n') + 1)..];
        return last.IsEmpty ? $"it returned {exitCode}" : last.ToString();
    }
}
