using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Storage.Asimov;

namespace Firn.Tests.Storage.Asimov;

/// <summary>Manifests against PyYAML, which asimov reads and writes them with.</summary>
public sealed class AsimovManifestTests : IDisposable
{
    private static readonly string[] Nasty =
    [
        "190521", "GW150914", "1e5", "1.5", "0x1F", "0o17", "017", "1_000", "2026-01-01", "true", "No", "null", "~", "12:30:45",
        "a: b", "# no", "- x", "{a}", "[b]", "it's", "\"q\"", "back\\slash", " lead", "trail ", "two  blanks", "ünïcode",
        "日本", "\U0001f600", "tab\there", "nl\nline", "nel\u0085x", "ls\u2028x", "bom\ufeffx", "c1\u0090x", "del\u007fx",
        "\u0001", "%TAG", "@at", "`tick", "!tag", "&anchor", "*alias", "<<", "=", "?", "-", "|", ">", "a,b", "a#b", "a:b",
        "99999999999999999999999999999999", "6e123456789012345678901234567890", new('x', 200), string.Join(' ', Enumerable.Repeat("word", 40)),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void What_is_written_is_what_PyYAML_reads()
    {
        var python = new AsimovPython();
        var manifest = AsimovManifest.Create("190521");
        foreach (var name in Nasty)
        {
            var record = new AsimovMapping();
            record.Set("hash", name);
            record.Set("uuid", "0" + name);
            manifest.Set(name, name + "p", name + "f", record);
        }

        var path = _folder.Write("manifest.yaml", manifest.Write());

        var read = python.Run("print(json.dumps(yaml.safe_load(open(sys.argv[1], encoding='utf-8'))))", path);
        using var document = JsonDocument.Parse(read);
        Assert.Equal("190521", document.RootElement.GetProperty("name").GetString());
        var events = document.RootElement.GetProperty("events");
        Assert.Equal(Nasty.Order(StringComparer.Ordinal), events.EnumerateObject().Select(item => item.Name).Order(StringComparer.Ordinal));
        foreach (var name in Nasty)
        {
            var record = events.GetProperty(name).GetProperty(name + "p").GetProperty(name + "f");
            Assert.Equal(name, record.GetProperty("hash").GetString());
            Assert.Equal("0" + name, record.GetProperty("uuid").GetString());
        }
    }

    [SkippableFact]
    public void What_PyYAML_writes_is_what_is_read()
    {
        var python = new AsimovPython();
        var names = _folder.Write("names.json", JsonSerializer.Serialize(Nasty));
        var path = _folder["manifest.yaml"];
        var said = python.Run(
            """
            names = json.load(open(sys.argv[1]))
            data = {"name": "190521", "events": {n: {n + "p": {n + "f": {"hash": n, "uuid": "0" + n}}} for n in names}}
            for options in [{}, {"default_flow_style": None}, {"default_style": "'"}, {"width": 20}]:
                text = yaml.dump(data, **options)
                print(options, yaml.safe_load(text) == data)
                open(sys.argv[2] + str(len(options)) + "".join(options), "w", encoding="utf-8").write(text)
            """,
            names, path);

        Assert.Equal(4, said.Split(" True\n").Length - 1);
        var files = Directory.GetFiles(_folder.Path, "manifest.yaml*");
        Assert.Equal(4, files.Length);
        foreach (var file in files)
        {
            var manifest = AsimovManifest.Parse(File.ReadAllBytes(file), file);
            Assert.Equal("190521", manifest.Name);
            Assert.Equal(
                Nasty.Order(StringComparer.Ordinal).Select(name => new AsimovResource(name, name + "p", name + "f", name, "0" + name)),
                manifest.Resources());
        }
    }

    [Theory]
    [InlineData(" b: {\nb")]
    [InlineData("\"\\ud800\\u0")]
    [InlineData(":\n    h: \n{\nb")]
    public void What_YamlDotNet_fails_on_is_refused(string text)
    {
        var failure = Assert.Throws<FirnException>(() => Parse(text));

        Assert.Contains("it is not YAML", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_scalars_that_look_like_numbers_stay_text()
    {
        var manifest = Parse(
            """
            events:
              190521:
                007:
                  1.50: {hash: 12345678901234567890123456789012, uuid: 6e123456789012345678901234567890}
                  yes:
                    hash: 0x10
                    uuid: 1_0
            name: 2026-01-01
            """);

        Assert.Equal("2026-01-01", manifest.Name);
        Assert.Equal(
            [
                new AsimovResource("190521", "007", "1.50", "12345678901234567890123456789012", "6e123456789012345678901234567890"),
                new AsimovResource("190521", "007", "yes", "0x10", "1_0"),
            ],
            manifest.Resources());
    }

    [Theory]
    [InlineData("events: {}\nname: s\n")]
    [InlineData("events:\nname: s\n")]
    [InlineData("events: null\nname: s\n")]
    [InlineData("events: {GW: null}\nname: s\n")]
    [InlineData("events: {GW: {Prod0: }}\nname: s\n")]
    [InlineData("name: s\n")]
    public void Store_without_files_is_one(string text)
    {
        var manifest = Parse(text);

        Assert.Empty(manifest.Resources());
        Assert.Equal("s", manifest.Name);
        Assert.Contains("\"events\": {", Encoding.UTF8.GetString(manifest.Write()), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_asimov_does_not_know_are_kept_with_their_types()
    {
        var manifest = Parse("version: 2\nwhen: 2026-01-01\nnote: 'a: b'\nlist: [1, x y, ~]\nevents: {E: {P: {f: {hash: h, uuid: u, size: 12}}}}\n");

        var text = Encoding.UTF8.GetString(manifest.Write());

        Assert.Contains("\"version\": 2,", text, StringComparison.Ordinal);
        Assert.Contains("\"when\": 2026-01-01", text, StringComparison.Ordinal);
        Assert.Contains("\"note\": \"a: b\"", text, StringComparison.Ordinal);
        Assert.Contains("    \"x y\",\n    null", text, StringComparison.Ordinal);
        Assert.Contains("\"size\": 12", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Removing_the_last_file_removes_its_production_and_event()
    {
        var manifest = Parse("events: {E: {P: {f: {hash: h, uuid: u}}, Q: {g: {hash: h, uuid: v}}}}\n");

        manifest.Remove("E", "P", "f");
        Assert.Equal([new AsimovResource("E", "Q", "g", "h", "v")], manifest.Resources());
        manifest.Remove("E", "Q", "g");
        Assert.Empty(manifest.Resources());
        Assert.DoesNotContain("\"E\"", Encoding.UTF8.GetString(manifest.Write()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("just text", "not a mapping")]
    [InlineData("- a\n- b\n", "not a mapping")]
    [InlineData("events: [1, 2]\n", "`events`")]
    [InlineData("events: text\n", "`events`")]
    [InlineData("a: &x {b: c}\nd: *x\n", "aliases")]
    [InlineData("a: !!python/object/apply:os.system ['true']\n", "type")]
    [InlineData("? [a, b]\n: c\n", "key")]
    [InlineData("a: b\n---\nc: d\n", "document")]
    [InlineData("a: [b\n", "line")]
    [InlineData("a: \"b\n", "line")]
    public void Damaged_manifest_is_refused(string text, string reason)
    {
        var failure = Assert.Throws<FirnException>(() => Parse(text));

        Assert.Contains("manifest.yaml is not a manifest of asimov's", failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Deep_nesting_is_refused(string open)
    {
        var text = "a: " + string.Concat(Enumerable.Repeat(open, 20_000));

        Assert.Throws<FirnException>(() => Parse(text));
    }

    private static AsimovManifest Parse(string text) =>
        AsimovManifest.Parse(Encoding.UTF8.GetBytes(text), "manifest.yaml");
}
