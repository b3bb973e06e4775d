using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Wheels.Zip;
using Firn.Storage.Bundles;

namespace Firn.Python.Wheels;

/// <summary>
/// A wheel, as the bundle that it becomes and as what an installation adds to it. Its files are read when the bundle is
/// written, so it stays open until then.
/// </summary>
internal sealed class WheelPackage : IDisposable
{
    private readonly ZipDirectory _zip;

    internal WheelPackage(ZipDirectory zip) => _zip = zip;

    /// <summary>As METADATA has it.</summary>
    public required string Name { get; init; }

    public required string CanonicalName { get; init; }

    /// <summary>As METADATA has it.</summary>
    public required string Version { get; init; }

    /// <summary>The name of the metadata folder, <c>x-1.0.dist-info</c>.</summary>
    public required string MetadataFolder { get; init; }

    /// <summary>What the bundle holds, in no order.</summary>
    public required ImmutableArray<BundleMember> Members { get; init; }

    /// <summary>Bytes of all members.</summary>
    public required long Size { get; init; }

    public required ImmutableArray<WheelEntryPoint> EntryPoints { get; init; }

    /// <summary>What an installer writes for them, and scripts that count as such; sorted by path.</summary>
    public required ImmutableArray<WheelLauncher> Launchers { get; init; }

    /// <summary>The requirements in METADATA.</summary>
    public required ImmutableArray<string> Requires { get; init; }

    public required string? RequiresPython { get; init; }

    /// <summary>The folder that its headers lie in; <see langword="null"/> where it has none.</summary>
    public required string? HeadersName { get; init; }

    /// <summary>RECORD of the bundle.</summary>
    public required byte[] Record { get; init; }

    /// <summary>What is doubtful, and did not stop it.</summary>
    public required ImmutableArray<Problem> Problems { get; init; }

    /// <summary>Whether RECORD lists bytecode; that of a bundle never does.</summary>
    public bool RecordsBytecode { get; init; }

    /// <summary>Opens a wheel and reads all but the contents of its files.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">What it is to be installed into, and what it should be.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="FirnException">It is not what it should be, or breaks the rules of wheels.</exception>
    public static WheelPackage Open(string path, WheelTarget target, CancellationToken cancellation)
    {
        var fileName = WheelFileName.Parse(target.FileName);
        ZipDirectory? zip = null;
        try
        {
            zip = ZipDirectory.Open(path, cancellation);
            var package = new WheelReader(zip, fileName, target).Read(cancellation);
            zip = null;
            return package;
        }
        catch (ZipFormatException exception)
        {
            throw WheelRefusal.Of(target.FileName, exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot read {path}: {exception.Message}", "check its permissions", innerException: exception);
        }
        finally
        {
            zip?.Dispose();
        }
    }

    public void Dispose() => _zip.Dispose();
}
