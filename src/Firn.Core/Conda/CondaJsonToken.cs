namespace Firn.Conda;

/// <summary>What <see cref="CondaJsonReader"/> stands on.</summary>
internal enum CondaJsonToken
{
    None,
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    Name,
    String,
    Number,
    True,
    False,
    Null,
}
