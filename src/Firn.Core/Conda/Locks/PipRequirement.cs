namespace Firn.Conda.Locks;

/// <summary>A line of the <c>pip:</c> list of an environment.yml.</summary>
/// <param name="Text">The line; a URL in it may carry credentials.</param>
/// <param name="Origin">The file and line.</param>
internal sealed record PipRequirement(string Text, string Origin)
{
    public override string ToString() => LockedUrl.WithoutCredentials(Text);
}
