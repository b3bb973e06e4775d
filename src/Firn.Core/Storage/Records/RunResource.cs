using Firn.Common;

namespace Firn.Storage.Records;

/// <summary>A file that a run keeps.</summary>
/// <param name="Name">Relative, with <c>/</c> between its parts (<see cref="ResourceName"/>).</param>
/// <param name="Digest">Of its bytes.</param>
/// <param name="Md5">Of its bytes, 32 hexadecimal digits, for asimov.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Uuid">32 hexadecimal digits, for asimov.</param>
internal sealed record RunResource(string Name, Sha256Digest Digest, string Md5, long Size, string Uuid)
{
    public ExtraMembers Extra { get; init; } = ExtraMembers.None;
}
