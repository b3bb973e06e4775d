using System.Diagnostics;
using Firn.Common;

namespace Firn.Cli.Output;

/// <summary>
/// What the command line calls the properties of requests. The library's messages name properties, since a program that calls
/// it has no options; whatever the command line shows of them goes through here.
/// </summary>
internal static class OptionNames
{
    /// <summary>The option that sets a property.</summary>
    public static string Of(RequestSetting setting) => setting switch
    {
        RequestSetting.AllowsOutside => "--allow-outside",
        RequestSetting.AllowsPrivateAddresses => "--allow-private",
        RequestSetting.Base => "--base",
        RequestSetting.Compiles => "--compile",
        RequestSetting.CondaName => "-n",
        RequestSetting.Debugs => "--debug",
        RequestSetting.Engine => "--engine",
        RequestSetting.Files => "-f",
        RequestSetting.FindLinks => "--find-links",
        RequestSetting.Format => "--format",
        RequestSetting.Hash => "--hash",
        RequestSetting.IndexUrl => "--index-url",
        RequestSetting.ImagePrefix => "--prefix",
        RequestSetting.Installation => "--installation",
        RequestSetting.IsDryRun => "--dry-run",
        RequestSetting.IsOffline => "--offline",
        RequestSetting.IsUnlimited => "--yes",
        RequestSetting.Links => "--link",
        RequestSetting.LinkScripts => "--link-scripts",
        RequestSetting.Network => "--network",
        RequestSetting.NewCondaName => "--name",
        RequestSetting.NoObservation => "--no-observe",
        RequestSetting.Platform => "--platform",
        RequestSetting.Prefix => "--to",
        RequestSetting.Project => "--project",
        RequestSetting.Python => "--python",
        RequestSetting.Replaces => "--force",
        RequestSetting.Store => "--store",
        RequestSetting.TakesAnyBase => "--any-base",
        RequestSetting.Target => "-o",
        RequestSetting.UsesPlainHttp => "--plain-http",
        RequestSetting.WithHostLibraries => "--host-libraries",
        RequestSetting.WithoutPip => "--without-pip",
        RequestSetting.WithSecrets => "--with-secrets",
        _ => throw new UnreachableException($"{setting} has no option"),
    };

    /// <summary>A line of the library with options in it.</summary>
    public static string Write(MessageText text) => text.Render(Of);

    /// <summary>A problem whose message has options in it.</summary>
    public static Problem Write(Problem problem) => problem.Text is { } text ? problem with { Message = Write(text), Text = null } : problem;
}
