namespace Firn.Git;

/// <summary>A remote as the configuration has it: the URL may hold a credential, so it never goes into a document.</summary>
internal sealed record GitRemote(string Name, string Url);
