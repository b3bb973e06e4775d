namespace Firn.Storage.Records;

/// <summary>How a run ended.</summary>
internal enum RunStatus
{
    Succeeded,
    Failed,
}
