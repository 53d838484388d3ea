# image.bats - the image by itself: what is in it, and its life.
load helpers

setup() {
    cd "$place" || exit
}

teardown() {
    remove_all
}

size_of() {
    docker image inspect -f '{{.Size}}' "$1"
}

@test "it adds less than 60 MB to its base" {
    local added=$(($(size_of descentd) - $(size_of "$base")))
    ((added > 0 && added < 60000000)) || fail "$added bytes"
}

@test "the binary and its libraries are in it, and nothing to build or fetch" {
    local word
    run inside /usr/bin/descentd version
    assert_success
    assert_output "descentd $(docker image inspect \
        -f '{{index .Config.Labels "org.opencontainers.image.version"}}' descentd)"
    # shellcheck disable=SC2016 # the container's shell expands it
    for word in gcc cc make curl wget python3 sqlite3; do
        run inside /bin/sh -c 'command -v "$1" || exit 1' sh "$word"
        assert_failure 1
    done
    run inside /bin/sh -c 'ls /source /tmp /var/lib/apt/lists /var/cache/apt'
    assert_output --partial "cannot access '/source'"
    refute_output --partial Packages
}

@test "it says how it wants to be run" {
    # shellcheck disable=SC2034 # json_is reads it
    body=$(docker image inspect -f '{{json .Config}}' descentd)
    json_is .User 10001:10001 \
        '.Volumes | keys | join(" ")' /data \
        '.ExposedPorts | keys | join(" ")' 8080/tcp \
        .StopSignal SIGTERM \
        '.Healthcheck.Test | join(" ")' 'CMD /usr/bin/descentd health' \
        '.Entrypoint + .Cmd | join(" ")' '/usr/bin/descentd serve' \
        '.Labels["org.opencontainers.image.title"]' descentd \
        '.Labels["org.opencontainers.image.licenses"]' MIT
    json_true '[.Labels[] | test("/")] | any | not' # no host, no path
}

@test "its user owns the data and nothing else" {
    start_container user data
    run docker exec "$container" id -u
    assert_output 10001
    run docker exec "$container" touch /usr/bin/x
    assert_failure
    run docker exec "$container" touch /data/x
    assert_success
    run docker exec "$container" sh -c \
        'find / -xdev -writable -type f 2>/dev/null; true'
    assert_output ''
    run docker exec "$container" stat -c '%U %a' /data
    assert_output 'descentd 750'
}

@test "the first job runs, and is found again after a stop and a start" {
    local first second before
    start_container first data
    post /jobs "$(first_job)" -H 'Prefer: wait=30'
    status_is 201
    take_id
    get "/jobs/$job/result"
    json_is .outcome.reason gradient_tolerance .iterations 49
    json_true '(.x[0] - 1 | fabs) < 1e-8'
    first=$body
    csv
    second=$body
    docker stop "$container" >/dev/null
    assert_equal "$(look '{{.State.ExitCode}}')" 0
    run docker logs "$container"
    assert_output --partial 'event=stopped'
    before=$container

    docker start "$container" >/dev/null
    find_url
    get "/jobs/$job/result"
    assert_equal "$body" "$first"

    # An upgrade is another container on the same volume.
    docker stop "$before" >/dev/null
    start_container second data
    get "/jobs/$job/result"
    assert_equal "$body" "$first"
    csv
    assert_equal "$body" "$second"
}

# An answer in flight is no victim of the stop, and neither is the job.
@test "SIGTERM answers what is in flight, and a running job goes on later" {
    start_container drain data
    create "$(crawl)"
    eventually moves
    poll_job &
    sleep 1 # the poll is at the server, or the next lines test less
    docker stop "$container" >/dev/null
    wait $!
    # The job as it is then, or that it is as it was.
    [[ $(<status) = 200 || $(<status) = 304 ]] || fail "status $(<status)"
    assert_equal "$(look '{{.State.ExitCode}} {{.State.OOMKilled}}')" '0 false'

    docker start "$container" >/dev/null
    find_url
    wait_for_state running
    post "/jobs/$job/cancel"
    wait_for_state canceled
}

@test "it is healthy, unhealthy when it does not answer, and healthy again" {
    local pid
    start_container health data --health-interval 1s --health-retries 2
    eventually health_is healthy || fail "$(look '{{json .State.Health}}')"
    pid=$(look '{{.State.Pid}}')
    [ -d "/proc/$pid" ] || skip "the daemon's processes are not seen from here"
    kill -STOP "$pid"
    eventually health_is unhealthy || fail "$(look '{{json .State.Health}}')"
    kill -CONT "$pid"
    eventually health_is healthy
    run look '{{range .State.Health.Log}}{{.Output}}{{end}}'
    assert_output --partial 'ready: http://0.0.0.0:8080/readyz'
}

@test "a public address is warned of, and refused without the owner's word" {
    start_container warned data
    run docker logs "$container"
    assert_output --partial 'level=warning event=insecure'
    run docker run --rm "${limits[@]}" -e DESCENTD_INSECURE=false descentd
    assert_failure 2
    assert_output --partial '0.0.0.0 is not a loopback address'
}

@test "a backup is a copy of the stopped volume, and comes back from it" {
    local result
    start_container source data
    post /jobs "$(first_job)" -H 'Prefer: wait=30'
    take_id
    get "/jobs/$job/result"
    result=$body
    docker stop "$container" >/dev/null
    docker run --rm -v "$prefix-data:/data:ro" --entrypoint tar descentd \
        -C /data -c . >backup.tar
    docker run --rm -i -v "$prefix-copy:/data" --entrypoint tar descentd \
        -C /data -x <backup.tar
    start_container copy copy
    get "/jobs/$job/result"
    assert_equal "$body" "$result"
}

@test "the other commands are the image's as well" {
    run docker run --rm "${limits[@]}" descentd version
    assert_output --regexp '^descentd [0-9]'
    first_job | docker run --rm -i "${limits[@]}" descentd solve - >result
    # shellcheck disable=SC2034 # json_is reads it
    body=$(<result)
    json_is .iterations 49
}
