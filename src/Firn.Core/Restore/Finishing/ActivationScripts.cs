namespace Firn.Restore.Finishing;

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
