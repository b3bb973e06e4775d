using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Captures;

/// <summary>Documents of real environments against the schemas in docs/formats.</summary>
public sealed class SchemaTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Script = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1]))
        validator = jsonschema.validators.validator_for(schema)(schema)
        errors = [error for file in sys.argv[2:] for error in validator.iter_errors(json.load(open(file)))]
        for error in errors[:20]:
            print(error.json_path, error.message)
        sys.exit(1 if errors else 0)
        """;

    [SkippableFact]
    public void Documents_are_valid_by_their_schemas()
    {
        var python = RealPython.Of("system");
        Part.MustBePresent(
            new ProcessRunner().Run(python, "-c", "import jsonschema").ExitCode == 0, "there is no python3-jsonschema");
        using var folder = new TemporaryFolder();
        using var conda = new CondaPrefix();
        using var plain = new PlainEnvironment();
        var project = SourceProject.Modern(plain.Root + "/project", "edited", "https://example.org/p.git");
        plain.AddEditable("edited", "file://" + project, project);
        var captures = new List<string>();
        foreach (var source in (string[])[conda.Prefix, plain.Prefix, python, RealPython.Of("2.7"), RealPython.Of("3.11")])
        {
            var file = folder.PathOf($"{captures.Count}.json");
            File.WriteAllText(file, firn.Run("capture", source, "--json").MustReturn(0).StandardOutput);
            captures.Add(file);
        }

        var differences = folder.PathOf("differences.json");
        File.WriteAllText(differences, firn.Run("diff", captures[0], captures[2], "--json").MustReturn(3).StandardOutput);

        var diagnosis = folder.PathOf("diagnosis.json");
        File.WriteAllText(diagnosis, firn.Run("doctor", plain.Prefix, "--json").MustReturn(0).StandardOutput);

        Validate("environment", captures).MustReturn(0);
        Validate("doctor", [diagnosis]).MustReturn(0);
        Validate("diff", [differences]).MustReturn(0);
        Validate("environment", [differences]).MustReturn(1);
    }

    private static ProcessResult Validate(string schema, IEnumerable<string> files) => new ProcessRunner().Run(
        RealPython.Of("system"), ["-c", Script, Repository.PathOf("docs", "formats", schema + ".schema.json"), .. files]);
}
