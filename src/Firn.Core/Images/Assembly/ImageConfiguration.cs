using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Common.Json;

namespace Firn.Images.Assembly;

/// <summary>What an assembled image adds to the configuration of the one below it (image-spec, config.md).</summary>
internal sealed record ImageConfiguration
{
    private const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const string Architecture = "architecture";

    /// <summary>The environment.</summary>
    public required ArchiveDocument Document { get; init; }

    /// <summary>Where it is.</summary>
    public required string Prefix { get; init; }

    /// <summary>When the image counts as made, RFC 3339.</summary>
    public required string Created { get; init; }

    /// <summary>The layers that are added, each with what it holds.</summary>
    public required ImmutableArray<(LayerBytes Bytes, string Content)> Layers { get; init; }

    /// <summary>What always runs; empty for what the image below says.</summary>
    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary>What runs unless told; empty for what the image below says.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The configuration of the image.</summary>
    /// <param name="below">That of the image below; it is not changed.</param>
    public byte[] Compose(JsonTree below)
    {
        var root = Members(below);
        var inner = Members(root.Members!.GetValueOrDefault("config"));
        root.Members!["config"] = inner;
        root.Members["created"] = JsonTree.Of(Created);
        root.Members.Remove("container");
        root.Members.Remove("container_config");
        root.Members.Remove("id");
        root.Members.Remove("parent");
        inner.Members!["Env"] = JsonTree.OfTexts(Variables(inner.TextsOf("Env")));
        inner.Members["Labels"] = Labels(Members(inner.Members.GetValueOrDefault("Labels")));
        SetProgram(inner);
        var files = Members(root.Members.GetValueOrDefault("rootfs"));
        root.Members!["rootfs"] = files;
        files.Members!["type"] = JsonTree.Of("layers");
        files.Members["diff_ids"] = JsonTree.OfTexts([.. files.TextsOf("diff_ids"), .. Layers.Select(static layer => layer.Bytes.DiffId.ToString())]);
        root.Members["history"] = JsonTree.OfItems([.. root.Members.GetValueOrDefault("history")?.Items ?? [], .. Layers.Select(layer => History(layer.Content))]);
        var json = new CanonicalJsonWriter();
        root.WriteTo(json);
        return json.WrittenDocument.ToArray();
    }

    /// <summary>The name that OCI has for a machine, as Go does: <c>linux-x86_64</c> is amd64.</summary>
    public static string ArchitectureOf(string platform) => platform[(platform.IndexOf('-') + 1)..] switch
    {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "i686" or "i386" => "386",
        "armv7l" => "arm",
        var other => other,
    };

    /// <summary>The processor that a configuration is for.</summary>
    public static string? ArchitectureIn(JsonTree configuration) => configuration.TextOf(Architecture);

    private IEnumerable<string> Variables(IReadOnlyList<string> below)
    {
        var path = below.FirstOrDefault(static variable => variable.StartsWith("PATH=", StringComparison.Ordinal))?["PATH=".Length..] ?? UsualPath;
        var own = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"{Prefix}/bin:{path}" };
        if (Document.Environment.Kind == ArchivedTreeKind.Conda)
        {
            own["CONDA_PREFIX"] = Prefix;
            own["CONDA_DEFAULT_ENV"] = Path.GetFileName(Prefix);
        }
        else if (Document.Environment.Kind != ArchivedTreeKind.Plain)
        {
            own["VIRTUAL_ENV"] = Prefix;
        }

        if (UsesCuda())
        {
            // Without them the runtime of NVIDIA gives a container no GPU; those of the image below stay.
            foreach (var (name, value) in new[] { ("NVIDIA_VISIBLE_DEVICES", "all"), ("NVIDIA_DRIVER_CAPABILITIES", "compute,utility") })
            {
                if (!below.Any(variable => variable.StartsWith(name + "=", StringComparison.Ordinal)))
                {
                    own[name] = value;
                }
            }
        }

        foreach (var variable in below)
        {
            var name = variable.Split('=', 2)[0];
            yield return own.Remove(name, out var value) ? $"{name}={value}" : variable;
        }

        foreach (var (name, value) in own)
        {
            yield return $"{name}={value}";
        }
    }

    private bool UsesCuda() => Document.Environment.Packages.Any(static package =>
        package.Name.StartsWith("nvidia-", StringComparison.Ordinal) || package.Name is "cudatoolkit" or "cuda-cudart"
        || package.Name.StartsWith("cuda-runtime", StringComparison.Ordinal) || package.Version?.Contains("+cu", StringComparison.Ordinal) == true);

    private JsonTree Labels(JsonTree labels)
    {
        labels.Members![ImageLabels.EnvironmentId] = JsonTree.Of(Document.EnvironmentId);
        // What an editor needs to know (containers.dev, "Metadata in image labels").
        labels.Members["devcontainer.metadata"] = JsonTree.Of(
            """[{"customizations":{"vscode":{"settings":{"python.defaultInterpreterPath":"PREFIX/bin/python"}}}}]""".Replace("PREFIX", Prefix, StringComparison.Ordinal));
        return labels;
    }

    private void SetProgram(JsonTree inner)
    {
        var hasProgram = inner.TextsOf("Entrypoint").Count + inner.TextsOf("Cmd").Count > 0;
        if (!Entrypoint.IsEmpty)
        {
            inner.Members!["Entrypoint"] = JsonTree.OfTexts(Entrypoint);
            inner.Members.Remove("Cmd");
        }

        if (!Command.IsEmpty)
        {
            inner.Members!["Cmd"] = JsonTree.OfTexts(Command);
        }
        else if (Entrypoint.IsEmpty && !hasProgram)
        {
            inner.Members!["Cmd"] = JsonTree.OfTexts([$"{Prefix}/bin/python"]);
        }
    }

    private JsonTree History(string content)
    {
        var entry = JsonTree.OfObject();
        entry.Members!["created"] = JsonTree.Of(Created);
        entry.Members["created_by"] = JsonTree.Of($"firn image assemble: {content}");
        return entry;
    }

    /// <summary>A copy whose members can be set.</summary>
    private static JsonTree Members(JsonTree? tree)
    {
        var copy = JsonTree.OfObject();
        foreach (var (name, value) in tree?.Members ?? [])
        {
            copy.Members![name] = value;
        }

        return copy;
    }
}
