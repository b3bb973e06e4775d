using System.CommandLine;

namespace Firn.Cli.Commands;

/// <summary><c>firn completion SHELL</c>: a script that lets the shell complete firn's commands and options.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish", "powershell"];

    public static Command Create(CommandContext context)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or powershell" };
        shell.AcceptOnlyFromAmong(Shells);
        var command = new ExampleCommand(
            "completion",
            "Print a script that completes firn's commands and options in a shell.",
            "firn completion bash > ~/.local/share/bash-completion/completions/firn")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            context.Console.Output.Write(Script(parsed.GetRequiredValue(shell)));
            return ExitCodes.Done;
        });
        return command;
    }

    // Each asks firn itself by the [suggest] directive, so the script never grows old.
    private static string Script(string shell) => shell switch
    {
        "bash" => """
            _firn() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(firn "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _firn firn

            """,
        "zsh" => """
            #compdef firn
            _firn() {
                local -a completions
                completions=("${(@f)$(firn "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)}")
                compadd -a completions
                _files
            }
            compdef _firn firn

            """,
        "fish" => """
            complete -c firn -a '(firn "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'

            """,
        _ => """
            Register-ArgumentCompleter -Native -CommandName firn -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                firn "[suggest:$cursorPosition]" "$commandAst" 2>$null |
                    Where-Object { $_ -like "$wordToComplete*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """,
    };
}
