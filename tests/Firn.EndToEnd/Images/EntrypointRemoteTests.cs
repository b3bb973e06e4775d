using System.Net;
using System.Net.Sockets;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>The entrypoint's logins, git, SSH server, folders of editors and Jupyter.</summary>
public sealed class EntrypointRemoteTests
{
    private const string Key = "s3cr3t-key-0123456789";

    private static readonly string[] Editors = ["VSCODE", "CURSOR"];
    private static readonly string[] JetBrains = ["config", "local", "cache"];

    public static TheoryData<string> Shells => EntrypointBox.Shells;

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Keys_reach_the_command_and_nothing_else(string shell)
    {
        var strace = Part.Program("strace");
        using var box = new EntrypointBox { ShellName = shell };
        box.Variables["WANDB_API_KEY"] = string.Empty;
        box.Variables["WANDB_API_KEY_FILE_AT"] = box.Write("keys/wandb", $"  {Key}-w\r\nmore\n");
        box.Variables["HF_TOKEN_AT"] = box.Write("keys/hf", $"{Key}-h");
        box.Variables["HF_HOME"] = "/scratch/hf";

        var result = box.RunWithin(
            $"exec {strace} -f -qq -s 4096 -e trace=execve,write -o $0/trace \"$@\"",
            "python", "-c", "import os; e = os.environ; print([e[n][-1] for n in ('WANDB_API_KEY', 'HF_TOKEN')], len(e['WANDB_API_KEY']), e['HF_HOME'])").MustReturn(0);

        Assert.Equal($"['w', 'h'] {Key.Length + 2} /scratch/hf\n", result.StandardOutput);
        Assert.DoesNotContain(Key, result.StandardError);
        Assert.DoesNotContain(Key, File.ReadAllText(box.PathOf("trace")));
        Assert.Equal(string.Empty, box.Shell($"grep -rl {Key} --exclude-dir=keys . || :").StandardOutput);

        // What is given itself goes before a file.
        box.Variables["WANDB_API_KEY"] = "own";
        Assert.Equal("own\n", box.Run("sh", "-c", "echo $WANDB_API_KEY").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Key_that_cannot_be_read_ends_the_start()
    {
        using var box = new EntrypointBox();
        box.Variables["HF_TOKEN_AT"] = "/absent/token";
        Assert.Contains("firn: HF_TOKEN_AT is /absent/token, which is not there", box.Run("true").MustReturn(1).StandardError);
        box.Variables["HF_TOKEN_AT"] = box.Write("empty", "\n");
        Assert.Contains("which is empty", box.Run("true").MustReturn(1).StandardError);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Git_has_its_configuration_and_trusts_the_project(string shell)
    {
        Part.Program("git");
        using var box = new EntrypointBox { ShellName = shell };
        box.Shell("git init -q project && chown -R 4242 project && chmod 755 project");
        box.Variables["GIT_CONFIG_AT"] = box.PathOf("store/gitconfig");
        const string Use = "git config --global user.name Somebody && git rev-parse --show-toplevel && readlink $HOME/.gitconfig";

        var result = box.Run("sh", "-c", Use).MustReturn(0);

        Assert.Equal($"{box.PathOf("project")}\n{box.PathOf("store/gitconfig")}\n", result.StandardOutput);
        Assert.Contains("Somebody", File.ReadAllText(box.PathOf("store/gitconfig")));
        // A user's own file stays.
        File.Delete(box.PathOf("home/.gitconfig"));
        box.Write("home/.gitconfig", "[user]\n\tname = Other\n");
        box.Run("true").MustReturn(0);
        Assert.Contains("Other", File.ReadAllText(box.PathOf("home/.gitconfig")));
        Assert.Null(new FileInfo(box.PathOf("home/.gitconfig")).LinkTarget);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Folders_of_editors_are_the_project_s_own(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };
        foreach (var name in new[] { "VSCODE", "CURSOR", "JETBRAINS" })
        {
            box.Variables[name + "_SERVER_AT"] = box.PathOf($"store/{name}");
        }

        box.Write("store/JETBRAINS/dist/pycharm/bin/remote-dev-server.sh", "#!/bin/sh\necho \"$@\" $REMOTE_DEV_NON_INTERACTIVE > $TMPDIR/ide.new; mv $TMPDIR/ide.new $TMPDIR/ide\n", executable: true);
        box.Variables["PYCHARM_IDE_AT"] = "pycharm";
        box.Variables["SSH_FORWARD_PORT"] = "2299";
        box.Variables["USER"] = "somebody";
        const string Look = "cd $HOME; for l in .vscode-server .cursor-server .config/JetBrains .local/share/JetBrains .cache/JetBrains; do readlink $l; done; until [ -e $TMPDIR/ide ]; do sleep 0.05; done";
        var project = box.PathOf("project");
        var expected = string.Concat(
            Editors.Select(name => box.PathOf($"store/{name}/projects{project}\n"))
                .Concat(JetBrains.Select(name => box.PathOf($"store/JETBRAINS/projects{project}/{name}\n"))));

        Assert.Equal(expected, box.Run("sh", "-c", Look).MustReturn(0).StandardOutput);
        // Once more finds the links there.
        Assert.Equal(expected, box.Run("sh", "-c", Look).MustReturn(0).StandardOutput);
        Assert.Equal($"run {project} --ssh-link-host 127.0.0.1 --ssh-link-user somebody --ssh-link-port 2299 1\n", File.ReadAllText(box.PathOf("tmp/ide")));
        // What is real stays.
        File.Delete(box.PathOf("home/.vscode-server"));
        box.Write("home/.vscode-server/data", "x");
        Assert.Contains(".vscode-server is there already and stays", box.Run("true").MustReturn(0).StandardError);
        Assert.True(File.Exists(box.PathOf("home/.vscode-server/data")));
    }

    [SkippableFact]
    public void Old_names_of_the_template_keep_their_layouts()
    {
        using var box = new EntrypointBox();
        box.Variables["VSCODE_CONFIG_AT"] = box.PathOf("store/code");
        box.Variables["PYCHARM_CONFIG_AT"] = box.PathOf("store/pycharm");
        const string Look = "cd $HOME; readlink .vscode-server; readlink .config/JetBrains/RemoteDev-PY; readlink .cache/JetBrains/RemoteDev-PY; readlink .config/JetBrains";
        Assert.Equal(
            $"{box.PathOf("store/code")}\n{box.PathOf("store/pycharm/.config/JetBrains/RemoteDev-PY")}\n{box.PathOf("store/pycharm/.cache/JetBrains/RemoteDev-PY")}\n",
            box.Run("sh", "-c", Look).StandardOutput);
        box.Shell("rm -r home/.config");
        box.Variables.Remove("PYCHARM_CONFIG_AT");
        box.Variables["JETBRAINS_CONFIG_AT"] = box.PathOf("store/jetbrains");
        Assert.EndsWith(box.PathOf("store/jetbrains\n"), box.Run("sh", "-c", Look).MustReturn(0).StandardOutput);
    }

    [SkippableTheory]
    [InlineData("0", " --allow-root")]
    [InlineData("4242", "")]
    public void Jupyter_runs_beside_the_command(string user, string asRoot)
    {
        using var box = new EntrypointBox { User = user };
        box.Write("bin/jupyter-lab", "#!/bin/sh\necho talk\necho \"$@\" > $TMPDIR/jupyter.new; mv $TMPDIR/jupyter.new $TMPDIR/jupyter\n", executable: true);
        box.Variables["JUPYTER_SERVER"] = "1";

        var result = box.Run("sh", "-c", "until [ -e $TMPDIR/jupyter ]; do sleep 0.05; done; echo command").MustReturn(0);

        Assert.Equal("command\n", result.StandardOutput);
        Assert.Contains("talk\n", result.StandardError);
        Assert.Equal($"--no-browser --port=8887 --notebook-dir={box.PathOf("project")}{asRoot}\n", File.ReadAllText(box.PathOf("tmp/jupyter")));
        File.Delete(box.PathOf("bin/jupyter-lab"));
        box.Variables["PATH"] = $"{box.PathOf("bin")}:/usr/bin:/bin";
        Assert.Contains("has no jupyter-lab", box.Run("true").MustReturn(0).StandardError);
    }

    [SkippableFact]
    public void Remote_development_is_for_the_first_rank_where_that_is_asked()
    {
        using var box = new EntrypointBox();
        box.Variables["VSCODE_SERVER_AT"] = box.PathOf("store");
        box.Variables["SLURM_ONE_REMOTE_DEV"] = "1";
        box.Variables["SLURM_PROCID"] = "3";
        box.Run("true").MustReturn(0);
        Assert.False(Directory.Exists(box.PathOf("store")));
        box.Variables["SLURM_PROCID"] = "0";
        box.Run("true").MustReturn(0);
        Assert.True(Directory.Exists(box.PathOf("store")));
    }

    [SkippableTheory]
    [InlineData("dash", "0")]
    [InlineData("bash", "0")]
    [InlineData("busybox", "0")]
    [InlineData("dash", "4242")]
    public void Sessions_of_ssh_have_the_environment_and_cannot_be_made_to_run_it(string shell, string user)
    {
        Part.Program("sshd");
        Part.Program("ssh");
        using var box = new EntrypointBox { ShellName = shell, User = user };
        var port = FreePort();
        const string Odd = "it's \"odd\" `touch $TMPDIR/ran` $(touch $TMPDIR/ran)\nSECOND=line; touch $TMPDIR/ran";
        box.Variables["ODD"] = Odd;
        box.Variables["BASH_FUNC_f%%"] = "() { touch $TMPDIR/ran; }";
        box.Variables["SSH_SERVER"] = "1";
        box.Variables["SSH_CONTAINER_PORT"] = $"{port}";
        box.Variables["PASSWD"] = "p4ssw0rd";
        box.Shell("ssh-keygen -q -t ed25519 -N '' -f key && mkdir -p account/.ssh && cp key.pub account/.ssh/authorized_keys && chmod 700 account account/.ssh && sed s,/bin/bash,/bin/sh, /etc/passwd > passwd && echo someone:x:4242:4242::$0/account:/bin/sh >> passwd && chown -R $1 account key", box.Root, user);
        box.Mounts = $"mount --bind {box.PathOf("passwd")} /etc/passwd" + (user == "0" ? $"; mount --bind {box.PathOf("account")} /root" : string.Empty);
        var name = user == "0" ? "root" : "someone";
        var ssh = $"ssh -F none -i {box.PathOf("key")} -p {port} -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={box.PathOf("tmp/hosts")} {name}@127.0.0.1";

        var result = box.Run("sh", "-c", $$"""
            for i in 1 2 3 4 5 6 7 8 9; do {{ssh}} true 2>/dev/null && break; sleep 0.2; done
            {{ssh}} 'python -c "import os, study; print(repr(os.environ[\"ODD\"]), study.value)"; study-run a; pwd; echo ${PASSWD:-none}; exit 4'
            echo $?
            echo 'pwd; echo $0' | {{ssh}}
            echo copied > $TMPDIR/from-{{user}}
            scp -q -F none -i {{box.PathOf("key")}} -P {{port}} -o BatchMode=yes -o UserKnownHostsFile={{box.PathOf("tmp/hosts")}} $TMPDIR/from-{{user}} {{name}}@127.0.0.1:$TMPDIR/to && cat $TMPDIR/to
            stat -c %a $TMPDIR/firn-{{user}}/environment $TMPDIR/firn-{{user}}/ssh/host_ed25519
            kill $(cat $TMPDIR/firn-{{user}}/ssh/sshd.pid)
            """).MustReturn(0);

        var home = user == "0" ? "/root" : box.PathOf("account");
        Assert.Equal(
            $"{PythonText(Odd)} 42\nran ['a']\n{home}\nnone\n4\n{box.PathOf("project")}\n-sh\ncopied\n600\n600\n",
            result.StandardOutput);
        Assert.False(File.Exists(box.PathOf("tmp/ran")));
        Assert.Equal(string.Empty, box.Shell("grep -rl p4ssw0rd tmp home || :").StandardOutput);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Without_a_command_a_terminal_has_a_login_shell(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };
        box.Variables["HOME"] = "/";
        // As the image has it: Debian's own profile sets PATH anew.
        box.Write("profile.d/firn.sh", File.ReadAllText(Path.Join(EntrypointBox.Scripts, "login.sh")));
        box.Mounts = $"mount --bind {box.PathOf("profile.d")} /etc/profile.d";

        var result = box.RunWithin(
            $"(sleep 1; echo 'echo me=$$ in=$PWD; study-run; exit 6') | SHELL=/usr/bin/bash {Part.Program("script")} -qefc \"$(printf '%q ' \"$@\")\" /dev/null");

        Assert.Equal(6, result.ExitCode);
        Assert.Contains($"me=1 in={box.PathOf("project")}", result.StandardOutput);
        Assert.True(result.StandardOutput.Contains("ran []", StringComparison.Ordinal), result.StandardOutput);
    }

    [SkippableFact]
    public void Missing_ssh_server_is_said_and_the_command_runs()
    {
        using var box = new EntrypointBox { User = "4243" };
        box.Variables["SSH_SERVER"] = "1";
        var result = box.Run("echo", "ran").MustReturn(0);
        Assert.Equal("ran\n", result.StandardOutput);
        Assert.Contains("firn: SSH_SERVER is set, but ", result.StandardError);
    }

    [SkippableTheory]
    [InlineData("bash", ".profile")]
    [InlineData("bash", ".bash_profile")]
    [InlineData("dash", ".profile")]
    public void Login_shells_of_another_ssh_server_take_the_environment_up(string shell, string profile)
    {
        using var box = new EntrypointBox();
        box.Variables["SOURCE_ENV_FOR_SSH"] = "1";
        box.Variables["ODD"] = "it's \"odd\" `touch /tmp/firn-test-ran`\nSECOND=line";
        box.Write("home/" + profile, "OWN=1; export OWN\n");
        box.Run("true").MustReturn(0);
        box.Run("true").MustReturn(0);
        var variables = new Dictionary<string, string?>(box.Variables.ToDictionary(one => one.Key, string? (one) => one.Value)) { ["ODD"] = null };

        var result = new ProcessRunner { Variables = variables, WorkingDirectory = "/" }.Run(
            Part.Program(shell), "-l", "-c", "study-run; printf '%s|%s\\n' \"$OWN\" \"$ODD\"").MustReturn(0);

        Assert.Equal($"ran []\n1|{box.Variables["ODD"]}\n", result.StandardOutput);
        Assert.False(File.Exists("/tmp/firn-test-ran"));
        Assert.Single(File.ReadAllLines(box.PathOf("home/" + profile)), line => line.Contains("environment.sh"));
    }

    private static string PythonText(string text) => "'" + text.Replace("'", "\\'").Replace("\n", "\\n") + "'";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
