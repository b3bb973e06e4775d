using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Firn.Common.Yaml;

/// <summary>
/// Reads one YAML document into values that know their places, without guessing a type. Aliases stand for the values of
/// their anchors (YAML 1.2, 7.1) and <c>&lt;&lt;</c> merges mappings (yaml.org/type/merge). What they stand for is counted:
/// ten lines of anchors can stand for more values than anybody has time for.
/// </summary>
internal sealed class YamlDocument
{
    /// <summary>Deeper than any configuration, and shallow enough for the stack.</summary>
    private const int DeepestLevel = 16;

    /// <summary>How many values all aliases of a document may stand for: far more than files that people write have.</summary>
    private const int MaxRepeated = 100_000;

    private readonly IParser _parser;
    private readonly YamlSource _source;
    private readonly Dictionary<string, Anchored> _anchors = new(StringComparer.Ordinal);
    private int _values;
    private int _repeated;
    private int _deepest;

    private YamlDocument(IParser parser, YamlSource source)
    {
        _parser = parser;
        _source = source;
    }

    /// <summary>Reads the one document of the text; a text without one is an empty mapping.</summary>
    /// <exception cref="FirnException">It is not YAML, holds tags, one key twice, or too much for its aliases.</exception>
    public static YamlNode Read(string text, YamlSource source)
    {
        try
        {
            return new YamlDocument(new Parser(new StringReader(text)), source).ReadDocument();
        }
        catch (YamlException failure)
        {
            throw source.Failure(
                failure.Start.Line, failure.Start.Column, Reason(failure.Message),
                "check the indentation and the quotes there and in the line before", failure);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // What YamlDotNet 16.3 throws for some flow mappings that break off, and for half of a surrogate pair.
            throw source.Failure(1, 1, "this is not YAML", "check the brackets and the quotes", failure);
        }
    }

    private YamlNode ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return new YamlMap([], 1, 1);
        }

        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        return _parser.TryConsume<StreamEnd>(out _)
            ? root
            : throw Here("a second document begins", "keep one document, without --- in the middle");
    }

    private YamlNode ReadNode(int level)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Repeat(alias, level);
        }

        RefuseLevel(level);
        _deepest = Math.Max(_deepest, level);
        _values++;
        var name = _parser.Current is NodeEvent node ? AnchorOf(node) : null;
        if (name is null)
        {
            return ReadValue(level);
        }

        // How many values the anchor stands for, and how deep they go: both are asked where an alias repeats it.
        var (before, outer) = (_values, _deepest);
        _deepest = level;
        var value = ReadValue(level);
        _anchors[name] = new Anchored(value, _values - before + 1, _deepest - level);
        _deepest = Math.Max(_deepest, outer);
        return value;
    }

    private YamlNode ReadValue(int level)
    {
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return TextOf(scalar);
        }

        if (_parser.TryConsume<MappingStart>(out var mapping))
        {
            return ReadMapping(mapping, level);
        }

        return _parser.TryConsume<SequenceStart>(out var sequence)
            ? ReadSequence(sequence, level)
            : throw Here("a value is missing", null);
    }

    /// <summary>The value of the anchor itself, so that memory holds it once, however often it is named.</summary>
    private YamlNode Repeat(AnchorAlias alias, int level)
    {
        var name = alias.Value.Value;
        if (!_anchors.TryGetValue(name, out var anchored))
        {
            throw At(alias, $"there is no anchor &{name} before *{name}", $"write &{name} before the value that it stands for");
        }

        RefuseLevel(level + anchored.Depth);
        _deepest = Math.Max(_deepest, level + anchored.Depth);
        _values += anchored.Values;
        _repeated += anchored.Values;
        return _repeated <= MaxRepeated
            ? anchored.Value
            : throw At(alias, $"its aliases stand for more than {MaxRepeated} values", "write out what is meant, with fewer aliases");
    }

    private YamlMap ReadMapping(MappingStart start, int level)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var merged = new List<YamlMap>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var written = ReadNode(level + 1);
            var key = written as YamlText
                ?? throw _source.Failure(written, "a key is not text", "put a key that begins with { or [ in quotes");

            if (!seen.TryAdd(key.Value, key.Line))
            {
                throw _source.Failure(
                    key, $"'{key.Value}' is there already, in line {seen[key.Value]}", "keep one of the two");
            }

            var value = ReadNode(level + 1);
            if (key is { Value: "<<", IsPlain: true })
            {
                AddMerged(merged, value);
            }
            else
            {
                entries.Add(new YamlEntry(key, value));
            }
        }

        // Of two mappings that are merged the first wins, and what is written here wins over both.
        foreach (var map in merged)
        {
            foreach (var entry in map.Entries)
            {
                if (seen.TryAdd(entry.Key.Value, entry.Key.Line))
                {
                    entries.Add(entry);
                }
            }
        }

        return new YamlMap(entries.ToImmutable(), (int)start.Start.Line, (int)start.Start.Column);
    }

    private void AddMerged(List<YamlMap> merged, YamlNode value)
    {
        foreach (var item in value is YamlList list ? list.Items : [value])
        {
            merged.Add(item as YamlMap
                ?? throw _source.Failure(item, "<< merges mappings, and this is " + item.Kind, "name the anchor of a mapping"));
        }
    }

    private YamlList ReadSequence(SequenceStart start, int level)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(level + 1));
        }

        return new YamlList(items.ToImmutable(), (int)start.Start.Line, (int)start.Start.Column);
    }

    private string? AnchorOf(NodeEvent node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            throw Here($"the tag {node.Tag.Value} is not read", "leave it out; quotes make a text of anything");
        }

        return node.Anchor.IsEmpty ? null : node.Anchor.Value;
    }

    private void RefuseLevel(int level)
    {
        if (level > DeepestLevel)
        {
            throw Here($"values are nested more than {DeepestLevel} deep", null);
        }
    }

    private static YamlText TextOf(Scalar scalar) => new(
        scalar.Value, scalar.Style == ScalarStyle.Plain, (int)scalar.Start.Line, (int)scalar.Start.Column);

    private FirnException Here(string what, string? hint) =>
        _source.Failure(_parser.Current?.Start.Line ?? 1, _parser.Current?.Start.Column ?? 1, what, hint);

    private FirnException At(AnchorAlias alias, string what, string hint) =>
        _source.Failure(alias.Start.Line, alias.Start.Column, what, hint);

    private static string Reason(string message)
    {
        var end = message.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.', '\r');
    }

    /// <summary>The value of an anchor.</summary>
    /// <param name="Value">The value.</param>
    /// <param name="Values">How many values it holds, itself and what its own aliases stand for included.</param>
    /// <param name="Depth">How many levels lie below it.</param>
    private sealed record Anchored(YamlNode Value, int Values, int Depth);
}
