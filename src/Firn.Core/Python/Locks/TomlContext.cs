using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Serialization;

namespace Firn.Python.Locks;

/// <summary>Reads TOML into tables without reflection.</summary>
[TomlSourceGenerationOptions(DuplicateKeyHandling = TomlDuplicateKeyHandling.Error)]
[TomlSerializable(typeof(TomlTable))]
internal sealed partial class TomlContext : TomlSerializerContext;
