using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Firn.Common;

/// <summary>
/// A line for a person that may name properties of the request: each caller has its own words for them, the command line its
/// options. <see cref="ToString"/> has the properties' names, <see cref="Render"/> the caller's words. A text converts to it,
/// and so does <c>$"{RequestSetting.Replaces} replaces it"</c>.
/// </summary>
[InterpolatedStringHandler]
public struct MessageText : IEquatable<MessageText>
{
    private string? _text;
    private ImmutableArray<NamedSetting> _settings;

    /// <summary>Begins a line; the compiler calls it, and the methods that append.</summary>
    /// <param name="literalLength">How long the fixed parts are together.</param>
    /// <param name="formattedCount">How many parts are filled in.</param>
    public MessageText(int literalLength, int formattedCount)
    {
        _ = literalLength;
        _ = formattedCount;
        _text = string.Empty;
        _settings = [];
    }

    private MessageText(string text, ImmutableArray<NamedSetting> settings)
    {
        _text = text;
        _settings = settings;
    }

    /// <summary>A line that names no property.</summary>
    public static implicit operator MessageText(string text) => FromString(text);

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(MessageText left, MessageText right) => left.Equals(right);

    /// <summary>Whether they say different things.</summary>
    public static bool operator !=(MessageText left, MessageText right) => !left.Equals(right);

    /// <summary>A line that names no property.</summary>
    public static MessageText FromString(string text) => new(text, []);

    /// <summary>Several as one line.</summary>
    /// <param name="separator">What stands between two.</param>
    /// <param name="items">The lines.</param>
    internal static MessageText Join(string separator, IEnumerable<MessageText> items)
    {
        MessageText joined = string.Empty;
        var isFirst = true;
        foreach (var item in items)
        {
            joined.AppendLiteral(isFirst ? string.Empty : separator);
            joined.AppendFormatted(item);
            isFirst = false;
        }

        return joined;
    }

    /// <summary>Appends a fixed part.</summary>
    public void AppendLiteral(string value) => _text += value;

    /// <summary>Appends a text.</summary>
    public void AppendFormatted(string? value) => _text += value;

    /// <summary>Appends characters.</summary>
    public void AppendFormatted(ReadOnlySpan<char> value) => _text = string.Concat(_text, value);

    /// <summary>Appends a value, as it is written in every language.</summary>
    public void AppendFormatted<T>(T value) => AppendFormatted(value, format: null);

    /// <summary>Appends a value, as it is written in every language.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="format">How it is written.</param>
    public void AppendFormatted<T>(T value, string? format) =>
        _text += value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString();

    /// <summary>Appends a line with the properties that it names.</summary>
    public void AppendFormatted(MessageText value)
    {
        var start = Text.Length;
        _settings = [.. Settings, .. value.Settings.Select(named => named with { Start = start + named.Start })];
        _text += value.Text;
    }

    /// <summary>Names a property of the request.</summary>
    public void AppendFormatted(RequestSetting value) => AppendFormatted(value, format: null);

    /// <summary>Names a property of the request.</summary>
    /// <param name="value">The property.</param>
    /// <param name="format">
    /// What stands for its value, for example <c>DIR</c> in <c>{RequestSetting.Store:DIR}</c>: only where the caller's word
    /// takes one.
    /// </param>
    public void AppendFormatted(RequestSetting value, string? format)
    {
        var name = NameOf(value);
        _settings = [.. Settings, new NamedSetting(Text.Length, name.Length, value, format)];
        _text += name;
    }

    /// <summary>The line in the caller's words.</summary>
    /// <param name="word">The caller's word for a property; <see langword="null"/> for the property's name.</param>
    public readonly string Render(Func<RequestSetting, string>? word)
    {
        if (Settings.IsEmpty || word is null)
        {
            return Text;
        }

        var rendered = new StringBuilder();
        var end = 0;
        foreach (var named in Settings)
        {
            rendered.Append(Text, end, named.Start - end).Append(word(named.Setting));
            end = named.Start + named.Length;
            if (named.Value is { } value)
            {
                rendered.Append(' ').Append(value);
            }
        }

        return rendered.Append(Text, end, Text.Length - end).ToString();
    }

