namespace Firn.Cli.Commands;

/// <summary>The arguments of <c>firn restore</c>.</summary>
/// <param name="Capture">A capture's file or folder, an environment id, or a run.</param>
/// <param name="Prefix">Where to; <see langword="null"/> for the shared prefix of the environment id.</param>
/// <param name="Store">The store's folder, absolute.</param>
/// <param name="Links">Whether files are hard links into the cache of unpacked bundles.</param>
/// <param name="Compiles">Whether missing bytecode is made.</param>
/// <param name="Python">The Python under a virtual environment.</param>
/// <param name="ReadsData">Whether every byte is read that would else be taken as it was proven before.</param>
/// <param name="AsJson">Whether the result on standard output is a document.</param>
internal sealed record RestoreArguments(
    string Capture, string? Prefix, string Store, bool Links, bool Compiles, string? Python, bool ReadsData, bool AsJson);
