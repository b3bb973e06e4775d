using System.Buffers.Text;
using System.Collections.Immutable;
using Firn.Conda.Linking;

namespace Firn.Conda.Archives;

/// <summary>The small documents of a package: parsed whole, with members of the wrong type refused.</summary>
internal static class PackageJson
{
    /// <exception cref="Firn.Common.FirnException">It is no JSON object.</exception>
    public static CondaJsonValue Parse(ReadOnlySpan<byte> json, string name, ArchiveFailure failure)
    {
        try
        {
            var document = CondaJsonValue.Parse(json);
            return document.Members is not null ? document : throw failure.Damaged($"{name} is no JSON object");
        }
        catch (FormatException exception)
        {
            throw failure.Damaged($"{name} is no valid JSON", exception);
        }
    }

    /// <summary>The member; <see langword="null"/> where it is missing or <c>null</c>.</summary>
    public static CondaJsonValue? Member(CondaJsonValue document, string name) =>
        document.Members!.TryGetValue(name, out var value) && value.Literal?.AsSpan().SequenceEqual("null"u8) != true ? value : null;

    /// <summary>A whole number, also one in quotes, as old packages have them.</summary>
    public static long? Number(CondaJsonValue document, string name)
    {
        var value = Member(document, name);
        return value?.Literal is { } literal
            ? Utf8Parser.TryParse(literal, out long number, out var used) && used == literal.Length ? number : null
            : long.TryParse(value?.Text, out number) ? number : null;
    }

    /// <summary>The strings of an array; a single string is one of them.</summary>
    public static ImmutableArray<string> Texts(CondaJsonValue document, string name, string where, ArchiveFailure failure)
    {
        var value = Member(document, name);
        if (value?.Text is { } single)
        {
            return [single];
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in value?.Items ?? (value is null ? [] : throw failure.Damaged($"{name} of {where} is no list")))
        {
            texts.Add(item.Text ?? throw failure.Damaged($"{name} of {where} holds what is no text"));
        }

        return texts.DrainToImmutable();
    }
}
