using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common.Json;

namespace Firn.Conda.Channels;

/// <summary>The record of one archive in a page; members of another type than expected count as absent.</summary>
internal sealed class RepodataRecord
{
    private const int MaxDependencies = 10_000;

    private RepodataRecord(string fileName) => FileName = fileName;

    public string FileName { get; }

    private string? Name { get; set; }

    private string? Version { get; set; }

    private string? Build { get; set; }

    private string? Subdir { get; set; }

    private string? Sha256 { get; set; }

    private string? Md5 { get; set; }

    private string? License { get; set; }

    private string? Noarch { get; set; }

    private string? SitePackages { get; set; }

    private long? Size { get; set; }

    private long? Timestamp { get; set; }

    private ImmutableArray<string>? Depends { get; set; }

    private ImmutableArray<string>? Constrains { get; set; }

    /// <summary>Reads the object that the window stands on.</summary>
    public static RepodataRecord Read(ref JsonStreamReader window, string fileName)
    {
        var record = new RepodataRecord(fileName);
        while (window.Next() && window.Reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = window.Reader.GetString()!;
            window.Next();
            record.ReadMember(ref window, key);
        }

        return record;
    }

    /// <summary>Whether it tells the same name, version and build as the file's name, where it tells them.</summary>
    public bool IsOfItsFile() =>
        CondaNames.TrySplit(FileName, out var name, out var version, out var build)
        && (Name is null || name.Equals(Name, StringComparison.OrdinalIgnoreCase))
        && (Version is null || version.SequenceEqual(Version))
        && (Build is null || build.SequenceEqual(Build));

    /// <param name="folder">The URL before the file's name.</param>
    /// <param name="subdir">The platform of the page.</param>
    /// <param name="page">The page's URL without credentials.</param>
    public LockedCondaPackage ToPackage(string folder, string? subdir, string page)
    {
        CondaNames.TrySplit(FileName, out var name, out var version, out var build);
        var url = folder + FileName;
        var place = page[..Math.Max(0, page.LastIndexOf('/'))];
        var slash = place.LastIndexOf('/');
        return new LockedCondaPackage
        {
            Name = name.ToString(),
            Version = version.ToString(),
            Build = build.ToString(),
            Subdir = CondaNames.IsSubdir(Subdir) ? Subdir : subdir ?? place[(slash + 1)..],
            Channel = slash > 0 ? place[..slash] : place,
            FileName = FileName,
            Url = url,
            SafeUrl = ArchiveUrl.WithoutCredentials(url),
            Sha256 = HexDigest.Sha256(Sha256),
            Md5 = HexDigest.Md5(Md5),
            Size = Size is >= 0 ? Size : null,
            Depends = Depends,
            Constrains = Constrains,
            Timestamp = Timestamp,
            License = License,
            Noarch = Noarch is "python" or "generic" ? Noarch : null,
            PythonSitePackagesPath = SitePackages is not null && Firn.Common.Files.RelativePath.IsSafe(SitePackages) ? SitePackages : null,
            Origin = page,
        };
    }

    private void ReadMember(ref JsonStreamReader window, string key)
    {
        switch (window.Reader.TokenType)
        {
            case JsonTokenType.String:
                SetText(key, window.Reader.GetString()!);
                break;
            case JsonTokenType.Number when window.Reader.TryGetInt64(out var number):
                Size = key == "size" ? number : Size;
                Timestamp = key == "timestamp" ? number : Timestamp;
                break;
            case JsonTokenType.StartArray when key is "depends" or "constrains":
                var texts = Texts(ref window);
                Depends = key == "depends" ? texts : Depends;
                Constrains = key == "constrains" ? texts : Constrains;
                break;
            case JsonTokenType.True when key == "noarch":
                // The old form of generic.
                Noarch = "generic";
                break;
            default:
                window.Skip();
                break;
        }
    }

    private void SetText(string key, string value)
    {
        switch (key)
        {
            case "name": Name = value; break;
            case "version": Version = value; break;
            case "build": Build = value; break;
            case "subdir": Subdir = value; break;
            case "sha256": Sha256 = value; break;
            case "md5": Md5 = value; break;
            case "license": License = value; break;
            case "noarch": Noarch = value; break;
            case "python_site_packages_path": SitePackages = value; break;
        }
    }

    private static ImmutableArray<string> Texts(ref JsonStreamReader window)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        while (window.Next() && window.Reader.TokenType != JsonTokenType.EndArray)
        {
            if (window.Reader.TokenType == JsonTokenType.String && texts.Count < MaxDependencies)
            {
                texts.Add(window.Reader.GetString()!);
            }

            window.Skip();
        }

        return texts.DrainToImmutable();
    }
}

/// <summary>The URL of the folder that a page's archives are in (CEP 15).</summary>
internal static class RepodataBaseUrl
{
    /// <summary>The URL with a slash at its end; <see langword="null"/> where the page sends to a place it may not.</summary>
    public static string? Of(string pageUrl, string? baseUrl, out string? reason)
    {
        reason = null;
        if (string.IsNullOrEmpty(baseUrl))
        {
            return pageUrl[..(pageUrl.LastIndexOf('/') + 1)];
        }

        if (!Uri.TryCreate(pageUrl, UriKind.Absolute, out var page)
            || !Uri.TryCreate(page, baseUrl, out var folder) || baseUrl.AsSpan().ContainsAnyInRange('\0', ' '))
        {
            reason = "which is not a URL";
            return null;
        }

        // A server may not send to a file of this machine, nor from https to http.
        var isAllowed = folder.Scheme == page.Scheme || (folder.Scheme == "https" && page.Scheme is "http" or "file")
            || (folder.Scheme == "http" && page.Scheme == "file");
        if (!isAllowed || folder.Query.Length > 0 || folder.Fragment.Length > 0)
        {
            reason = "which is not a folder that it may name";
            return null;
        }

        var url = folder.AbsoluteUri;
        return url.EndsWith('/') ? url : url + "/";
    }
}
