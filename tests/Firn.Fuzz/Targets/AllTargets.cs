using System.Collections.Immutable;

namespace Firn.Fuzz.Targets;

/// <summary>Every parser that reads a file which somebody else wrote.</summary>
internal static class AllTargets
{
    public static ImmutableArray<FuzzTarget> Create(ScratchFolder scratch) =>
    [
        .. PythonTargets.Create(scratch),
        .. EnvironmentTargets.Create(scratch),
        .. CondaTargets.Create(scratch),
        .. CondaLinkingTargets.Create(),
        .. CondaArchiveTargets.Create(scratch),
        .. HostTargets.Create(scratch),
        .. GitTargets.Create(scratch),
        .. CaptureTargets.Create(scratch),
        .. StorageTargets.Create(scratch),
        .. RunTargets.Create(),
        .. ArchiveTargets.Create(),
        .. BundleTargets.Create(scratch),
        .. RestoreTargets.Create(scratch),
        .. WheelTargets.Create(scratch),
        .. CommandTargets.Create(scratch),
    ];
}
