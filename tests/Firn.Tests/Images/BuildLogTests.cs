using System.Runtime.InteropServices;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Images.Building;
using Firn.Images.Engines;

namespace Firn.Tests.Images;

/// <summary>What engines print of a build that fails, as docker 20.10, podman 4.3 and buildah 1.28 printed it.</summary>
public sealed class BuildLogTests
{
    private const string Dockerfile = """
        ARG BASE_IMAGE
        FROM ${BASE_IMAGE} AS build
        ARG X=1
        RUN echo one
        RUN --mount=type=cache,target=/root/.cache \
            echo two && \
            sleep 3 && ls /nowhere

        FROM ${BASE_IMAGE} AS other
        ENV A=b
        WORKDIR /x
        RUN sleep 5
        COPY --from=build /etc/hostname /h

        """;

    private const string Failing = "RUN --mount=type=cache,target=/root/.cache     echo two &&     sleep 3 && ls /nowhere";

    /// <summary>BuildKit works on two stages at a time and names the one last that it gave up.</summary>
    private static readonly string[] BuildKit =
    [
        "#4 [build 1/3] FROM docker.io/lab/python:3.11", "#4 CACHED", "#9 [build 2/3] RUN echo one", "#9 0.240 one", "#9 DONE 0.3s",
        "#8 [other 3/4] RUN sleep 5", "#8 sha256:d3e42efa5cd58a5d40350ba63430156e0087c0697617d01582daefed19a502f6", "#8 ...",
        $"#10 [build 3/3] {Failing}", "#10 0.192 two", "#10 3.202 ls: cannot access '/nowhere': No such file or directory",
        "#10 ERROR: executor failed running [/bin/sh -c echo two &&     sleep 3 && ls /nowhere]: exit code: 2",
        "#8 [other 3/4] RUN sleep 5", "#8 CANCELED", "------", $" > [build 3/3] {Failing}:", "------",
        "executor failed running [/bin/sh -c echo two &&     sleep 3 && ls /nowhere]: exit code: 2",
    ];

    private static readonly string[] Classic =
    [
        "Step 1/12 : ARG BASE_IMAGE", "Step 2/12 : FROM ${BASE_IMAGE} AS build", " ---> 956ff1c8350f", "Step 3/12 : ARG X=1", "Step 4/12 : RUN echo one",
        "one", $"Step 5/12 : {Failing}", " ---> Running in ca510ce92c56", "two", "\u001b[91mls: cannot access '/nowhere': No such file or directory",
        "\u001b[0mThe command '/bin/sh -c echo two &&     sleep 3 && ls /nowhere' returned a non-zero code: 2", "Removing intermediate container ca510ce92c56",
    ];

    private static readonly string[] Podman =
    [
        "[1/2] STEP 1/4: FROM lab/python:3.11 AS build", "[1/2] STEP 2/4: ARG X=1", "--> 8071300824f", "[1/2] STEP 3/4: RUN echo one", "one",
        $"[1/2] STEP 4/4: {Failing}", "two", "ls: cannot access '/nowhere': No such file or directory",
        "Error: building at STEP \"RUN --mount=type=cache,target=/root/.cache echo two &&     sleep 3 && ls /nowhere\": while running runtime: exit status 2",
    ];

    public static TheoryData<string[]> Logs => new(BuildKit, [.. BuildKit.Where(static line => !line.StartsWith("#8", StringComparison.Ordinal))], Classic, Podman);

