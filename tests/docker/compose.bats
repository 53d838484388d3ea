# compose.bats - compose.yaml, alone and with the proxy in front.
load helpers

setup_file() {
    compose_up
}

teardown_file() {
    compose_down
}

setup() {
    cd "$place" || exit
    url=http://$(published proxy 8090)
}

@test "up brings it up healthy, for this machine only" {
    container=$(container_of descentd)
    eventually health_is healthy || fail "$(look '{{json .State.Health}}')"
    run docker port "$container"
    assert_output --regexp '^8080/tcp -> 127\.0\.0\.1:[0-9]+$'
    run docker port "$(container_of proxy)"
    assert_output --regexp '^8090/tcp -> 127\.0\.0\.1:[0-9]+$'
}

@test "both have no rights, no writable root, and limits" {
    local service
    for service in descentd proxy; do
        container=$(container_of "$service")
        # shellcheck disable=SC2034 # json_is reads it
        body=$(look '{{json .}}')
        json_is .HostConfig.ReadonlyRootfs true \
            '.HostConfig.CapDrop | join(" ")' ALL \
            '.HostConfig.SecurityOpt | join(" ")' no-new-privileges:true \
            '.Config.User | test("^(10001:10001|www-data)$")' true \
            '.HostConfig.Memory > 0 and .HostConfig.PidsLimit > 0' true
        run docker exec "$container" sh -c 'grep CapEff /proc/1/status'
        assert_output $'CapEff:\t0000000000000000'
    done
}

@test "behind the proxy the first job runs, for a page of its own as well" {
    eventually proxied
    post /jobs "$(first_job)" -H 'Prefer: wait=30' -H "Origin: $url"
    status_is 201
    take_id
    header_is Location "/jobs/$job"
    get "/jobs/$job/result"
    json_is .iterations 49
    post /jobs "$(first_job)" -H 'Origin: http://evil.example'
    problem_is 403 forbidden-origin
}

@test "a trace is the same bytes with and without the proxy" {
    local direct
    eventually proxied
    post /jobs "$(crawl '"name": "long"' | sed 's/1000000000/200000/; s/100000}/1}/')" \
        -H 'Prefer: wait=30'
    status_is 201
    take_id
    csv
    (($(rows) > 100000))
    sha256sum body >proxied
    direct=http://$(published descentd 8080)
    url=$direct csv
    assert_equal "$(sha256sum body)" "$(<proxied)"
}

@test "a long poll is answered when its job changes, not before" {
    eventually proxied
    create "$(crawl)"
    wait_for_state running
    poll_job &
    eventually moves
    sleep 1
    [ ! -s status ] || fail "answered without a change: $(<waiting)"
    post "/jobs/$job/cancel"
    wait $!
    assert_equal "$(<status)" 200
    # shellcheck disable=SC2034 # json_true reads it
    body=$(<waiting)
    json_true '.requested == "cancel" or .state == "canceled"'
}

@test "what is too large is refused by descentd, or by the proxy in its form" {
    eventually proxied
    head -c 2000000 /dev/zero | tr '\0' ' ' >two
    request POST /jobs -H 'Content-Type: application/json' --data-binary @two
    problem_is 413 too-large
    head -c 5000000 /dev/zero | tr '\0' ' ' >five
    request POST /jobs -H 'Content-Type: application/json' --data-binary @five
    status_is 413
    header_is Content-Type application/problem+json
    json_is .status 413 .type about:blank
}

@test "a client that asks too often is told so" {
    eventually proxied
    curl -s -o /dev/null -w '%{http_code}\n' "$url/livez?[1-2000]" >codes
    run sort -u codes
    assert_line 429
    eventually proxied
}

@test "the proxy says when descentd is away, and finds another one" {
    eventually proxied
    in_compose stop descentd
    get /readyz
    status_is 503
    header_is Content-Type application/problem+json
    header_is Retry-After 5
    in_compose up -d --force-recreate descentd
    eventually proxied
}
