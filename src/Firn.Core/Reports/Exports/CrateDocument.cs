using System.Globalization;
using Firn.Common;
using Firn.Common.Json;
using Firn.Host.Machine;
using Firn.Runs.Records;
using Firn.Runs.Secrets;
using Firn.Storage.Records;

namespace Firn.Reports.Exports;

/// <summary>
/// The document <c>ro-crate-metadata.json</c> of a run: RO-Crate 1.1, and for a run that Firn started Process Run Crate
/// 0.5. It says what is known and leaves out the rest.
/// </summary>
internal sealed class CrateDocument(ExportedRun run, CrateFiles files, CrateOptions options)
{
    public const string FileName = "ro-crate-metadata.json";

    private const string Crate = "https://w3id.org/ro/crate/1.1";
    private const string CrateContext = "https://w3id.org/ro/crate/1.1/context";
    // It has the terms that RO-Crate 1.1's lacks: sha256, environment.
    private const string RunContext = "https://w3id.org/ro/terms/workflow-run/context";
    private const string Profile = "https://w3id.org/ro/wfrun/process/0.5";
    private const string Application = "#application";
    private const string Person = "#author";

    private readonly List<CrateEntity> _entities = [];

    public byte[] Write()
    {
        var action = run.Execution is { } execution ? AddAction(execution) : null;
        var parts = AddFiles();
        var license = AddLicense();
        if (options.Author is { } author)
        {
            _entities.Add(new CrateEntity(Person, "Person").With("name", author));
        }

        var root = new CrateEntity("./", "Dataset")
            .With("name", run.Reference)
            .With("description", Description())
            .With("datePublished", TimeText.Of(run.Record.Created))
            .With("identifier", $"firn-run:{run.Run.Digest}")
            .To("license", license)
            .To("hasPart", parts)
            .To("author", options.Author is null ? [] : [Person])
            .To("conformsTo", action is null ? [] : [Profile])
            .To("mentions", action is null ? [] : [action]);
        var descriptor = new CrateEntity(FileName, "CreativeWork").To("about", "./").To("conformsTo", Crate);
        return Write([descriptor, root, .. _entities]);
    }

    private static byte[] Write(List<CrateEntity> entities)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.Strings("@context", [CrateContext, RunContext]);
        json.StartArray("@graph");
        foreach (var entity in entities)
        {
            entity.Write(json);
        }

        json.EndArray();
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    private string Description() => run.Record.Status == RunStatus.Succeeded
        ? $"Files and environment of the analysis {run.Record.Subject}/{run.Record.Name}, run {run.Record.Number}"
        : $"Files and environment of the analysis {run.Record.Subject}/{run.Record.Name}, run {run.Record.Number}, which failed";

    private string AddAction(Execution execution)
    {
        _entities.Add(new CrateEntity(Profile, "CreativeWork").With("name", "Process Run Crate").With("version", "0.5"));
        var inputs = AddInputs(execution);
        var software = run.Capture is { } capture ? CrateSoftware.Of(capture) : [];
        _entities.AddRange(software);
        _entities.Add(new CrateEntity(Application, "SoftwareApplication")
            .With("name", NameOf(execution))
            .With("softwareVersion", execution.Code?.Commit)
            .With("url", execution.Code?.Remote)
            .To("softwareRequirements", [.. software.Select(static one => one.Id)]));
        var isDone = run.Record.Status == RunStatus.Succeeded;
        var status = isDone ? "http://schema.org/CompletedActionStatus" : "http://schema.org/FailedActionStatus";
        var action = new CrateEntity(ActionId(), "CreateAction")
            .With("name", $"Run of {run.Reference}")
            .With("description", string.Join(' ', execution.Command.Select(Quoted)))
            .With("startTime", TimeText.Of(execution.Started))
            .With("endTime", TimeText.Of(execution.Ended))
            .With("error", isDone ? null : Failure(execution))
            .To("instrument", Application)
            .To("actionStatus", status)
            .To("agent", options.Author is null ? [] : [Person])
            .To("object", inputs)
            .To("result", [.. run.Outputs.Select(output => files.PathOf(output.Name)).OfType<string>().Select(CratePath.IdOf)])
            .To("environment", AddVariables(execution));
        _entities.Add(action);
        return action.Id;
    }

