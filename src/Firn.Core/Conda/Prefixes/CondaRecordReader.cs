using System.Buffers.Text;
using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Conda.Prefixes;

/// <summary>Reads one file of <c>conda-meta</c> in one pass over its bytes, without a document tree.</summary>
internal static class CondaRecordReader
{
    /// <summary>
    /// The record, or <see langword="null"/> with what is wrong with it. A field of another type than it should have
    /// counts as absent; name, version and build must be strings.
    /// </summary>
    /// <param name="json">The file.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="files">Takes the paths and the link as they come by, where somebody wants them.</param>
    public static CondaPackage? Read(ReadOnlySpan<byte> json, out string? error, CondaFileRecordReader? files = null)
    {
        // Python's json.loads takes bytes with a UTF-8 byte order mark.
        json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        try
        {
            return ReadRecord(json, files, out error);
        }
        catch (FormatException)
        {
            error = "it is not valid JSON";
            return null;
        }
    }

    private static CondaPackage? ReadRecord(ReadOnlySpan<byte> json, CondaFileRecordReader? files, out string? error)
    {
        var reader = new FastJsonReader(json);
        if (!reader.Read() || reader.Token != FastJsonToken.StartObject)
        {
            error = "it is not a JSON object";
            return null;
        }

        var fields = new CondaRecordBuilder(files);
        while (reader.Read() && reader.Token == FastJsonToken.Name)
        {
            ReadField(ref reader, fields);
        }

        reader.Read();
        return fields.Build(json, out error);
    }

    private static void ReadField(ref FastJsonReader reader, CondaRecordBuilder fields)
    {
        if (ReadList(ref reader, fields) || ReadNumber(ref reader, fields))
        {
            return;
        }

        var field = TextFieldOf(ref reader);
        reader.Read();
        if (field is { } known)
        {
            fields.Texts[(int)known] = reader.Token switch
            {
                FastJsonToken.String => reader.GetString(),
                // noarch: true is how conda wrote generic packages before 4.3 (enums.py NoarchType.coerce).
                FastJsonToken.True when known == CondaTextField.Noarch => "generic",
                _ => null,
            };
        }

        reader.Skip();
    }

