using System.Collections.Immutable;
using Firn.Cli.Commands.Solving;
using Firn.Common;
using Firn.Creation.Planning;
using Firn.Python.Indexes;

namespace Firn.Cli.Commands;

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
