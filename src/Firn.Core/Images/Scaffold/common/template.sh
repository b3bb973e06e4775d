#!/bin/sh
# The verbs of the labs' Docker template, for hands that know them: each calls firn, which does the work.
set -eu
cd "$(dirname "$0")"

usage() {
    cat <<'END'
usage: ./template.sh VERB [ARGUMENTS]

  env                          firn image env
  edit_from_base BASE          firn image from-base from-python|from-scratch
  build_generic                firn image build --generic
  build_user                   firn image build --user
  build                        firn image build
  pull_generic NAME            firn image pull NAME
  push_generic NAME            firn image push NAME --generic
  push_user NAME               firn image push NAME --user
  push NAME                    firn image push NAME --all
  list_env                     firn image list-env
  empty_interactive            firn image shell
  run [-d] [-e K=V]... COMMAND firn image run -- COMMAND
  dev [-d] [-e K=V]... COMMAND firn image dev -- COMMAND
  import_from_podman           enroot import, for clusters with enroot
  get_runai_scripts [NAME]     firn image scripts runai
  get_scitas_scripts [NAME]    firn image scripts slurm
  get_cscs_scripts [NAME]      firn image scripts cscs

  up [-e K=V]...               firn image dev --detach: a container to come back to
  shell                        a shell in it
  logs [-f]                    what it has printed
  stop, down                   ends it; nothing of it stays
  start                        up again

--help behind a verb shows the options that firn has for it.
END
}

# What stands before the command are options of firn.
container() {
    verb=$1
    shift
    first=$#
    separated=no
    while [ "$first" -gt 0 ]; do
        argument=$1
        shift
        first=$((first - 1))
        case $separated:$argument in
            no:-e | no:--env | no:-p | no:--port | no:--acceleration | no:--engine)
                [ "$first" -gt 0 ] || { echo "template.sh: $argument has no value" >&2; exit 2; }
                set -- "$@" "$argument" "$1"
                shift
                first=$((first - 1))
                continue
                ;;
            no:--) separated=yes ;;
            no:-*) ;;
            no:*)
                set -- "$@" --
                separated=yes
                ;;
        esac
        set -- "$@" "$argument"
    done
    exec firn image "$verb" "$@"
}

# Sets engine and container to those of `up`, where it runs.
find_container() {
    container=$(cat .container 2>/dev/null) && [ -n "$container" ] || return 1
    for engine in docker podman; do
        command -v "$engine" >/dev/null && [ -n "$("$engine" ps --quiet --no-trunc --filter "id=$container" 2>/dev/null)" ] && return 0
    done
    return 1
}

must_find_container() {
    find_container && return
    echo "template.sh: no container is up: ./template.sh up" >&2
    exit 1
}

if [ $# -eq 0 ]; then
    usage >&2
    exit 2
fi
verb=$1
shift

case $verb in
    -h | --help | help | usage)
        usage
        exit 0
        ;;
esac
if ! command -v firn >/dev/null; then
    echo "template.sh: firn is not on PATH: install it, then run this again" >&2
    exit 127
fi

case $verb in
    env) exec firn image env "$@" ;;
    edit_from_base) exec firn image from-base "$@" ;;
    build_generic | build_user | build)
        for argument; do
            shift
            [ "$argument" != --ignore-uncommitted ] || argument=--allow-dirty
            set -- "$@" "$argument"
        done
        case $verb in
            build_generic) exec firn image build --generic "$@" ;;
            build_user) exec firn image build --user "$@" ;;
            *) exec firn image build "$@" ;;
        esac
        ;;
    pull_generic) exec firn image pull "$@" ;;
    push_generic) exec firn image push --generic "$@" ;;
    push_user) exec firn image push --user "$@" ;;
    push) exec firn image push --all "$@" ;;
    list_env) exec firn image list-env "$@" ;;
    empty_interactive) exec firn image shell "$@" ;;
    run | dev) container "$verb" "$@" ;;
    get_runai_scripts) exec firn image scripts runai "$@" ;;
    get_scitas_scripts) exec firn image scripts slurm "$@" ;;
    get_cscs_scripts) exec firn image scripts cscs "$@" ;;
    up | start | shell | logs | stop | down)
        case ${1:-} in
            -h | --help)
                echo "usage: ./template.sh $verb: of up, shell, logs, stop, down and start, which keep one container for developing"
                exit 0
                ;;
        esac
        case $verb in
            up | start)
                if find_container; then
                    echo "template.sh: $container is up" >&2
                    exit 1
                fi
                container=$(firn image dev --detach "$@" -- sleep infinity)
                echo "$container" | tee .container
                ;;
            shell)
                must_find_container
                terminal=
                [ ! -t 0 ] || terminal=--tty
                # shellcheck disable=SC2016,SC2086
                exec "$engine" exec --interactive $terminal "$container" \
                    sh -c 'for shell in zsh bash sh; do command -v $shell >/dev/null && exec $shell -l; done'
                ;;
            logs)
                must_find_container
                exec "$engine" logs "$@" "$container"
                ;;
            stop | down)
                must_find_container
                "$engine" rm --force "$container" >/dev/null
                rm -f .container
                ;;
        esac
        ;;
    import_from_podman)
        case ${1:-} in
            -h | --help)
                echo "usage: ./template.sh import_from_podman: enroot imports each image that podman has, into this folder"
                exit 0
                ;;
        esac
        if ! command -v enroot >/dev/null; then
            echo "template.sh: enroot is not on PATH: import the images where it is installed" >&2
            exit 127
        fi
        for name in $(firn image show --names --engine podman); do
            enroot import --output "$(echo "${name##*/}" | tr : +).sqsh" "podman://$name"
        done
        ;;
    *)
        echo "template.sh: there is no verb $verb" >&2
        usage >&2
        exit 2
        ;;
esac
