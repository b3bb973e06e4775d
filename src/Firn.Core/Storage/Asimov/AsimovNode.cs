namespace Firn.Storage.Asimov;

/// <summary>A value in an asimov manifest, kept as text: nothing is taken for a number, a date or a truth value.</summary>
internal abstract class AsimovNode;
