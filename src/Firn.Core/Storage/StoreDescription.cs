namespace Firn.Storage;

/// <summary>What <c>firn-store.json</c> says of a store.</summary>
/// <param name="Id">A UUID, which tells two stores apart wherever they are mounted.</param>
/// <param name="Name">A name for people.</param>
/// <param name="Created">When it was made.</param>
internal sealed record StoreDescription(string Id, string Name, DateTimeOffset Created);
