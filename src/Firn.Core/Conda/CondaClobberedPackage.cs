namespace Firn.Conda;

/// <summary>A conda package whose Python metadata is gone: pip has overwritten or removed it behind conda's back.</summary>
/// <param name="Package">The record, still there.</param>
/// <param name="Anchor">The file that is gone, relative to the prefix.</param>
/// <remarks><c>conda list</c> deletes the record of such a package from <c>conda-meta</c>; Firn changes nothing.</remarks>
public sealed record CondaClobberedPackage(CondaPackage Package, string Anchor);
