using Tomlyn.Model;
using Tomlyn.Serialization;

namespace Firn.Python.Locks;

/// <summary>Reads TOML into tables without reflection.</summary>
[TomlSerializable(typeof(TomlTable))]
internal sealed partial class TomlContext : TomlSerializerContext;
