using System.Runtime.Versioning;
using System.Text;

namespace Firn.EndToEnd.Support;

/// <summary>A <c>conda-lock.yml</c> as conda-lock writes it (CEP 37).</summary>
[UnsupportedOSPlatform("windows")]
internal static class CondaLockFile
{
    public static string Of(CondaChannel channel, string root, params IEnumerable<CondaPackageFile> packages) =>
        "version: 1\nmetadata:\n  content_hash:\n    linux-64: 0000\n  channels:\n  - url: " + root
        + "\n    used_env_vars: []\n  platforms:\n  - linux-64\n  sources:\n  - environment.yml\npackage:\n"
        + string.Concat(packages.Select(package => Conda(channel, root, package)));

    /// <summary>An entry of a package of pip, to be put behind.</summary>
    public static string Wheel(string name, string version, string url, string sha256, string category = "main") =>
        $"- name: {name}\n  version: {version}\n  manager: pip\n  platform: linux-64\n  dependencies: {{}}\n  url: {url}\n"
        + $"  hash:\n    sha256: {sha256}\n  category: {category}\n  optional: {(category == "main" ? "false" : "true")}\n";

    public static string Conda(CondaChannel channel, string root, CondaPackageFile package, string category = "main")
    {
        // 1.10 must stay a text.
        var text = new StringBuilder($"- name: {package.Name}\n  version: '{package.Version}'\n  manager: conda\n  platform: linux-64\n");
        text.Append(package.Depends.Count == 0 ? "  dependencies: {}\n" : "  dependencies:\n");
        foreach (var depends in package.Depends)
        {
            var blank = depends.IndexOf(' ', StringComparison.Ordinal);
            text.Append(blank < 0 ? $"    {depends}: ''\n" : $"    {depends[..blank]}: '{depends[(blank + 1)..]}'\n");
        }

        return text.Append($"  url: {root}/{package.Subdir}/{package.FileName}\n  hash:\n    md5: {channel.Md5(package)}\n")
            .Append($"    sha256: {channel.Sha256(package)}\n  category: {category}\n  optional: false\n").ToString();
    }
}
