using Firn.Common;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Firn.Storage.Asimov;

/// <summary>
/// Reads a manifest as PyYAML writes it, block or flow style, without ever guessing a type: an event named
/// <c>190521</c> and a hash of digits alone stay text.
/// </summary>
internal sealed class AsimovYamlReader
{
    /// <summary>Deeper than any manifest, and shallow enough for the stack.</summary>
    private const int DeepestLevel = 32;

    private const string StandardTag = "tag:yaml.org,2002:";
    private readonly IParser _parser;
    private readonly string _path;

    private AsimovYamlReader(IParser parser, string path)
    {
        _parser = parser;
        _path = path;
    }

    /// <summary>Reads the one document of the text.</summary>
    /// <param name="text">The manifest.</param>
    /// <param name="path">Where it stands, for messages.</param>
    /// <exception cref="FirnException">It is not YAML, no mapping, or uses anchors or foreign types.</exception>
    public static AsimovMapping Read(string text, string path)
    {
        try
        {
            var reader = new AsimovYamlReader(new Parser(new StringReader(text)), path);
            return reader.ReadDocument();
        }
        catch (YamlException failure)
        {
            throw Failure(path, $"line {failure.Start.Line}: {FirstLine(failure.Message)}", failure);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // What YamlDotNet 16.3 throws for some flow mappings that break off, and for half of a surrogate pair.
            throw Failure(path, "it is not YAML", failure);
        }
    }

    private AsimovMapping ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            throw Failure(_path, "it is empty");
        }

        if (ReadNode(0) is not AsimovMapping root)
        {
            throw Failure(_path, "it is not a mapping");
        }

        _parser.Consume<DocumentEnd>();
        return _parser.TryConsume<StreamEnd>(out _) ? root : throw Failure(_path, "it holds more than one document");
    }

    private AsimovNode ReadNode(int level)
    {
        if (level > DeepestLevel)
        {
            throw Failure(_path, $"its values are nested more than {DeepestLevel} deep");
        }

        if (_parser.Current is NodeEvent node)
        {
            RefuseForeignType(node);
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return new AsimovScalar(scalar.Value, scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty);
        }

        if (_parser.TryConsume<MappingStart>(out _))
        {
            return ReadMapping(level);
        }

        if (_parser.TryConsume<SequenceStart>(out _))
        {
            return ReadSequence(level);
        }

        throw Failure(_path, $"line {Line}: anchors and aliases are not read");
    }

    private AsimovMapping ReadMapping(int level)
    {
        var mapping = new AsimovMapping();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw Failure(_path, $"line {Line}: a key is not text");
            }

            RefuseForeignType(key);
            mapping.Set(key.Value, ReadNode(level + 1));
        }

        return mapping;
    }

    private AsimovSequence ReadSequence(int level)
    {
        var sequence = new AsimovSequence();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            sequence.Items.Add(ReadNode(level + 1));
        }

        return sequence;
    }

    private void RefuseForeignType(NodeEvent node)
    {
        var tag = node.Tag;
        if (!tag.IsEmpty && !tag.IsNonSpecific
            && !(tag.Value.StartsWith(StandardTag, StringComparison.Ordinal)
                && IsStandard(tag.Value[StandardTag.Length..])))
        {
            throw Failure(_path, $"line {node.Start.Line}: the type {tag.Value} is not read");
        }
    }

    private static bool IsStandard(string type) =>
        type is "str" or "int" or "float" or "bool" or "null" or "map" or "seq" or "timestamp";

    private long Line => _parser.Current?.Start.Line ?? 0;

    private static string FirstLine(string message)
    {
        var end = message.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.', '\r');
    }

    private static FirnException Failure(string path, string reason, Exception? inner = null) => new(
        $"{path} is not a manifest of asimov's: {reason}",
        "open it with a text editor and compare it with docs/source/storage.rst of asimov",
        innerException: inner);
}