    private static bool ReadList(ref FastJsonReader reader, CondaRecordBuilder fields)
    {
        if (reader.Is("files"u8))
        {
            ReadFiles(ref reader, fields);
        }
        else if (reader.Is("paths_data"u8))
        {
            ReadPathsData(ref reader, fields);
        }
        else if (fields.Files is { } files && reader.Is("link"u8))
        {
            files.ReadLink(ref reader);
        }
        else if (reader.Is("depends"u8))
        {
            fields.Depends = ReadStrings(ref reader);
        }
        else if (reader.Is("constrains"u8))
        {
            fields.Constrains = ReadStrings(ref reader);
        }
        else if (reader.Is("requested_specs"u8))
        {
            fields.RequestedSpecs = ReadStrings(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool ReadNumber(ref FastJsonReader reader, CondaRecordBuilder fields)
    {
        if (reader.Is("build_number"u8))
        {
            fields.BuildNumber = ReadInteger(ref reader) ?? 0;
        }
        else if (reader.Is("size"u8))
        {
            fields.Size = ReadInteger(ref reader);
        }
        else if (reader.Is("timestamp"u8))
        {
            fields.Timestamp = ReadInteger(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static CondaTextField? TextFieldOf(ref FastJsonReader reader)
    {
        if (reader.IsEscaped)
        {
            return null;
        }

        var name = reader.Value;
        for (var i = 0; i < CondaRecordBuilder.Names.Length; i++)
        {
            if (name.SequenceEqual(CondaRecordBuilder.Names[i]))
            {
                return (CondaTextField)i;
            }
        }

        return null;
    }

    private static long? ReadInteger(ref FastJsonReader reader)
    {
        reader.Read();
        if (reader.Token == FastJsonToken.Number)
        {
            return Utf8Parser.TryParse(reader.Value, out long number, out var consumed) && consumed == reader.Value.Length
                ? number
                : null;
        }

        if (reader.Token == FastJsonToken.String)
        {
            return long.TryParse(reader.GetString(), out var text) ? text : null;
        }

        reader.Skip();
        return null;
    }

    private static ImmutableArray<string> ReadStrings(ref FastJsonReader reader)
    {
        reader.Read();
        if (reader.Token != FastJsonToken.StartArray)
        {
            reader.Skip();
            return [];
        }

        var strings = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.Token != FastJsonToken.EndArray)
        {
            if (reader.Token == FastJsonToken.String)
            {
                strings.Add(reader.GetString());
            }

            reader.Skip();
        }

        return strings.DrainToImmutable();
    }

    private static void ReadFiles(ref FastJsonReader reader, CondaRecordBuilder fields)
    {
        reader.Read();
        fields.ClearFiles();
        if (reader.Token != FastJsonToken.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.Token != FastJsonToken.EndArray)
        {
            if (reader.Token == FastJsonToken.String)
            {
                fields.AddFile(ref reader);
            }

            reader.Skip();
        }
    }

    private static void ReadPathsData(ref FastJsonReader reader, CondaRecordBuilder fields)
    {
        reader.Read();
        fields.Content = null;
        fields.Files?.StartDescribed();
        if (reader.Token != FastJsonToken.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.Token == FastJsonToken.Name)
        {
            var isPaths = reader.Is("paths"u8);
            reader.Read();
            if (isPaths && reader.Token == FastJsonToken.StartArray)
            {
                fields.Content = new CondaContentDigest();
                ReadPaths(ref reader, fields.Content, fields.Files);
            }

            reader.Skip();
        }
    }

    private static void ReadPaths(ref FastJsonReader reader, CondaContentDigest content, CondaFileRecordReader? files)
    {
        while (reader.Read() && reader.Token != FastJsonToken.EndArray)
        {
            if (reader.Token == FastJsonToken.StartObject)
            {
                if (files is not null)
                {
                    var entry = reader;
                    files.AddDescribed(ref entry);
                }

                content.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }
}

/// <summary>The fields of a record while it is read, in whatever order the file has them.</summary>
/// <param name="files">Takes the paths, where somebody wants them.</param>
internal sealed class CondaRecordBuilder(CondaFileRecordReader? files)
{
    private readonly ImmutableArray<string>.Builder _anchors = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<string>.Builder _libraries = ImmutableArray.CreateBuilder<string>();
    private int _fileCount;

    /// <summary>The names in the file; <c>schannel</c> and <c>build_string</c> are aliases (conda models/records.py).</summary>
    public static readonly byte[][] Names =
    [
        [.. "name"u8], [.. "version"u8], [.. "build"u8], [.. "build_string"u8], [.. "channel"u8], [.. "schannel"u8],
        [.. "subdir"u8], [.. "fn"u8], [.. "url"u8], [.. "md5"u8], [.. "sha256"u8], [.. "noarch"u8], [.. "license"u8],
        [.. "requested_spec"u8], [.. "package_type"u8], [.. "python_site_packages_path"u8],
    ];

    public CondaFileRecordReader? Files => files;

    public string?[] Texts { get; } = new string?[Names.Length];

    public ImmutableArray<string> Depends { get; set; } = [];

    public ImmutableArray<string> Constrains { get; set; } = [];

    public ImmutableArray<string> RequestedSpecs { get; set; } = [];

    public long BuildNumber { get; set; }

    public long? Size { get; set; }

    public long? Timestamp { get; set; }

    public CondaContentDigest? Content { get; set; }

    private string? this[CondaTextField field] => Texts[(int)field];

    public void ClearFiles()
    {
        _anchors.Clear();
        _libraries.Clear();
        _fileCount = 0;
        files?.StartListed();
    }

    /// <summary>Counts the file under the reader, and keeps its path if a later step looks at it.</summary>
    public void AddFile(ref FastJsonReader reader)
    {
        _fileCount++;
        files?.AddListed(reader.GetString());
        var path = reader.Value;
        // The last letter rules most files out: a record may list a hundred thousand.
        if (path.Length == 0 || path[^1] is not ((byte)'D' or (byte)'O' or (byte)'o' or (>= (byte)'0' and <= (byte)'9')))
        {
            return;
        }

        if (path.EndsWith(".dist-info/RECORD"u8) || path.EndsWith(".egg-info"u8) || path.EndsWith(".egg-info/PKG-INFO"u8))
        {
            _anchors.Add(reader.GetString());
        }
        else if (IsNativeLibrary(path))
        {
            _libraries.Add(reader.GetString());
        }
    }

    /// <summary>The record; <see langword="null"/> where one of name, version and build is not a string.</summary>
    public CondaPackage? Build(ReadOnlySpan<byte> json, out string? error)
    {
        var build = this[CondaTextField.Build] ?? this[CondaTextField.BuildString];
        if (this[CondaTextField.Name] is not { } name || this[CondaTextField.Version] is not { } version || build is null)
        {
            error = "it lacks a name, a version or a build";
            return null;
        }

        error = null;
        var url = this[CondaTextField.Url];
        var channel = this[CondaTextField.Channel] ?? this[CondaTextField.SimpleChannel];
        var origin = CondaChannel.Parse(channel ?? url);
        var noarch = this[CondaTextField.Noarch];
        return new CondaPackage
        {
            Name = name,
            Version = version,
            Build = build,
            BuildNumber = BuildNumber,
            Channel = channel is null ? null : CondaUrl.RemoveCredentials(channel),
            ChannelName = origin.CanonicalName,
            Subdir = this[CondaTextField.Subdir] ?? origin.Platform,
            FileName = this[CondaTextField.FileName] ?? CondaUrl.ArchiveName(url) ?? $"{name}-{version}-{build}",
            Url = url is null ? null : CondaUrl.RemoveCredentials(url),
            HadCredentials = CondaUrl.HasCredentials(url) || CondaUrl.HasCredentials(channel),
            Md5 = this[CondaTextField.Md5],
            Sha256 = this[CondaTextField.Sha256],
            Size = Size,
            Timestamp = Timestamp,
            Noarch = noarch,
            License = this[CondaTextField.License],
            Depends = Depends,
            Constrains = Constrains,
            RequestedSpecs = Requested(),
            ContentDigest = Content?.Finish(json, noarch == "python"),
            FileCount = _fileCount,
            PythonSitePackagesPath = this[CondaTextField.PythonSitePackagesPath],
            PackageType = this[CondaTextField.PackageType] ?? (noarch is null ? null : "noarch_" + noarch),
            Files = new CondaPackageFiles
            {
                Anchors = _anchors.DrainToImmutable(),
                NativeLibraries = _libraries.DrainToImmutable(),
            },
        };
    }

    /// <summary>The list that newer tools write, else the one spec of older ones; rattler writes the text None for none.</summary>
    private ImmutableArray<string> Requested()
    {
        if (RequestedSpecs.Length > 0)
        {
            return [.. RequestedSpecs.Select(Credentials.Remove)];
        }

        return this[CondaTextField.RequestedSpec] is { Length: > 0 } spec and not "None" ? [Credentials.Remove(spec)] : [];
    }

    private static bool IsNativeLibrary(ReadOnlySpan<byte> path)
    {
        if (path.StartsWith("bin/"u8))
        {
            return false;
        }

        // What follows the last letter of a versioned name are digits and dots: libz.so.1.2.13.
        var end = path.Length;
        while (end > 0 && path[end - 1] is (byte)'.' or (>= (byte)'0' and <= (byte)'9'))
        {
            end--;
        }

        return path[..end].EndsWith(".so"u8) && (end == path.Length || path[end] == (byte)'.');
    }
}

/// <summary>The fields of a record that hold a string, in the order of <see cref="CondaRecordBuilder.Names"/>.</summary>
internal enum CondaTextField
{
    Name,
    Version,
    Build,
    BuildString,
    Channel,
    SimpleChannel,
    Subdir,
    FileName,
    Url,
    Md5,
    Sha256,
    Noarch,
    License,
    RequestedSpec,
    PackageType,
    PythonSitePackagesPath,
}
