namespace Firn.Host;

/// <summary>One library of <c>ld.so.cache</c>.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Flags">Which ABI it is for, see <see cref="ElfMachine.CacheFlags"/>.</param>
/// <param name="HardwareLevel">The <c>glibc-hwcaps</c> folder it is from, for example <c>x86-64-v3</c>.</param>
internal sealed record LdSoCacheEntry(string Path, int Flags, string? HardwareLevel);
