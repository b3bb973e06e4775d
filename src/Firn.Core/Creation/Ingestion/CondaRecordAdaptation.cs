using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda.Linking;
using Firn.Conda.Locks;

namespace Firn.Creation.Ingestion;

/// <summary>
/// Writes what a lock says of a package into a record that was composed for another lock: the same archive may come from
/// a mirror, and channels mend dependencies after the fact (repodata patches).
/// </summary>
internal static class CondaRecordAdaptation
{
    /// <summary>Changes the record to one for this lock, and writes it; <see langword="null"/> where it says so already.</summary>
    public static byte[]? Adapt(CondaJsonValue document, LockedCondaPackage package)
    {
        var members = document.Members!;
        var before = Write(document);
        members["url"] = CondaJsonValue.Of(package.SafeUrl);
        Set("channel", package.Channel);
        Set("license", package.License);
        SetAll("depends", package.Depends);
        SetAll("constrains", package.Constrains);
        if (package.Timestamp is { } timestamp)
        {
            members["timestamp"] = CondaJsonValue.Of(timestamp);
        }

        members.Remove("requested_spec");
        members.Remove("requested_specs");
        if (package.RequestedSpec is { } spec)
        {
            members["requested_spec"] = CondaJsonValue.Of(spec);
            members["requested_specs"] = CondaJsonValue.OfTexts([spec]);
        }

        var after = Write(document);
        return after.AsSpan().SequenceEqual(before) ? null : after;

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                members[name] = CondaJsonValue.Of(value);
            }
        }

        void SetAll(string name, ImmutableArray<string>? values)
        {
            if (values is { } all)
            {
                members[name] = CondaJsonValue.OfTexts(all);
            }
        }
    }

    private static byte[] Write(CondaJsonValue document)
    {
        var writer = new CanonicalJsonWriter();
        document.WriteTo(writer);
        return writer.WrittenDocument.ToArray();
    }
}
