# helpers.bash - containers, on top of the words of tests/api. Loaded by every
# file here; tests/docker/run sets $prefix, $base and $DOCKER_HOST.
load ../api/helpers

# shellcheck disable=SC2034 # eventually reads it
PATIENCE_S=60

# What the README recommends, and nothing beyond it.
limits=(--read-only --cap-drop ALL --security-opt no-new-privileges
    --memory 1g --pids-limit 256)

# start_container NAME VOLUME [OPTION...]: as the README says; sets container
# and url, and waits until it is ready.
start_container() {
    container=$prefix-$1
    docker run -d --name "$container" "${limits[@]}" -v "$prefix-$2:/data" \
        -p 127.0.0.1::8080 "${@:3}" descentd >/dev/null
    find_url
}

find_url() {
    url=http://$(docker port "$container" 8080/tcp | head -1)
    eventually curl -sf -o /dev/null "$url/readyz" ||
        fail "not ready: $(docker logs "$container" 2>&1 | tail)"
}

# remove_all: every container and volume of this run's.
remove_all() {
    docker ps -aq --filter "name=$prefix" | xargs -r docker rm -fv >/dev/null
    docker volume ls -q --filter "name=$prefix" | xargs -r docker volume rm >/dev/null
}

# look FORMAT: what docker says of $container.
look() {
    docker inspect -f "$1" "$container"
}

health_is() {
    [ "$(look '{{.State.Health.Status}}')" = "$1" ]
}

# poll_job: wait for a change of $job, for at most 50 s; its document is left in
# the file "waiting", the status of the answer in "status".
poll_job() {
    local tag
    tag=$(curl -sS -I "$url/jobs/$job" | tr -d '\r' | sed -n 's/^ETag: //p')
    curl -sS -o waiting -w '%{http_code}' -H 'Prefer: wait=50' \
        -H "If-None-Match: $tag" "$url/jobs/$job" >status 3>&-
}

# inside COMMAND...: in the image, with its user, without the entry point.
inside() {
    docker run --rm --network none "${limits[@]}" --entrypoint "$1" descentd \
        "${@:2}"
}

# The first job of README.md.
first_job() {
    awk '/^## The first job/ { there = 1 }
        there && /^```json/ { inside = 1; next }
        /^```/ && inside { exit }
        inside' "$BATS_TEST_DIRNAME/../../README.md"
}

# ---- compose.yaml ------------------------------------------------------------

# compose_up: all of it, for the tests of a file; skips where it is not to be
# had. Exports compose and project.
compose_up() {
    if docker compose version >/dev/null 2>&1; then
        compose="docker compose"
    elif command -v docker-compose >/dev/null; then
        compose=docker-compose
    else
        skip "no docker compose, and no docker-compose"
    fi
    project=${prefix//-/}
    DESCENTD_VOLUME=$prefix-compose DESCENTD_PORT=0 DESCENTD_PROXY_PORT=0
    export compose project DESCENTD_VOLUME DESCENTD_PORT DESCENTD_PROXY_PORT
    in_compose --profile proxy up -d >&2
}

compose_down() {
    [ -z "${project-}" ] || in_compose --profile proxy down -v >&2
}

in_compose() {
    # shellcheck disable=SC2086 # "docker compose" is two words
    $compose -p "$project" -f "$BATS_TEST_DIRNAME/../../docker/compose.yaml" "$@"
}

# container_of SERVICE: its id.
container_of() {
    in_compose --profile proxy ps -q "$1"
}

# proxied: whether the proxy reaches descentd.
proxied() {
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$url/readyz")" = 200 ]
}

# published SERVICE PORT: where the host publishes it, as ADDRESS:PORT.
published() {
    docker port "$(container_of "$1")" "$2/tcp" | head -1
}
