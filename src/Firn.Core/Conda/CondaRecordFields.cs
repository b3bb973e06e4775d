using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda;

/// <summary>The fields of a record while it is read, in whatever order the file has them.</summary>
internal sealed class CondaRecordFields
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
    }

    /// <summary>Counts the file under the reader, and keeps its path if a later step looks at it.</summary>
    public void AddFile(ref CondaJsonReader reader)
    {
        _fileCount++;
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

    /// <summary>The record; <see langword="null"/> where one of name, version and build is no string.</summary>
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
