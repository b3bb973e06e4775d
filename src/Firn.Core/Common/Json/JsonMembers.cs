using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Firn.Common.Json;

/// <summary>
/// The members of one object of a document, to be written or to be read. A document has one table for both, a method that
/// names each member once and makes the record of them:
/// <code>
/// private static GpuFacts Gpu(JsonMembers json, GpuFacts? gpu) => new()
/// {
///     CudaToolkit = json.Text("cuda_toolkit", gpu?.CudaToolkit),
///     Devices = json.Objects("devices", gpu?.Devices, Device),
///     NvidiaDriver = json.Text("nvidia_driver", gpu?.NvidiaDriver),
/// };
/// </code>
/// Where the object is written, the table is given the record, and each call writes a member and returns it; what the
/// table makes is dropped. Where it is read, the table is given <see langword="null"/>, and each call returns what the
/// document has. Initialisers and arguments are evaluated in the order of the text, so the table stands in the order of
/// the document: sorted by name.
/// </summary>
/// <remarks>
/// Where a value is <see langword="null"/>, no member is written. Checks of what is read are handed in: a writer checks
/// nothing. Decision 0029 has the reasons.
/// </remarks>
internal sealed class JsonMembers
{
    private readonly CanonicalJsonWriter? _writer;
    private readonly JsonElement _element;
    private List<string>? _asked;

    /// <summary>The members of an object that a document without a table is writing.</summary>
    public JsonMembers(CanonicalJsonWriter writer) => _writer = writer;

    /// <summary>The members of an object that a document without a table is reading.</summary>
    public JsonMembers(JsonElement element) => _element = element;

    /// <summary>Writes a document that is one object.</summary>
    /// <param name="schema">The document's schema, its first member.</param>
    /// <param name="value">What is written.</param>
    /// <param name="table">Its members.</param>
    public static byte[] Write<T>(string schema, T value, Func<JsonMembers, T?, T> table)
        where T : class
    {
        var writer = CanonicalJsonWriter.Document(schema);
        table(new JsonMembers(writer), value);
        return writer.Finish();
    }

    /// <summary>Reads an object.</summary>
    /// <exception cref="FormatException">A member is missing or wrong.</exception>
    public static T Read<T>(JsonElement element, Func<JsonMembers, T?, T> table)
        where T : class =>
        table(new JsonMembers(element), null);

    /// <summary>
    /// The object that is read, for what hangs on a member further behind; <see langword="null"/> where it is written.
    /// </summary>
    public JsonElement? Source => _writer is null ? _element : null;

    /// <summary>
    /// Begins the table of an object that keeps members which this version does not know: they are written each in its place
    /// among those of the table. Such a table ends with <see cref="Extra"/>.
    /// </summary>
    /// <param name="extra">What the object that is written has kept.</param>
    /// <param name="known">Members that the table does not ask for, or not always.</param>
    public void KeepUnknown(ExtraMembers? extra, params ReadOnlySpan<string> known)
    {
        if (_writer is null)
        {
            _asked = [.. known];
        }
        else
        {
            _writer.Merge(extra!);
        }
    }

    /// <summary>The members that the table has not asked for.</summary>
    /// <exception cref="InvalidOperationException">One holds text that is none, half of a surrogate pair.</exception>
    public ExtraMembers Extra() => _writer is null ? ExtraMembers.Of(_element, _asked!) : ExtraMembers.None;

    /// <summary>A text; <see langword="null"/> where it is missing or no string.</summary>
    public string? Text(string name, string? value)
    {
        if (_writer is null)
        {
            return Asked(name).Text(name);
        }

        _writer.String(name, value);
        return value;
    }

    /// <summary>The same, with what is made of it where it is read.</summary>
    public string? Text(string name, string? value, Func<string, string> read) =>
        Text(name, value) is { } text && _writer is null ? read(text) : value;

    /// <summary>Writes, before the next member, one for other readers that follows from others and is not read.</summary>
    public JsonMembers Derived(string name, string? value)
    {
        Asked(name);
        _writer?.String(name, value);
        return this;
    }

    /// <summary>The same of an array of strings.</summary>
    public JsonMembers Derived(string name, IEnumerable<string>? values)
    {
        Asked(name);
        if (values is not null)
        {
            _writer?.Strings(name, values);
        }

        return this;
    }