    /// <summary>The line with the names that the properties have in the library.</summary>
    public override readonly string ToString() => Text;

    /// <inheritdoc/>
    public readonly bool Equals(MessageText other) => Text == other.Text && Settings.SequenceEqual(other.Settings);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is MessageText other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private readonly string Text => _text ?? string.Empty;

    private readonly ImmutableArray<NamedSetting> Settings => _settings.IsDefault ? [] : _settings;

    private static string NameOf(RequestSetting setting) => setting switch
    {
        RequestSetting.NewCondaName => nameof(RequestSetting.CondaName),
        RequestSetting.NoObservation => "Observes = ObservationMode.Off",
        _ => setting.ToString(),
    };

    /// <summary>Where a line names a property.</summary>
    private sealed record NamedSetting(int Start, int Length, RequestSetting Setting, string? Value);
}

/// <summary>
/// The properties of requests that messages name. A message never says how the calling program lets people set them: that is
/// the program's affair (<see cref="MessageText.Render"/>).
/// </summary>
public enum RequestSetting
{
    /// <summary>Whether a rerun may write outside of the project.</summary>
    AllowsOutside,

    /// <summary>Whether a registry may send us to private addresses.</summary>
    AllowsPrivateAddresses,

    /// <summary>The image that an assembled one stands on.</summary>
    Base,

    /// <summary>Whether bytecode is made anew.</summary>
    Compiles,

    /// <summary>The name of a conda environment that is there.</summary>
    CondaName,

    /// <summary>Whether a shell opens where building fails.</summary>
    Debugs,

    /// <summary>The container engine.</summary>
    Engine,

    /// <summary>The locks and specs that an environment is made from.</summary>
    Files,

    /// <summary>Folders and pages with links to packages.</summary>
    FindLinks,

    /// <summary>What an export is written as.</summary>
    Format,

    /// <summary>The digest that a file must have.</summary>
    Hash,

    /// <summary>The index that is asked first.</summary>
    IndexUrl,

    /// <summary>Where an environment is in an image.</summary>
    ImagePrefix,

    /// <summary>Which installation of images, where a project has several.</summary>
    Installation,

    /// <summary>Whether it is only said what would be done.</summary>
    IsDryRun,

    /// <summary>Whether nothing is fetched.</summary>
    IsOffline,

    /// <summary>Whether an environment is archived whatever its size.</summary>
    IsUnlimited,

    /// <summary>Whether files are linked to those in the cache.</summary>
    Links,

    /// <summary>What is done with the link scripts of conda packages.</summary>
    LinkScripts,

    /// <summary>The network of a build's steps.</summary>
    Network,

    /// <summary>The name of a conda environment that is to be made: its <c>CondaName</c>.</summary>
    NewCondaName,

    /// <summary>That a run is not observed: its <c>Observes</c> is <c>Off</c>.</summary>
    NoObservation,

    /// <summary>For which machine an image is.</summary>
    Platform,

    /// <summary>Where an environment is made.</summary>
    Prefix,

    /// <summary>The project's folder.</summary>
    Project,

    /// <summary>The Python that a virtual environment is made with.</summary>
    Python,

    /// <summary>Whether what is there is replaced.</summary>
    Replaces,

    /// <summary>The store.</summary>
    Store,

    /// <summary>Whether an image is assembled on one that lacks something.</summary>
    TakesAnyBase,

    /// <summary>The file or folder that is written.</summary>
    Target,

    /// <summary>Whether a registry is asked without TLS.</summary>
    UsesPlainHttp,

    /// <summary>Whether an image without a base gets this machine's libraries.</summary>
    WithHostLibraries,

    /// <summary>Whether pip is left out.</summary>
    WithoutPip,

    /// <summary>Whether files that may hold secrets are kept.</summary>
    WithSecrets,
}
