namespace Firn.Benchmarks.Compare;

/// <summary>Firn beside a peer that does the same work.</summary>
/// <param name="Title">What was done, on what.</param>
/// <param name="Firn">Firn's times.</param>
/// <param name="Peer">The peer's times.</param>
/// <param name="StartUp">Firn doing nothing: the part of its time that is the runtime's.</param>
/// <param name="RequiredFactor">How many times faster Firn has to be.</param>
/// <param name="InProcess">The same work in a process that has started; <see langword="null"/> where that is not measured.</param>
internal sealed record Comparison(
    string Title, Timings Firn, Timings Peer, Timings StartUp, double RequiredFactor, Timings? InProcess)
{
    public double Factor => Peer.Minimum / Firn.Minimum;

    /// <summary>The longest start of native code, which is what a release has on Linux.</summary>
    public static TimeSpan? AllowedStartUp => OperatingSystem.IsLinux() ? TimeSpan.FromMilliseconds(12) : null;

    public bool IsStartUpMet => AllowedStartUp is not { } allowed || StartUp.Minimum < allowed;

    public bool IsMet => Factor >= RequiredFactor && IsStartUpMet;
}
