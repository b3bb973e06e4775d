using Firn.Common;
using Firn.Images.Building;
using Firn.Images.Engines;

namespace Firn.Tests.Images;

public sealed class PortableDockerfileTests
{
    private const string All = """
        # syntax = docker/dockerfile:1
        # A comment stays.
        ARG BASE
        FROM ${BASE} AS build
        COPY --link --chmod=777 a /a
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
            # why
            --mount=type=bind,from=get,source=/tmp/x,target=/tmp/y \
            apt-get install --yes x && \
            echo "--mount=type=cache"
        FROM build as run
        """;

    [Fact]
    public void BuildKit_without_Docker_Hub_gets_it_without_the_frontend_and_links()
    {
        var text = PortableDockerfile.For(Engine(EngineKind.Docker), All);

        Assert.DoesNotContain("syntax", text, StringComparison.Ordinal);
        Assert.Contains("COPY --chmod=777 a /a", text, StringComparison.Ordinal);
        Assert.Contains("--mount=type=cache,target=/var/cache/apt,sharing=locked \\\n", text, StringComparison.Ordinal);
        Assert.Equal(All.Split('\n').Length, text.Split('\n').Length);
    }

    [Fact]
    public void Podman_gets_mounts_that_it_gives_back() =>
        Assert.Contains("--mount=type=cache,target=/var/cache/apt \\\n", PortableDockerfile.For(Engine(EngineKind.Podman), All), StringComparison.Ordinal);

    [Fact]
    public void Dockers_older_builder_gets_no_mounts_and_copies_what_another_stage_lends()
    {
        var text = PortableDockerfile.For(Engine(EngineKind.Docker) with { Builder = BuilderKind.Classic }, """
            FROM x AS build
            COPY --link --chmod=777 a /a
            RUN --mount=type=cache,target=/var/cache/apt --mount=type=bind,from=get,source=/tmp/x,target=/tmp/y \
                apt-get install --yes x && echo "--mount=type=cache"
            RUN ["sh", "-c", "true"]
            """);

        Assert.Equal(
            """
            FROM x AS build
            COPY a /a
            COPY --from=get /tmp/x /tmp/y
            RUN \
                apt-get install --yes x && echo "--mount=type=cache"
            RUN ["sh", "-c", "true"]
            """, text);
    }

    [Theory]
    [InlineData("FROM a\nRUN true\n")]
    [InlineData("FROM a AS b\r\nCOPY x /y\r\n")]
    [InlineData("")]
    [InlineData("# only a comment")]
    [InlineData("FROM a\nRUN echo \\\n\n  # c\n  b\n")]
    public void What_every_engine_knows_stays_as_it_is(string text)
    {
        Assert.Equal(text, PortableDockerfile.For(Engine(EngineKind.Docker), text));
        Assert.Equal(text, PortableDockerfile.For(Engine(EngineKind.Docker) with { Builder = BuilderKind.Classic }, text));
    }

    private static ContainerEngine Engine(EngineKind kind) => new(kind, "/bin/false", "1", SystemContext.OfThisProcess());
}
