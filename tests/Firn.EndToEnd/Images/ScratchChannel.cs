using System.Runtime.Versioning;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Images;

/// <summary>What images from scratch are made of: a channel on loopback, packed once in a test run, and a system without a Python.</summary>
[UnsupportedOSPlatform("windows")]
internal static class ScratchChannel
{
    /// <summary>The base without its Python; the libraries that a Python of Debian's loads are there.</summary>
    public const string BareImage = "lab/bare:12";

    private static readonly Lazy<ScratchPackages> Once = new(() => new ScratchPackages());

    public static CondaChannel Channel => Once.Value.Channel;

    public static IReadOnlyList<CondaPackageFile> Packages => Once.Value.All;

    /// <summary>Makes the base.</summary>
    public static void MakeBare(ImageFolder folder) => folder.BuildImage(
        BareImage, $"FROM {ContainerEngines.BaseImage}\nRUN rm -rf /usr/bin/python3* /usr/bin/pip* /usr/lib/python3* && ! command -v python3\n");

    private sealed class ScratchPackages
    {
        public ScratchPackages() => Channel = new CondaChannel(SharedFolder.PathOf("scratch-channel")).Add(All);

        public CondaChannel Channel { get; }

        /// <summary>A Python with what the entrypoint imports, a package with an entry point, and one that sets variables when it is activated.</summary>
        public IReadOnlyList<CondaPackageFile> All { get; } =
        [
            CondaPython.With("ast", "binascii", "configparser", "encodings.utf_8_sig", "errno", "fcntl", "getpass", "importlib.util", "json", "re", "shutil", "signal", "stat", "subprocess", "traceback"),
            CondaPackageFile.Pure("speaker", "1.0") with { EntryPoints = ["speaker = speaker:main"] },
            new CondaPackageFile("activated")
            {
                Members =
                [
                    CondaMember.File("etc/conda/activate.d/activated.sh", "activated=(\"$CONDA_PREFIX\" share)\nexport ACTIVATED_AT=\"${activated[0]}/${activated[1]}\"\necho chatter\n"),
                    CondaMember.File("etc/conda/env_vars.d/activated.json", "{\"KEPT\": \"it's kept\"}"),
                ],
            },
        ];
    }
}