    /// <summary>Puts a member before the next whose value has its place elsewhere in the record.</summary>
    public JsonMembers Keep<T>(T member, out T kept)
    {
        kept = member;
        return this;
    }

    /// <summary>A member of a form that only this document has; what is not there is read as an undefined element.</summary>
    public T Other<T>(string name, T? value, Action<CanonicalJsonWriter, T> write, Func<JsonElement, T> read)
    {
        if (_writer is null)
        {
            return read(Asked(name).Member(name));
        }

        _writer.Name(name);
        write(_writer, value!);
        return value!;
    }

    /// <exception cref="FormatException">The member is missing or no string.</exception>
    public string RequiredText(string name, string? value) =>
        _writer is null ? Asked(name).RequiredText(name) : Text(name, value)!;

    /// <summary>The same, with what is made of it where it is read.</summary>
    /// <exception cref="FormatException">The member is missing or no string, or <paramref name="read"/> refuses it.</exception>
    public string RequiredText(string name, string? value, Func<string, string> read) =>
        RequiredText(name, value) is var text && _writer is null ? read(text) : text;

    /// <summary>The strings of an array, with what is made of each where they are read; whatever else it holds is left out.</summary>
    public ImmutableArray<string> Texts(string name, ImmutableArray<string>? values, Func<string, string>? read = null)
    {
        if (_writer is null)
        {
            return read is null ? Asked(name).Texts(name) : Asked(name).Texts(name, read);
        }

        if (values is { } texts)
        {
            _writer.Strings(name, texts);
        }

        return values ?? [];
    }

    /// <summary>The same of a document that has no member for none.</summary>
    public ImmutableArray<string> TextsIfAny(string name, ImmutableArray<string>? values, Func<string, string>? read = null) =>
        Texts(name, values is { IsEmpty: false } ? values : null, read);