    [Theory]
    [MemberData(nameof(Logs))]
    public void The_step_that_failed_is_named_with_what_it_said(string[] lines)
    {
        var log = Filled(lines);

        var failure = log.Failure(Engine(EngineKind.Docker), "lab/study:x", lines[^1]);

        Assert.Equal(
            "building lab/study:x failed at `RUN echo two && sleep 3 && ls /nowhere`: ls: cannot access '/nowhere': No such file or directory", failure.Message);
        Assert.Equal("the lines above say more; --debug opens a shell where the step begins", OptionNames.Write(failure.Hint));
        var before = StepPlace.Before(Dockerfile, log.Step!);
        Assert.EndsWith("RUN echo one\n", before, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_are_not_shown()
    {
        var shown = new List<string>();

        new BuildLog(shown.Add).Add("\u001b[91mred\u001b[0m");

        Assert.Equal("red", Assert.Single(shown));
    }

    [Theory]
    [InlineData("E: Unable to locate package no-such", "E: Unable to locate package no-such", "check the names in dependencies/apt-*.txt")]
    [InlineData("ERROR: No matching distribution found for no-such", "No matching distribution found for no-such", "check the name and the version")]
    [InlineData("error: externally-managed-environment", "externally-managed-environment", "install into /opt/env")]
    [InlineData("ERROR: Could not find a version: Connection refused", "Could not find a version: Connection refused", "check the address and the network")]
    [InlineData("OSError: [Errno 28] No space left on device", "OSError: [Errno 28] No space left on device", "make room")]
    public void What_is_known_has_its_advice(string line, string why, string advice)
    {
        var failure = Filled(["STEP 4/7: RUN make", line, "Error: building at STEP \"RUN make\": while running runtime: exit status 1"])
            .Failure(Engine(EngineKind.Podman), "x", "building at STEP \"RUN make\": while running runtime: exit status 1");

        Assert.Equal($"building x failed at `RUN make`: {why}", failure.Message);
        Assert.StartsWith(advice, failure.Hint.ToString(), StringComparison.Ordinal);
    }

    /// <summary>As pip 23.0 printed them, and make-env.sh prints.</summary>
    [Theory]
    [InlineData(
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes.\n    alpha==1.1 from http://127.0.0.1/a.whl#sha256=cdea (from -r /r.txt (line 5)):\n        Expected sha256 aaaa\n             Got        cdea",
        "the file of alpha==1.1 has another digest than the requirements give", "compare the digest in dependencies/requirements.txt")]
    [InlineData(
        "  WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/alpha/\nERROR: Could not find a version that satisfies the requirement alpha (from versions: none)\nERROR: No matching distribution found for alpha",
        "Failed to establish a new connection: [Errno 111] Connection refused", "check the address and the network")]
    [InlineData(
        "  error: subprocess-exited-with-error\n  \n  × Preparing metadata (pyproject.toml) did not run successfully.\n  │ exit code: 1\n  ╰─> [2 lines of output]\n      RuntimeError: the Fortran compiler is missing\n      [end of output]\n  \n  note: This error originates from a subprocess\nerror: metadata-generation-failed\n\n× Encountered error while generating package metadata.\n╰─> See above for output.\n\nnote: This is an issue with the package mentioned above, not pip.\nhint: See above for details.",
        "Preparing metadata (pyproject.toml) did not run successfully: RuntimeError: the Fortran compiler is missing", "the lines above say more")]
    [InlineData("error: the base's Python has no pip\nhint: name python3-venv in dependencies/apt-build.txt", "the base's Python has no pip", "name python3-venv in dependencies/apt-build.txt")]
    public void Reasons_of_several_lines_become_one(string said, string why, string advice)
    {
        var failure = Filled(["STEP 4/7: RUN make", .. said.Split('\n'), "Error: building at STEP \"RUN make\": while running runtime: exit status 1"])
            .Failure(Engine(EngineKind.Podman), "x", "building at STEP \"RUN make\": while running runtime: exit status 1");

        Assert.Equal($"building x failed at `RUN make`: {why}", failure.Message);
        Assert.StartsWith(advice, failure.Hint.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unexpected EOF")]
    [InlineData("rpc error: code = Unavailable desc = transport is closing")]
    [InlineData("error during connect: Post \"http://%2Fs/v1.41/build\": read unix @->/s: read: connection reset by peer")]
    public void A_daemon_that_went_away_is_no_failure_of_the_step(string reason)
    {
        var failure = Filled(["#9 [build 2/3] RUN echo one", "#9 0.240 one", reason]).Failure(Engine(EngineKind.Docker), "x", reason);

        Assert.Equal($"docker's daemon went away while it built x: {reason}", failure.Message);
        Assert.StartsWith("start the daemon", failure.Hint.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COPY a /b", "", 2, "FROM x\n")]
    [InlineData("RUN twice", "stage-1", 3, "FROM x\nCOPY $A /b\nFROM y\nRUN twice\n")]
    [InlineData("RUN twice", "2", 3, "FROM x\nCOPY $A /b\nFROM y\nRUN twice\n")]
    [InlineData("FROM y", "stage-1", 1, null)]
    [InlineData("RUN other", "stage-1", 2, null)]
    public void A_step_is_found_by_its_number_and_its_text(string text, string stage, int number, string? before) =>
        Assert.Equal(before, StepPlace.Before("FROM x\nCOPY $A /b\nFROM y\nRUN twice\nRUN twice\n", new BuildStep(text, stage, number)));

    [Theory]
    [InlineData("arm64", "arm64", "linux/arm64")]
    [InlineData("linux/aarch64", "arm64", "linux/arm64")]
    [InlineData("linux/arm/v7", "armv7", "linux/arm/v7")]
    [InlineData("x86_64x", "x86_64x", null)]
    [InlineData("windows/amd64", "", null)]
    [InlineData("linux/", "", null)]
    public void Processors_are_named_as_engines_name_them(string text, string name, string? platform)
    {
        if (platform is null)
        {
            Assert.Throws<FirnException>(() => ImageProcessor.Parse(text));
            return;
        }

        Assert.Equal(new ImageProcessor(name, platform), ImageProcessor.Parse(text));
    }

    [SkippableFact]
    public void The_smallest_program_of_this_machine_runs()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture.ToString() is "X64" or "Arm64");

        Assert.True(ImageProcessor.Parse(ImageProcessor.OfThisMachine).CanRun(CancellationToken.None));
        Assert.Null(ImageProcessor.Parse("riscv64").CanRun(CancellationToken.None));
    }

    [SkippableFact]
    public void What_a_killed_firn_left_is_told_from_what_another_one_is_at()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var mine = WorkName.New("firn");
        var number = $"-{Environment.ProcessId}-";

        Assert.False(WorkName.IsAbandoned($"{mine}-0", "firn"));
        Assert.True(WorkName.IsAbandoned($"{mine.Replace(number, "-99999999-", StringComparison.Ordinal)}-0", "firn"));
        Assert.False(WorkName.IsAbandoned(mine.Replace(number, "-99999999-", StringComparison.Ordinal), "firn-program"));
        Assert.False(WorkName.IsAbandoned("firn-00000000-99999999-x", "firn"));
    }

    [Fact]
    public void What_pip_could_not_reach_is_the_reason_and_no_missing_package()
    {
        var log = Filled(
        [
            "#13 [build 7/7] RUN sh make-env.sh requirements.txt", "#13 0.480 Looking in indexes: http://127.0.0.1:18713/",
            "#13 7.991 WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f15a23b7c10>: Failed to establish a new connection: [Errno 111] Connection refused')': /alpha/",
            "#13 8.005 ERROR: Could not find a version that satisfies the requirement alpha (from versions: none)", "#13 8.005 ERROR: No matching distribution found for alpha",
            "#13 ERROR: executor failed running [/bin/sh -c sh make-env.sh requirements.txt]: exit code: 1",
        ]);

        var failure = log.Failure(Engine(EngineKind.Docker), "lab/x:1", "executor failed running [/bin/sh -c sh make-env.sh requirements.txt]: exit code: 1");

        Assert.Equal("building lab/x:1 failed at `RUN sh make-env.sh requirements.txt`: Failed to establish a new connection: [Errno 111] Connection refused", failure.Message);
        Assert.EndsWith("--network host", OptionNames.Write(failure.Hint), StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_without_its_network_says_so_of_the_step()
    {
        const string Said = "executor failed running [/bin/sh -c sh install-apt.sh]: network bridge not found";
        var log = Filled(["#9 [build 3/7] RUN sh install-apt.sh", $"#9 ERROR: {Said}"]);

        var failure = log.Failure(Engine(EngineKind.Docker), "lab/x:1", Said);

        Assert.Equal("building lab/x:1 failed at `RUN sh install-apt.sh`: network bridge not found", failure.Message);
        Assert.EndsWith("--network host", OptionNames.Write(failure.Hint), StringComparison.Ordinal);
    }

    /// <summary>pip's word about conflicts harmed nobody, and is the first error of all that was printed.</summary>
    [Fact]
    public void An_error_of_another_step_is_not_the_reason()
    {
        const string Harmless = "ERROR: pip's dependency resolver does not currently take into account all the packages that are installed";
        var log = Filled(["STEP 2/3: RUN pip install alpha", Harmless, "--> 8071300824f", "STEP 3/3: RUN ls /nowhere", "ls: cannot access '/nowhere': No such file or directory",
            "Error: building at STEP \"RUN ls /nowhere\": while running runtime: exit status 2"]);

        var failure = log.Failure(Engine(EngineKind.Podman), "lab/x:1", Harmless["ERROR: ".Length..]);

        Assert.Equal("building lab/x:1 failed at `RUN ls /nowhere`: ls: cannot access '/nowhere': No such file or directory", failure.Message);
    }

    [Theory]
    [InlineData("amd64-cuda", "amd64")]
    [InlineData("arm64-cpu-small", "arm64")]
    [InlineData("s390x", "s390x")]
    [InlineData("cuda-12", null)]
    [InlineData("amd64x-cuda", null)]
    public void The_processor_of_an_installation_is_the_first_word_of_its_variant(string variant, string? processor) =>
        Assert.Equal(processor, ImageProcessor.NamedIn(variant));

    private static BuildLog Filled(string[] lines)
    {
        var log = new BuildLog(static _ => { });
        foreach (var line in lines)
        {
            log.Add(line);
        }

        return log;
    }

    private static ContainerEngine Engine(EngineKind kind) => new(kind, "/usr/bin/engine", "1", SystemContext.OfThisProcess());
}