    /// <summary>The script where an interpreter runs one, else the program.</summary>
    private static string NameOf(Execution execution)
    {
        var command = execution.Command;
        var program = command.IsEmpty ? "command" : Path.GetFileName(command[0]);
        var isPython = program.StartsWith("python", StringComparison.Ordinal);
        return isPython && command.Length > 2 && command[1] == "-m" ? command[2]
            : isPython && command.Length > 1 && command[1].EndsWith(".py", StringComparison.Ordinal) ? command[1]
            : program;
    }

    /// <summary>Inputs are named and never part of a crate: it may be data that must stay where it is.</summary>
    private List<string> AddInputs(Execution execution)
    {
        var ids = new List<string>();
        foreach (var input in execution.Inputs.IsDefault ? [] : execution.Inputs)
        {
            var id = $"#input/{CratePath.IdOf(input.Path)}";
            ids.Add(id);
            _entities.Add(new CrateEntity(id, "CreativeWork")
                .With("name", input.Path)
                .With("description", "An input, named by its digest; it is not part of this crate")
                .With("contentSize", input.Size.ToString(CultureInfo.InvariantCulture))
                .With("sha256", input.Digest?.Hex));
        }

        return ids;
    }

    /// <summary>The variables that can change results; where things lie on this machine is not among them.</summary>
    private List<string> AddVariables(Execution execution)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in run.Capture?.Variables ?? [])
        {
            if (VariableKinds.Of(variable.Name) is { } kind && VariableKinds.ChangeNumbers(kind))
            {
                variables[variable.Name] = variable.Value;
            }
        }

        foreach (var (name, value) in execution.Variables)
        {
            variables.Remove(name);
            if (value is not null and not SecretVariables.Mask)
            {
                variables[name] = value;
            }
        }

        var ids = new List<string>();
        foreach (var (name, value) in variables)
        {
            if (name is "PATH" or "VIRTUAL_ENV" or "PYTHONHOME" || name.StartsWith("CONDA_", StringComparison.Ordinal)
                || name.StartsWith("FIRN_", StringComparison.Ordinal))
            {
                continue;
            }

            ids.Add($"#variable-{CratePath.IdOf(name)}");
            _entities.Add(new CrateEntity(ids[^1], "PropertyValue").With("name", name).With("value", value));
        }

        return ids;
    }

    private List<string> AddFiles()
    {
        var ids = new List<string>();
        foreach (var file in files.All)
        {
            ids.Add(CratePath.IdOf(file.Path));
            _entities.Add(new CrateEntity(ids[^1], "File")
                .With("name", file.Name)
                .With("description", file.Description)
                .With("contentSize", file.Size.ToString(CultureInfo.InvariantCulture))
                .With("encodingFormat", file.MediaType)
                .With("sha256", file.Digest.Hex));
        }

        return ids;
    }

    private string AddLicense()
    {
        var (id, name, description) = options.License switch
        {
            null => ("#license", "No licence is stated", "Ask the authors before you use what is in this crate"),
            var url when Uri.TryCreate(url, UriKind.Absolute, out _) => (url, url, null),
            var spdx => ($"https://spdx.org/licenses/{CratePath.IdOf(spdx)}", spdx, null),
        };
        _entities.Add(new CrateEntity(id, "CreativeWork").With("name", name).With("description", description));
        return id;
    }

    private static string Failure(Execution execution) => execution.Signal is { } signal
        ? $"ended by {signal}"
        : execution.ExitCode != 0 ? $"exit code {execution.ExitCode}"
        : execution.MissingOutputs.IsEmpty ? "failed" : $"missing outputs: {string.Join(", ", execution.MissingOutputs)}";

    /// <summary>A UUID (RFC 9562 version 8) out of the record's digest: the same run is the same action.</summary>
    private string ActionId()
    {
        var hex = run.Run.Digest.Hex;
        return $"urn:uuid:{hex[..8]}-{hex[8..12]}-8{hex[13..16]}-8{hex[17..20]}-{hex[20..32]}";
    }

    /// <summary>As a POSIX shell would take it.</summary>
    private static string Quoted(string word) =>
        word.Length > 0 && word.All(static character => char.IsAsciiLetterOrDigit(character) || "_-./=:,+@%".Contains(character, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
