using Firn.Common;

namespace Firn.Storage.Asimov;

/// <summary>A file as an export shows it to asimov.</summary>
/// <param name="Event">The subject.</param>
/// <param name="Production">The analysis.</param>
/// <param name="FileName">One file name, no path.</param>
/// <param name="Digest">The content.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Md5">32 lower-case hexadecimal digits.</param>
/// <param name="Uuid">32 lower-case hexadecimal digits.</param>
internal sealed record ProjectedFile(
    string Event, string Production, string FileName, Sha256Digest Digest, long Size, string Md5, string Uuid)
{
    /// <summary>What messages call it.</summary>
    public string Title => $"{Event}/{Production}/{FileName}";
}
