using Firn.Python.Installation;

namespace Firn.Captures.Archives.Planning;

/// <summary>A file of a tree that goes into a bundle.</summary>
/// <param name="BundlePath">Its path there.</param>
/// <param name="File">The file.</param>
/// <param name="Form">How its bytes change.</param>
/// <param name="Recorded">What the distribution's record says of it.</param>
internal sealed record PlannedMember(string BundlePath, TreeFile File, MemberForm Form, RecordedFile? Recorded = null);
