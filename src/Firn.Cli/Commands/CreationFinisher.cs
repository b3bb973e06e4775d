using Firn.Common;
using Firn.Creation;
using Firn.Creation.Ingestion;
using Firn.Creation.Planning;

namespace Firn.Cli.Commands;

/// <summary>
/// What only programs can do at a new prefix, before it is captured: link scripts of conda packages, editable installs,
/// bytecode.
/// </summary>
internal sealed class CreationFinisher(CreateArguments arguments, PlanDraft draft, CancellationToken cancellation)
{
    private readonly List<Problem> _problems = [];

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Whether files come that the bundles do not hold.</summary>
    public bool AddsFiles => arguments.LinkScripts == LinkScriptsChoice.Run || !draft.Editables.IsEmpty;

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
                arguments.WithoutPip ? "leave --without-pip out" : "name pip in one of the files");
        }
    }

    public void Finish(CreatedPrefix created)
    {
        foreach (var package in created.Packages)
        {
            HandleScripts(created, package);
        }

        if (arguments.LinkScripts == LinkScriptsChoice.Run && LinkScriptRunner.TakeMessages(created.Plan) is { } messages)
        {
            _problems.Add(messages);
        }

        if (!draft.Editables.IsEmpty)
        {
            new EditableInstaller(created.Plan.Request.Prefix, draft.Index).Install(draft.Editables, cancellation);
        }

        if (arguments.Compiles && BytecodeCompiler.Compile(created.Plan, cancellation) is { } problem)
        {
            _problems.Add(problem);
        }
    }

    private void HandleScripts(CreatedPrefix created, IngestedPackage package)
    {
        // Those for taking a package away are not wanted now.
        var wanted = package.LinkScripts.Where(script => script.EndsWith("-link.sh", StringComparison.Ordinal)).ToList();
        if (arguments.LinkScripts == LinkScriptsChoice.Run)
        {
            LinkScriptRunner.Run(created.Plan, package, cancellation);
            wanted.RemoveAll(script => script.EndsWith("-post-link.sh", StringComparison.Ordinal));
        }

        if (wanted.Count == 0)
        {
            return;
        }

        HasSkippedScripts |= arguments.LinkScripts != LinkScriptsChoice.Skip;
        _problems.Add(new Problem(
            "link-scripts-skipped",
            null,
            $"{package.Package.Name} {package.Package.Version} wants {string.Join(", ", wanted)} run, which was not done"
            + (arguments.LinkScripts == LinkScriptsChoice.Report ? " (--link-scripts run runs them, --link-scripts skip accepts it)" : string.Empty)));
    }
}
