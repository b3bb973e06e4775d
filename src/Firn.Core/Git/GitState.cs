namespace Firn.Git;
/// <summary>x</summary>
public sealed record GitState(string Root);
