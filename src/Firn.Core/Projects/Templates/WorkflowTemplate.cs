using System.Text;
using Firn.Common;
using Firn.Common.Yaml;

namespace Firn.Projects.Templates;

/// <summary>Writes a smoke test for GitHub: the environment is made, the project's tests run, the capture is kept.</summary>
internal static class WorkflowTemplate
{
    public const string FilePath = ".github/workflows/firn.yml";

    public static string Write(FoundProject found)
    {
        var isConda = found.CondaFile is not null;
        var text = new StringBuilder();
        text.Append("""
            # A smoke test: the environment can be made, and the project's tests pass in it. What was tested is kept as a capture.
            name: smoke test

            on:
              push:
              pull_request:

            permissions:
              contents: read

            jobs:
              smoke:
                runs-on: ubuntu-latest
                timeout-minutes: 30
                # Set once for all steps: a runner's cores are few, and results depend on the number of threads.
                env:

            """);
        foreach (var (name, value) in ThreadVariables.For(1))
        {
            text.Append($"      {name}: {Quoted(value)}\n");
        }

        if (isConda)
        {
            // Its steps see the environment in login shells only.
            text.Append("    defaults:\n      run:\n        shell: bash -el {0}\n");
        }

        text.Append("    steps:\n      - uses: actions/checkout@v4\n");
        text.Append(isConda ? Conda(found) : Pip(found));
        text.Append(Tests(found, isConda));
        text.Append(Capture());
        return text.ToString();
    }

    private static string Conda(FoundProject found) => $"""
              - uses: mamba-org/setup-micromamba@v2
                with:
                  environment-file: {YamlScalar.Of(found.CondaFile!)}
                  environment-name: {YamlScalar.Of(found.CondaName ?? found.Name)}
                  cache-environment: true

        """;

    private static string Pip(FoundProject found)
    {
        var install = PipSetup.Arguments(found) is { } arguments ? $"\n          .venv/bin/python -m pip install {arguments}" : "";
        return $"""
              - uses: actions/setup-python@v5
                with:
                  python-version: {Quoted(PipSetup.PythonVersion(found))}
              - name: Make the environment
                run: |
                  python -m venv .venv{install}
                  echo "VIRTUAL_ENV=$PWD/.venv" >> "$GITHUB_ENV"
                  echo "$PWD/.venv/bin" >> "$GITHUB_PATH"

        """;
    }

    private static string Tests(FoundProject found, bool isConda)
    {
        var path = found.ImportFolder is { } folder ? $"PYTHONPATH={folder} " : string.Empty;
        return found.Tests is { } tests
            ? $"""
              - name: Run the project's tests
                run: |
                  if python -c "import pytest" 2>/dev/null; then
                    {path}python -m pytest {tests}
                  else
                    {path}python -m unittest discover -s {tests}
                  fi

        """
            : $"""
              - name: Look at every source file (put the project's tests here)
                run: python -m compileall -q -x '/\.venv/' .

        """.Replace("-x '/\\.venv/' ", isConda ? string.Empty : "-x '/\\.venv/' ", StringComparison.Ordinal);
    }

    private static string Capture() => $"""
              - uses: actions/setup-dotnet@v4
                if: always()
                with:
                  dotnet-version: "10.0.x"
              - name: Capture the environment
                if: always()
                run: |
                  dotnet tool install firn --tool-path "$RUNNER_TEMP/firn" --version {FirnVersion.Text["firn ".Length..]}
                  "$RUNNER_TEMP/firn/firn" capture -o "$RUNNER_TEMP/environment"
              - uses: actions/upload-artifact@v4
                if: always()
                with:
                  name: environment
                  path: ${"{{ runner.temp }}"}/environment
                  if-no-files-found: error

        """;

    /// <summary>GitHub reads 3.10 as a number, and a number is not a text.</summary>
    private static string Quoted(string value) => $"\"{value}\"";
}