    /// <summary>The strings of an array that holds nothing else.</summary>
    /// <exception cref="FormatException">It does, or <paramref name="read"/> refuses one.</exception>
    public ImmutableArray<string> OnlyTexts(string name, ImmutableArray<string>? values, Func<string, string> read)
    {
        foreach (var item in Asked(name).Items(name))
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                throw new FormatException($"`{name}` holds what is not text");
            }
        }

        return Texts(name, values, read);
    }

    /// <summary>The members of an object whose values are strings, with what their names must pass where they are read.</summary>
    public ImmutableSortedDictionary<string, string> TextMembers(
        string name, ImmutableSortedDictionary<string, string>? values, Func<string, string>? readName = null)
    {
        if (_writer is null)
        {
            var found = Asked(name).TextMembers(name);
            foreach (var key in readName is null ? [] : found.Keys)
            {
                readName!(key);
            }

            return found;
        }

        _writer.StartObject(name);
        foreach (var (key, value) in values!)
        {
            _writer.String(key, value);
        }

        _writer.EndObject();
        return values;
    }

    /// <summary>A whole number; <see langword="null"/> where it is missing or none.</summary>
    public long? Number(string name, long? value)
    {
        if (_writer is null)
        {
            return Asked(name).Number(name);
        }

        _writer.Number(name, value);
        return value;
    }

    /// <summary>How many there are; 0 where it is missing or no such number.</summary>
    public int Count(string name, int? value) =>
        _writer is null ? Asked(name).Count(name) : (int)(Number(name, value) ?? 0);

    /// <summary><c>true</c> or <c>false</c>; <see langword="null"/> where it is missing or neither.</summary>
    public bool? Flag(string name, bool? value)
    {
        if (_writer is null)
        {
            return Asked(name).Flag(name);
        }

        _writer.Boolean(name, value);
        return value;
    }

    /// <summary>A flag that documents have only where it is <c>true</c>.</summary>
    public bool Mark(string name, bool? value) => Flag(name, value == true ? true : null) ?? false;

    /// <summary>A digest with its algorithm; <see langword="null"/> where it is missing or none.</summary>
    public Sha256Digest? Digest(string name, Sha256Digest? value) =>
        Text(name, value?.ToString()) is var text && _writer is not null ? value
        : Sha256Digest.TryParse(text, out var digest) ? digest : null;

    /// <summary>The same, written as digits alone.</summary>
    public Sha256Digest? HexDigest(string name, Sha256Digest? value) =>
        Text(name, value?.Hex) is var text && _writer is not null ? value
        : Sha256Digest.TryParse(text, out var digest) ? digest : null;

    /// <summary>A digest with its algorithm, refused where it is there and none.</summary>
    /// <exception cref="FormatException">It is not a digest.</exception>
    public Sha256Digest? CheckedDigest(string name, Sha256Digest? value) =>
        Text(name, value?.ToString()) is { } text ? value ?? Parsed(name, text) : null;

    /// <exception cref="FormatException">It is missing or not a digest.</exception>
    public Sha256Digest RequiredDigest(string name, Sha256Digest? value) =>
        RequiredText(name, value?.ToString()) is var text && value is not null ? value : Parsed(name, text);

    /// <summary>A time; <see langword="null"/> where it is missing or none.</summary>
    public DateTimeOffset? Time(string name, DateTimeOffset? value)
    {
        var text = Text(name, value is { } time ? TimeText.Of(time) : null);
        return _writer is not null ? value
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read) ? read
            : null;
    }

    /// <exception cref="FormatException">It is missing or not a time.</exception>
    public DateTimeOffset RequiredTime(string name, DateTimeOffset? value)
    {
        if (_writer is null)
        {
            Asked(name).RequiredText(name);
        }

        return Time(name, value) ?? throw new FormatException($"`{name}` is not a time");
    }

    /// <summary>An object; <see langword="null"/> where there is none, or none that has the text that it must.</summary>
    public T? Object<T>(string name, T? value, Func<JsonMembers, T?, T> table, string? mustHave = null)
        where T : class
    {
        if (_writer is null)
        {
            return Asked(name).Object(name) is { } element && (mustHave is null || element.Text(mustHave) is not null)
                ? Read(element, table)
                : null;
        }

        if (value is not null)
        {
            _writer.StartObject(name);
            table(this, value);
            _writer.EndObject();
        }

        return value;
    }

    /// <exception cref="FormatException">There is no such object.</exception>
    public T RequiredObject<T>(string name, T? value, Func<JsonMembers, T?, T> table)
        where T : class =>
        Object(name, value, table) ?? throw new FormatException($"`{name}` is missing");

    /// <summary>An object that every document has; in one without it all its members are missing.</summary>
    public T Part<T>(string name, T? value, Func<JsonMembers, T?, T> table)
        where T : class =>
        Object(name, value, table) ?? Read(default, table);

    /// <summary>The objects of an array; whatever else it holds is left out.</summary>
    public ImmutableArray<T> Objects<T>(string name, ImmutableArray<T>? values, Func<JsonMembers, T?, T> table)
        where T : class
    {
        if (_writer is null)
        {
            return Asked(name).Objects(name, element => Read(element, table));
        }

        if (values is { } items)
        {
            _writer.StartArray(name);
            foreach (var item in items)
            {
                _writer.StartObject();
                table(this, item);
                _writer.EndObject();
            }

            _writer.EndArray();
        }

        return values ?? [];
    }

    /// <summary>The same of a document that has no member for none.</summary>
    public ImmutableArray<T> ObjectsIfAny<T>(string name, ImmutableArray<T>? values, Func<JsonMembers, T?, T> table)
        where T : class =>
        Objects(name, values is { IsEmpty: false } ? values : null, table);

    /// <summary>The same of an array that holds nothing else.</summary>
    /// <exception cref="FormatException">There is no such array.</exception>
    public ImmutableArray<T> OnlyObjects<T>(string name, ImmutableArray<T>? values, Func<JsonMembers, T?, T> table)
        where T : class
    {
        if (_writer is null && _element.Member(name).ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"`{name}` is missing or no list");
        }

        foreach (var item in _element.Items(name))
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"`{name}` holds what is not an object");
            }
        }

        return Objects(name, values, table);
    }

    /// <summary>The same where a document without the member does not know; the default array stands for that.</summary>
    public ImmutableArray<T> ObjectsIfKnown<T>(string name, ImmutableArray<T>? values, Func<JsonMembers, T?, T> table)
        where T : class =>
        _writer is null && Asked(name).Member(name).ValueKind == JsonValueKind.Undefined
            ? default
            : Objects(name, values is { IsDefault: false } ? values : null, table);

    private JsonElement Asked(string name)
    {
        _asked?.Add(name);
        return _element;
    }

    private static Sha256Digest Parsed(string name, string text) =>
        Sha256Digest.TryParse(text, out var digest) ? digest : throw new FormatException($"`{name}` is not a SHA-256 digest");
}
