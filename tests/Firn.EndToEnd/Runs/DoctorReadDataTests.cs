using System.Runtime.Versioning;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary><c>firn doctor --read-data</c> on what pip installs editable, on another interpreter, and on what no record tells.</summary>
[SupportedOSPlatform("linux")]
public sealed class DoctorReadDataTests(PublishedFirn firn) : IClassFixture<PublishedFirn>, IDisposable
{
    // The files are those of setuptools' editable installs: a line with the folder, or a finder that one line imports.
    private const string Backend = """
        import base64, hashlib, os, zipfile
        def build_editable(folder, config_settings=None, metadata_directory=None):
            files = {
                "__editable__.KIND-1.0.pth": os.getcwd() + "\n" if "KIND" == "flat" else "import __editable___KIND_1_0_finder\n",
                "KIND-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: KIND\nVersion: 1.0\n",
                "KIND-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            }
            if "KIND" != "flat":
                files["__editable___KIND_1_0_finder.py"] = "import sys\n"
            record = ""
            with zipfile.ZipFile(os.path.join(folder, "KIND-1.0-py3-none-any.whl"), "w") as wheel:
                for name, text in files.items():
                    wheel.writestr(name, text)
                    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
                    record += f"{name},sha256={digest},{len(text)}\n"
                wheel.writestr("KIND-1.0.dist-info/RECORD", record + "KIND-1.0.dist-info/RECORD,,\n")
            return "KIND-1.0-py3-none-any.whl"
        def build_wheel(folder, config_settings=None, metadata_directory=None):
            raise NotImplementedError
        """;

    private readonly TemporaryFolder _folder = new();

    private string Prefix => _folder.PathOf("env");

    [SkippableTheory]
    [InlineData("flat", "__editable__.flat-1.0.pth")]
    [InlineData("finder", "__editable__.finder-1.0.pth")]
    [InlineData("finder", "__editable___finder_1_0_finder.py")]
    public void What_RECORD_lists_of_an_editable_install_is_of_a_package_and_an_edit_of_it_is_found(string kind, string changed)
    {
        var python = new PythonRunner(RealPython.Of("3.11")).MakeEnvironment(Prefix);
        var project = Directory.CreateDirectory(_folder.PathOf(kind)).FullName;
        File.WriteAllText(Path.Join(project, "backend.py"), Backend.Replace("KIND", kind, StringComparison.Ordinal));
        File.WriteAllText(Path.Join(project, "pyproject.toml"), "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n");
        python.Pip("install", "-q", "--no-index", "--no-build-isolation", "-e", project);

        Assert.Equal(["editable-without-git"], Codes(out _).Where(static code => code.StartsWith("file", StringComparison.Ordinal) || code.StartsWith("edit", StringComparison.Ordinal)));

        var file = Directory.EnumerateFiles(Prefix + "/lib", changed, SearchOption.AllDirectories).First();
        File.AppendAllText(file, "# more\n");
        Assert.Contains("file-edited", Codes(out var said));
        Assert.Contains(file, said, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("python", "/bin/sh")]
    [InlineData("python3", "/usr/bin/env")]
    [InlineData("python", "copy")]
    public void Another_interpreter_is_named_as_that(string name, string target)
    {
        _ = new PythonRunner(RealPython.Of("system")).MakeEnvironment(Prefix, ["--without-pip"]);
        Assert.DoesNotContain("interpreter-is-another", Codes(out _));
        var path = Path.Join(Prefix, "bin", name);
        File.Delete(path);
        if (target == "copy")
        {
            File.Copy("/bin/sh", path);
        }
        else
        {
            File.CreateSymbolicLink(path, target);
        }

        var codes = Codes(out var said);

        Assert.Contains("interpreter-is-another", codes);
        Assert.DoesNotContain("file-edited", codes);
        Assert.Contains(path, said, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("installation", "activation scripts")]
    [InlineData("bytecode", "compiled files")]
    [InlineData("interpreter", "the interpreter of ")]
    public void What_no_record_tells_is_said_not_to_be_looked_at(string code, string message)
    {
        _ = new PythonRunner(RealPython.Of("system")).MakeEnvironment(Prefix, ["--without-pip"]);
        File.AppendAllText(Path.Join(Prefix, "bin", "activate"), "echo loot\n");

        Codes(out var said);
        using var document = JsonDocument.Parse(said);

        var part = document.RootElement.GetProperty("not_compared").EnumerateArray().Single(part => part.GetProperty("code").GetString() == code);
        Assert.Contains(message, part.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains(message, firn.Run("doctor", Prefix, "--read-data").MustReturn(0).StandardOutput, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private List<string> Codes(out string said)
    {
        said = firn.Run("doctor", Prefix, "--read-data", "--json").MustReturn(0).StandardOutput;
        using var document = JsonDocument.Parse(said);
        return [.. document.RootElement.GetProperty("findings").EnumerateArray().Select(static finding => finding.GetProperty("code").GetString()!)];
    }
}
