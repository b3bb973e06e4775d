using Firn.Common;
using Firn.Creation.Solving;

namespace Firn.Creation.Solvers;

/// <summary>micromamba, mamba or conda as a solver.</summary>
internal sealed class CondaProgram(SystemContext systemContext, string folder)
{
    private static readonly string[] Names = ["micromamba", "mamba", "conda"];

    /// <summary>Chooses packages.</summary>
    /// <exception cref="FirnException">There is no solver, or no solution.</exception>
    public CondaSolution Solve(CondaQuestion question, CancellationToken cancellation)
    {
        var program = Find() ?? throw new FirnException(
            $"'{question.Specs.First(spec => !spec.IsExact).Text}' ({question.Specs.First(spec => !spec.IsExact).Origin}) leaves a choice, and there is no solver on this machine",
            "install micromamba (one file) or conda; or give a lock: conda list --explicit, conda-lock");
        var name = Path.GetFileName(program);
        var arguments = new List<string> { "create", "--dry-run", "--json", "--yes", "--prefix", Path.Join(folder, "prefix") };
        if (!question.Channels.IsEmpty)
        {
            arguments.Add("--override-channels");
            foreach (var channel in question.Channels)
            {
                arguments.AddRange(["--channel", channel]);
            }
        }

        arguments.AddRange(question.Specs.Select(spec => spec.Text));
        // FETCH leaves out what the cache has: an empty one has nothing.
        var result = ProgramRun.Run(
            program,
            arguments,
            folder,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["CONDA_PKGS_DIRS"] = Path.Join(folder, "pkgs"),
                ["CONDA_SUBDIR"] = question.Platform,
            },
            cancellation);
        if (result.ExitCode != 0 && result.Output.Length == 0)
        {
            throw new FirnException($"{name} finds no solution: {result.Reason}", "loosen the spec, or add a channel");
        }

        return new CondaSolution(CondaSolutionReader.Read(result.Output, name, question.Specs[0].Origin ?? "the spec"), name);
    }

    private string? Find()
    {
        foreach (var name in Names)
        {
            var variable = name switch { "conda" => "CONDA_EXE", _ => "MAMBA_EXE" };
            if (systemContext.Variable(variable) is { } named && Path.GetFileName(named) == name && File.Exists(named))
            {
                return named;
            }

            foreach (var path in (systemContext.Variable("PATH") ?? string.Empty).Split(':').Where(Path.IsPathRooted))
            {
                var file = Path.Join(path, name);
                if (Firn.Common.Files.FileCheck.IsExecutable(file))
                {
                    return file;
                }
            }
        }

        return null;
    }
}
