using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image copy</c>: from one place to another, without an engine.</summary>
internal static class ImageCopyCommand
{
    public static Command Create(CommandContext context)
    {
        var source = new Argument<string>("FROM") { Description = "HOST/PATH:TAG, oci:DIR[:TAG] or docker-archive:FILE[:NAME:TAG]" };
        var target = new Argument<string>("TO") { Description = "Where it goes, likewise" };
        source.RefuseOptions();
        target.RefuseOptions();
        var command = new ExampleCommand(
            "copy", "Copy an image between registries, OCI image layouts and docker archives, without an engine. What is there already is not sent again.",
            "firn image copy registry.example/lab/study:1.0 other.example/lab/study:1.0")
        {
            source, target,
        };
        var copy = new CopyArguments(command);
        command.SetAction(parsed => copy.Run(context, parsed, "copied", parsed.GetValue(source)!, parsed.GetValue(target)!));
        return command;
    }
}

/// <summary>The options of all commands that ask registries.</summary>
internal sealed class RegistryArguments
{
    private readonly Option<string?> _platform = new("--platform")
    {
        Description = "Of an image for several platforms the one for this, such as linux/arm64",
        HelpName = "PLATFORM",
    };

    private readonly Option<bool> _plain = new("--plain-http") { Description = "Ask registries without TLS; those on this machine are asked so anyhow" };
    private readonly Option<bool> _private = new("--allow-private") { Description = "Follow a registry to private addresses" };

    public RegistryArguments(Command command, bool withPlatform = true)
    {
        if (withPlatform)
        {
            _platform.RefuseEmpty();
            command.Add(_platform);
        }

        command.Add(_plain);
        command.Add(_private);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_platform, _plain, _private];

    public string? Platform(ParseResult parsed) => parsed.GetValue(_platform);

    public RegistryAccess Access(ParseResult parsed) => new() { UsesPlainHttp = parsed.GetValue(_plain), AllowsPrivateAddresses = parsed.GetValue(_private) };
}

/// <summary>The options of all commands that copy an image without an engine.</summary>
internal sealed class CopyArguments
{
    private readonly RegistryArguments _registry;
    private readonly Option<string?> _format = new("--format")
    {
        Description = "What its manifests become: oci, or docker for programs that read nothing else. Default: as they are",
        HelpName = "FORMAT",
    };

    public CopyArguments(Command command)
    {
        _registry = new RegistryArguments(command);
        _format.AcceptOnlyFromAmong("oci", "docker");
        command.Add(_format);
    }

    /// <summary>Says of options that they are for the other way of a command, which would not heed them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="place">What says where an image is copied to.</param>
    /// <param name="engine">The options of the way through an engine.</param>
    public void RefuseOthers(Command command, Symbol place, params IReadOnlyList<Option> engine) => command.Validators.Add(result =>
    {
        var isCopy = place switch
        {
            Argument argument => result.GetResult(argument) is { Tokens.Count: > 0 },
            Option option => result.GetResult(option) is { Implicit: false },
            _ => false,
        };
        foreach (var other in isCopy ? engine : [.. _registry.All, _format])
        {
            if (result.GetResult(other) is { Implicit: false })
            {
                result.AddError(isCopy ? $"{other.Name} is for an installation's images: leave out {place.Name}" : $"{other.Name} is for a copy without an engine, and needs {place.Name}");
            }
        }
    });

    public int Run(CommandContext context, ParseResult parsed, string done, string source, string target)
    {
        using var signals = new CancellationBySignal(context.Cancelled);
        var copied = new CopyImage(context.SystemContext).Run(
            new CopyImageRequest
            {
                Source = source,
                Target = target,
                Platform = _registry.Platform(parsed),
                Format = parsed.GetValue(_format) switch
                {
                    "docker" => ImageFormat.Docker,
                    "oci" => ImageFormat.Oci,
                    _ => ImageFormat.Unchanged,
                },
                Registry = _registry.Access(parsed),
            },
            new ConsoleObserver(context.Console),
            signals.Token);
        var verb = done == "pushed" ? "sent" : done == "pulled" ? "fetched" : done;
        var indent = new string(' ', done.Length);
        var all = copied.BlobsSent + copied.BlobsMounted + copied.BlobsThere;
        context.Console.Output.WriteLine(TerminalText.Clean($"{done} {copied.Target}"));
        context.Console.Output.WriteLine($"{indent} {copied.Digest}");
        context.Console.Output.WriteLine($"{indent} {copied.BlobsSent} of {CountText.Of(all, "blob")} {verb}, {SizeText.Of(copied.BytesSent)}"
            + (copied.BlobsMounted > 0 ? $"; {copied.BlobsMounted} taken from another repository" : string.Empty)
            + (copied.BlobsThere > 0 ? $"; {copied.BlobsThere} were there" : string.Empty));
        return ExitCodes.Done;
    }
}

/// <summary>The options by which an image is inspected in its registry.</summary>
internal sealed class RemoteArguments
{
    private readonly RegistryArguments _registry;
    private readonly Option<bool> _remote = new("--remote") { Description = "Ask the registry, also where an engine has the image" };

    public RemoteArguments(Command command)
    {
        command.Add(_remote);
        _registry = new RegistryArguments(command);
    }

    /// <summary>Asks the registry that a name has, unless the engine has the image; <see langword="null"/> where the engine is to be asked.</summary>
    public ImageInspection? TryInspect(CommandContext context, ParseResult parsed, string? image, InstallationSelection selection, CancellationToken cancellation)
    {
        if (image is null || (!parsed.GetValue(_remote) && !InspectRemoteImage.HasRegistry(image)))
        {
            return null;
        }

        var local = parsed.GetValue(_remote) ? null : new InspectImage(context.SystemContext).TryRun(selection, image, cancellation);
        return local ?? new InspectRemoteImage(context.SystemContext).Run(image, _registry.Platform(parsed), _registry.Access(parsed), cancellation);
    }
}
