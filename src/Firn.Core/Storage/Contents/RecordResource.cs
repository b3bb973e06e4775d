using Firn.Common;

namespace Firn.Storage.Contents;

/// <summary>A file of a run.</summary>
/// <param name="Name">Its name in the run, relative, with <c>/</c>.</param>
/// <param name="Digest">Its content.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Md5">For asimov: 32 hexadecimal digits.</param>
/// <param name="Uuid">For asimov: 32 hexadecimal digits.</param>
internal sealed record RecordResource(string Name, Sha256Digest Digest, long Size, string? Md5, string? Uuid);
