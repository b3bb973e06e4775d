namespace Firn.Analyses.Running;

/// <summary>Work that is done once for nothing, so that its code is loaded when it counts.</summary>
internal static class Rehearsal
{
    /// <summary>Does it; what goes wrong is said by whoever does it in earnest.</summary>
    public static void Try(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // No rehearsal may end a run.
        catch
#pragma warning restore CA1031
        {
        }
    }
}
