using System.Text;
using Firn.Common.Yaml;

namespace Firn.Projects.Templates;

/// <summary>Writes a <c>firn.yaml</c> for what was found: what is sure stands in it, what is not stands there as a comment.</summary>
internal static class ProjectTemplate
{
    /// <summary>Where editors find the schema, relative to the project's folder.</summary>
    public const string SchemaPath = $"{Project.StateFolder}/firn-yaml.schema.json";

    public static string Write(FoundProject found)
    {
        var text = new StringBuilder();
        text.Append($"# yaml-language-server: $schema={SchemaPath}\n");
        text.Append("# What this project runs, and in which environment. `firn run` runs it, docs/firn-yaml.md has every key.\n");
        text.Append($"name: {YamlScalar.Of(found.Name)}\n\n");
        Environment(text, found);
        text.Append("# Folders for PYTHONPATH, relative to this file's.\n");
        text.Append(found.ImportFolder is { } folder ? $"pythonpath: {folder}\n\n" : "# pythonpath: src\n\n");
        text.Append("""
            # How many threads OpenMP, MKL, OpenBLAS and the other numeric libraries may use. Results can differ in their last
            # digits with another number, and without one it is that of the machine's cores.
            # threads: 1

            # Variables of every run; null unsets one.
            variables:
              # Else the order of sets differs from run to run.
              PYTHONHASHSEED: 0
              # PyTorch on CUDA, with torch.use_deterministic_algorithms(True):
              # CUBLAS_WORKSPACE_CONFIG: ":4096:8"

            # Each run keeps the bytes of its environment in the store; false keeps its description only.
            archive: true

            # The store's folder. Default: the user's own, which all projects share.
            # store: ../store


            """);
        Analyses(text, found);
        return text.ToString();
    }

    private static void Environment(StringBuilder text, FoundProject found)
    {
        text.Append("# Where the analyses run. Default: the environment that is active.\n");
        if (found.VirtualEnvironment is { } folder)
        {
            text.Append($"environment: {YamlScalar.Of(folder)}\n");
            Other(text, found.CondaName);
            FromLock(text, found, "# ");
        }
        else if (found is { IsCondaInstalled: true, CondaName: { } installed })
        {
            text.Append($"environment: {{conda: {YamlScalar.Of(installed)}}}\n");
            FromLock(text, found, "# ");
        }
        else if (found.Installation is { } installation)
        {
            text.Append("# In the image of the installation, after `firn image build`:\n");
            text.Append($"# environment: {{image: {YamlScalar.Of(installation)}}}\n");
            FromLock(text, found, "# ");
        }
        else if (found.Lock is not null)
        {
            FromLock(text, found, string.Empty);
        }
        else if (found.CondaName is { } condaName)
        {
            text.Append($"# After `micromamba create -n {condaName} -f {found.CondaFile}`:\n");
            text.Append($"# environment: {{conda: {YamlScalar.Of(condaName)}}}\n");
        }
        else if (PipSetup.Arguments(found) is { } arguments)
        {
            text.Append($"# After `python3 -m venv .venv && .venv/bin/python -m pip install {arguments}`:\n");
            text.Append("# environment: .venv\n");
        }
        else
        {
            text.Append("# environment: .venv            # or {conda: NAME}, {capture: SUBJECT/NAME@N}, /usr/bin/python3\n");
        }

        if (found is { Lock: null, ForeignLock: var (name, advice) })
        {
            text.Append($"# {name} is not read by firn; {advice}\n# Then: environment: {{from: [THAT FILE]}}\n");
        }

        text.Append('\n');
    }

    /// <summary>The environment that `firn build` makes of a lock.</summary>
    private static void FromLock(StringBuilder text, FoundProject found, string comment)
    {
        if (found.Lock is { } name)
        {
            text.Append("# `firn build` makes it from the lock, and anew when that changes:\n");
            text.Append($"{comment}environment: {{from: [{YamlScalar.Of(name)}]}}\n");
        }
    }

    private static void Other(StringBuilder text, string? condaName)
    {
        if (condaName is not null)
        {
            text.Append("# One for each platform:\n");
            text.Append($"# environment: {{linux: .venv, macos: {{conda: {YamlScalar.Of(condaName)}}}}}\n");
        }
    }

    private static void Analyses(StringBuilder text, FoundProject found)
    {
        text.Append("# SUBJECT/NAME: what is analysed, and what is done with it. Inputs are recorded by digest and never copied, outputs\n");
        text.Append("# are kept in the store.\n");
        text.Append("analyses:\n");
        foreach (var script in found.Scripts)
        {
            var name = Path.GetFileNameWithoutExtension(script);
            text.Append($"  {YamlScalar.Of($"{found.Name}/{name}")}:\n");
            text.Append($"    command: python {script}\n");
            text.Append("    # needs: NAME\n");
            text.Append("    # inputs: data/*.csv\n");
            text.Append($"    # outputs: results/{name}/\n");
        }

        if (found.Scripts.Length == 0)
        {
            text.Append($"""
                  # {found.Name}/train:
                  #   command: python train.py --epochs 2
                  #   inputs: data/*.csv
                  #   outputs: results/
                  # {found.Name}/eval:
                  #   command: python eval.py
                  #   needs: train
                  #   outputs: report.json

                """);
        }
    }
}
