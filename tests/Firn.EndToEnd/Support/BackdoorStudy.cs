using System.Security.Cryptography;
using System.Text.Json;

namespace Firn.EndToEnd.Support;

/// <summary>A copy of <c>examples/backdoor-study</c> in a folder of its own, with the Python that runs it.</summary>
internal sealed class BackdoorStudy(string python) : IDisposable
{
    public const string RunFolder = "runs/mlp";

    private readonly TemporaryFolder _folder = Copy();

    /// <summary>The example in the checkout.</summary>
    public static string Source { get; } = Repository.PathOf("examples", "backdoor-study");

    /// <summary>Runs Python in the study's folder, as its README says.</summary>
    public ProcessResult Run(params IEnumerable<string> arguments)
    {
        var variables = PythonRunner.Clean();
        variables["PYTHONPATH"] = ".";
        return new ProcessRunner { WorkingDirectory = _folder.Root, Variables = variables }.Run(python, arguments);
    }

    /// <summary>Sample, training, evaluation, detection.</summary>
    public void RunAll()
    {
        Run("mimiciv_backdoor_study/scripts/02_sample_dev.py").MustReturn(0);
        Run("mimiciv_backdoor_study/train.py", "--model", "mlp", "--epochs", "2", "--run_dir", RunFolder).MustReturn(0);
        Run("mimiciv_backdoor_study/eval.py", "--run_dir", RunFolder).MustReturn(0);
        Run("mimiciv_backdoor_study/detect.py", "--run_dir", RunFolder, "--method", "activation_clustering")
            .MustReturn(0);
    }

    /// <summary>A document of the run directory.</summary>
    public JsonElement Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(_folder.PathOf(RunFolder, name)));
        return document.RootElement.Clone();
    }

    /// <summary>All that the scripts wrote: path, then SHA-256.</summary>
    public SortedDictionary<string, string> Outputs()
    {
        var outputs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in new[] { "data", "runs" })
        {
            foreach (var file in Directory.EnumerateFiles(_folder.PathOf(folder), "*", SearchOption.AllDirectories))
            {
                outputs[Path.GetRelativePath(_folder.Root, file)] =
                    Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
            }
        }

        return outputs;
    }

    public void Dispose() => _folder.Dispose();

    // What the scripts make in the checkout stays there: it might hide that they no longer make it.
    private static TemporaryFolder Copy()
    {
        var folder = new TemporaryFolder();
        foreach (var part in new[] { "mimiciv_backdoor_study", "tests" })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Join(Source, part), "*.py", SearchOption.AllDirectories))
            {
                var target = folder.PathOf(Path.GetRelativePath(Source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }

        return folder;
    }
}
