using System.Text;
using Firn.Archives.Documents;
using Firn.Common.Files;
using Firn.Restore.Planning;

namespace Firn.Restore.Finishing;

/// <summary>What makes a folder a virtual environment (PEP 405).</summary>
internal static class PyvenvConfigurationWriter
{
    /// <summary>
    /// The archived <c>pyvenv.cfg</c> with the version of the Python that is there, and cut off from that one's packages:
    /// those that the environment saw are in its own site-packages.
    /// </summary>
    public static string Adapt(string configuration, ArchivedTree tree, BasePython? basePython)
    {
        var lines = configuration.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var equals = lines[i].IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            var key = lines[i].AsSpan(0, equals).Trim().ToString().ToLowerInvariant();
            if (key == "include-system-site-packages")
            {
                lines[i] = $"{lines[i][..equals]}= false";
            }
            else if (key is "version" or "version_info" && basePython is not null && tree.PythonVersion.Length > 0)
            {
                lines[i] = lines[i].Replace(tree.PythonVersion, basePython.Version, StringComparison.Ordinal);
            }
            else if (basePython is not null && Place(key, basePython) is { } place
                && !RealPath.IsWithin(lines[i].AsSpan(equals + 1).Trim().ToString(), basePython.Prefix))
            {
                // It named the interpreter by a link elsewhere: /usr/local/bin, or another environment.
                lines[i] = $"{lines[i][..equals]}= {place}";
            }
            else if (basePython is not null && key == "command" && lines[i].IndexOf(" -m ", StringComparison.Ordinal) is var end && end > equals
                && lines[i][(equals + 1)..end].Trim() is ['/', ..] program && !RealPath.IsWithin(program, basePython.Prefix))
            {
                lines[i] = $"{lines[i][..equals]}= {basePython.Executable}{lines[i][end..]}";
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>What a key of venv's, virtualenv's or uv's <c>pyvenv.cfg</c> says of the interpreter below.</summary>
    private static string? Place(string key, BasePython basePython) => key switch
    {
        "home" => Path.GetDirectoryName(basePython.Executable),
        "executable" or "base-executable" => basePython.Executable,
        "base-prefix" or "base-exec-prefix" => basePython.Prefix,
        _ => null,
    };

    /// <summary>The <c>pyvenv.cfg</c> of an environment that was none before.</summary>
    public static string Compose(BasePython basePython) => new StringBuilder()
        .Append("home = ").Append(Path.GetDirectoryName(basePython.Executable)).Append('\n')
        .Append("include-system-site-packages = false\n")
        .Append("version = ").Append(basePython.Version).Append('\n')
        .Append("executable = ").Append(basePython.Executable).Append('\n')
        .ToString();

    /// <summary>The links of an environment that was none before; a path that is there already keeps what it has.</summary>
    public static IEnumerable<ArchivedLink> Links(RestoredTree target, BasePython basePython)
    {
        var name = target.Tree.PythonFolder;
        yield return new ArchivedLink("bin/" + name, basePython.Executable);
        foreach (var other in new HashSet<string>(["bin/python3", "bin/python", target.Tree.Executable], StringComparer.Ordinal))
        {
            if (other != "bin/" + name && other.StartsWith("bin/", StringComparison.Ordinal))
            {
                yield return new ArchivedLink(other, name);
            }
        }

        yield return new ArchivedLink("lib64", "lib");
    }
}

/// <summary>
/// Scripts that activate a virtual environment, for one that was none when it was archived: they do what venv's do, with
/// the prefix as a literal.
/// </summary>
internal static class ActivationScripts
{
    /// <summary>The scripts by path.</summary>
    /// <param name="prefix">Absolute; holds no quote, backslash, <c>$</c> or control character.</param>
    public static IEnumerable<KeyValuePair<string, string>> For(string prefix) => For(prefix, Path.GetFileName(prefix));

    /// <summary>The scripts by path.</summary>
    /// <param name="prefix">Absolute, or the token that stands for it.</param>
    /// <param name="prompt">What the shell's prompt begins with; holds no quote.</param>
    public static IEnumerable<KeyValuePair<string, string>> For(string prefix, string prompt)
    {
        yield return new("bin/activate", Fill(Shell, prefix, prompt));
        yield return new("bin/activate.csh", Fill(CShell, prefix, prompt.Replace("!", "\\!", StringComparison.Ordinal)));
        yield return new("bin/activate.fish", Fill(Fish, prefix, prompt));
    }

    private static string Fill(string script, string prefix, string prompt) => script
        .Replace("@PROMPT@", prompt, StringComparison.Ordinal)
        .Replace("@PREFIX@", prefix, StringComparison.Ordinal);

    private const string Shell = """
        # Made by firn. Use it with `. bin/activate` in sh, bash, dash or zsh; it cannot be run.
        deactivate() {
            if [ -n "${_OLD_VIRTUAL_PATH+x}" ]; then
                PATH="$_OLD_VIRTUAL_PATH"
                export PATH
                unset _OLD_VIRTUAL_PATH
            fi
            if [ -n "${_OLD_VIRTUAL_PYTHONHOME+x}" ]; then
                PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"
                export PYTHONHOME
                unset _OLD_VIRTUAL_PYTHONHOME
            fi
            if [ -n "${_OLD_VIRTUAL_PS1+x}" ]; then
                PS1="$_OLD_VIRTUAL_PS1"
                export PS1
                unset _OLD_VIRTUAL_PS1
            fi
            hash -r 2>/dev/null
            unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
            if [ "${1:-}" != "nondestructive" ]; then
                unset -f deactivate
            fi
        }

        deactivate nondestructive
        VIRTUAL_ENV='@PREFIX@'
        VIRTUAL_ENV_PROMPT='@PROMPT@'
        export VIRTUAL_ENV VIRTUAL_ENV_PROMPT
        _OLD_VIRTUAL_PATH="$PATH"
        PATH="$VIRTUAL_ENV/bin:$PATH"
        export PATH
        if [ -n "${PYTHONHOME:-}" ]; then
            _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"
            unset PYTHONHOME
        fi
        if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT:-}" ]; then
            _OLD_VIRTUAL_PS1="${PS1:-}"
            PS1="($VIRTUAL_ENV_PROMPT) ${PS1:-}"
            export PS1
        fi
        hash -r 2>/dev/null

        """;

    private const string CShell = """
        # Made by firn. Use it with `source bin/activate.csh` in csh or tcsh; it cannot be run.
        alias deactivate 'test $?_OLD_VIRTUAL_PATH != 0 && setenv PATH "$_OLD_VIRTUAL_PATH" && unset _OLD_VIRTUAL_PATH; rehash; test $?_OLD_VIRTUAL_PROMPT != 0 && set prompt="$_OLD_VIRTUAL_PROMPT" && unset _OLD_VIRTUAL_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; test "\!:*" != "nondestructive" && unalias deactivate'
        deactivate nondestructive
        setenv VIRTUAL_ENV '@PREFIX@'
        setenv VIRTUAL_ENV_PROMPT '@PROMPT@'
        set _OLD_VIRTUAL_PATH="$PATH"
        setenv PATH "$VIRTUAL_ENV/bin:$PATH"
        if (! $?VIRTUAL_ENV_DISABLE_PROMPT) then
            if ($?prompt) then
                set _OLD_VIRTUAL_PROMPT="$prompt"
                set prompt = "(@PROMPT@) $prompt"
            endif
        endif
        rehash

        """;

    private const string Fish = """
        # Made by firn. Use it with `source bin/activate.fish` in fish; it cannot be run.
        function deactivate -d "Leave the virtual environment"
            if set -q _OLD_VIRTUAL_PATH
                set -gx PATH $_OLD_VIRTUAL_PATH
                set -e _OLD_VIRTUAL_PATH
            end
            if set -q _OLD_VIRTUAL_PYTHONHOME
                set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
                set -e _OLD_VIRTUAL_PYTHONHOME
            end
            set -e VIRTUAL_ENV
            set -e VIRTUAL_ENV_PROMPT
            if test "$argv[1]" != nondestructive
                functions -e deactivate
            end
        end

        deactivate nondestructive
        set -gx VIRTUAL_ENV '@PREFIX@'
        set -gx VIRTUAL_ENV_PROMPT '@PROMPT@'
        set -gx _OLD_VIRTUAL_PATH $PATH
        set -gx PATH "$VIRTUAL_ENV/bin" $PATH
        if set -q PYTHONHOME
            set -gx _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
            set -e PYTHONHOME
        end

        """;
}
