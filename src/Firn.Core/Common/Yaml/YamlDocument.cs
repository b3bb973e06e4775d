using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Firn.Common.Yaml;

/// <summary>
/// Reads one YAML document into values that know their places, without guessing a type. Anchors are refused: ten lines
/// of them can stand for more values than there is memory.
/// </summary>
internal sealed class YamlDocument
{
    /// <summary>Deeper than any configuration, and shallow enough for the stack.</summary>
    private const int DeepestLevel = 16;

    private readonly IParser _parser;
    private readonly YamlSource _source;

    private YamlDocument(IParser parser, YamlSource source)
    {
        _parser = parser;
        _source = source;
    }

    /// <summary>Reads the one document of the text; a text without one is an empty mapping.</summary>
    /// <exception cref="FirnException">It is no YAML, holds anchors or tags, or one key twice.</exception>
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
            throw source.Failure(1, 1, "this is no YAML", "check the brackets and the quotes", failure);
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
        if (level > DeepestLevel)
        {
            throw Here($"values are nested more than {DeepestLevel} deep", null);
        }

        if (_parser.Current is NodeEvent node)
        {
            RefuseSpecials(node);
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return TextOf(scalar);
        }

        if (_parser.TryConsume<MappingStart>(out var mapping))
        {
            return ReadMapping(mapping, level);
        }

        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            return ReadSequence(sequence, level);
        }

        throw Here("anchors and aliases are not read", "write the value out");
    }

    private YamlMap ReadMapping(MappingStart start, int level)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (_parser.Current is NodeEvent node)
            {
                RefuseSpecials(node);
            }

            if (!_parser.TryConsume<Scalar>(out var scalar))
            {
                throw Here("a key is no text", "put a key that begins with { or [ in quotes");
            }

            var key = TextOf(scalar);
            if (!seen.TryAdd(key.Value, key.Line))
            {
                throw _source.Failure(
                    key, $"'{key.Value}' is there already, in line {seen[key.Value]}", "keep one of the two");
            }

            entries.Add(new YamlEntry(key, ReadNode(level + 1)));
        }

        return new YamlMap(entries.ToImmutable(), (int)start.Start.Line, (int)start.Start.Column);
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

    private void RefuseSpecials(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
        {
            throw Here($"anchors and aliases are not read (&{node.Anchor.Value})", "write the value out");
        }

        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            throw Here($"the tag {node.Tag.Value} is not read", "leave it out; quotes make a text of anything");
        }
    }

    private static YamlText TextOf(Scalar scalar) => new(
        scalar.Value, scalar.Style == ScalarStyle.Plain, (int)scalar.Start.Line, (int)scalar.Start.Column);

    private FirnException Here(string what, string? hint) =>
        _source.Failure(_parser.Current?.Start.Line ?? 1, _parser.Current?.Start.Column ?? 1, what, hint);

    private static string Reason(string message)
    {
        var end = message.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.', '\r');
    }
}
