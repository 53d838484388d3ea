# under_way.bats - large answers and bodies under way: what they hold of the
# server, and whoever takes them slowly, or not at all.
load helpers

# A job whose trace has 1.35 million numbers.
valley() {
    echo '{"objective":{"type":"function","name":"rosenbrock",
        "dimension":20},"optimizer":{"type":"adam","learning_rate":1e-4},
        "stop":{"max_iterations":50000}}'
}

MEMORY_MIB=64 # above idle, for all clients of a test together

setup_file() {
    start_server --workers 1
    finish "$(valley)"
    wide=$job
    finish '{"objective":{"type":"function","name":"rosenbrock",
        "dimension":200000},"start":{"random":{"low":-1,"high":1}},
        "optimizer":{"type":"adam"},"stop":{"max_iterations":2}}'
    large=$job
    export wide large
}

teardown_file() {
    stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

clients() {
    python3 "$BATS_TEST_DIRNAME/under_way.py" "$@"
}

# Freed memory goes back to the system, or into the next allocation.
needs_plain_memory() {
    ! grep -q libasan "/proc/$server/maps" ||
        skip "a sanitizer keeps what is freed"
}

# hold_little PATH [HEADER]: 50 clients get a 200, and do not read.
hold_little() {
    local memory said
    read -r memory said <<<"$(clients hold "$url" "$server" 50 "$@")"
    assert_equal "$said" "200 x 50"
    ((memory <= MEMORY_MIB)) || fail "$1 ${2-}: $memory MiB"
}

@test "readers that do not read a page of a trace hold little, in any form" {
    needs_plain_memory
    local page="/jobs/$wide/trace?limit=50000"
    hold_little "$page"
    hold_little "$page" 'Accept: application/octet-stream'
    hold_little "$page" 'Accept: application/x-ndjson'
    hold_little "/jobs/$wide/trace" 'Accept: text/csv'
    hold_little "$page" 'Accept-Encoding: gzip'
}

@test "readers that do not read a large result hold little" {
    needs_plain_memory
    hold_little "/jobs/$large/result"
    hold_little "/jobs/$large"
}

@test "a large page has the numbers of the small ones" {
    local from part=$BATS_TEST_TMPDIR/part whole=$BATS_TEST_TMPDIR/whole
    for from in $(seq 0 1000 49000); do
        get "/jobs/$wide/trace?from=$from&limit=1000"
        jq -c '.columns | [.iteration, .loss, ."x.19"] | transpose[]' <<<"$body"
    done >"$part"
    get "/jobs/$wide/trace?limit=50000"
    # 10^6 numbers are a page: 37 037 rows of 27 columns.
    jq -c '.columns | [.iteration, .loss, ."x.19"] | transpose[]' \
        <<<"$body" >"$whole"
    assert_equal "$(wc -l <"$whole")" 37037
    json_is .next 37037
    cmp "$whole" <(head -37037 "$part")
    get "/jobs/$wide/trace?limit=50000" -H 'Accept: application/octet-stream'
    header_is Content-Length $((37037 * 27 * 8))
    assert_equal "$(stat -c %s "$place/body")" $((37037 * 27 * 8))
    # Rows that lie in chunks of their own, and the last one.
    get "/jobs/$wide/trace?limit=50000&every=500&fields=iteration"
    assert_equal "$(jq -c .columns.iteration <<<"$body")" \
        "$(seq 0 500 50000 | jq -cs .)"
}

@test "a large result has a length, to HEAD and in a 304 too" {
    local tag bytes
    get "/jobs/$large/result"
    status_is 200
    assert_equal "$(jq '.x | length' "$place/body")" 200000
    bytes=$(stat -c %s "$place/body")
    ((bytes > 4000000)) || fail "$bytes bytes are not large"
    header_is Content-Length "$bytes"
    tag=$(header ETag)
    head_of "/jobs/$large/result"
    status_is 200
    header_is Content-Length "$bytes"
    header_is ETag "$tag"
    get "/jobs/$large/result" -H "If-None-Match: $tag"
    status_is 304
    assert_equal "$(stat -c %s "$place/body")" 0
    header_is Content-Length "$bytes"
}

@test "the best so far of many variables is whole" {
    create '{"objective":{"type":"function","name":"rosenbrock",
        "dimension":100000},"start":{"random":{"low":-1,"high":1}},
        "optimizer":{"type":"adam","learning_rate":1e-9},
        "stop":{"max_iterations":100000000}}'
    best_is_there() {
        get "/jobs/$job/result"
        jq -e '(.x | length) == 100000 and (.best.x | length) == 100000' \
            "$place/body" >"$place/said"
    }
    eventually best_is_there
    json_is .final false
    post "/jobs/$job/cancel"
}

@test "answers that are too many together get 503, and who comes later his" {
    start_server --workers 1 --answer-bytes-max 65536
    finish "$(valley)"
    run clients second "$url" "/jobs/$job/trace?limit=50000"
    assert_output $'503\n200'
}

@test "a 503 of too many answers says when to come again" {
    start_server --workers 1 --answer-bytes-max 65536
    finish "$(valley)"
    python3 -c '
import socket, sys, time
link = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
link.sendall(f"GET {sys.argv[2]} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
time.sleep(60)' "${url##*:}" "/jobs/$job/trace?limit=50000" 3>&- &
    refused() {
        get "/jobs/$job/trace?limit=50000" -o "$place/body"
        [ "$status" = 503 ]
    }
    eventually refused
    problem_is 503 too-busy
    header_is Retry-After 5
    get /problems/too-busy
    status_is 200
    kill $!
}

@test "a reader that drips is cut, and one that reads is not" {
    start_server --workers 1 --answer-window-s 0.5 --answer-bytes-per-s 1000000
    finish "$(valley)"
    run clients drip "$url" "/jobs/$job/trace.csv" 1000
    assert_output cut
    eventually grep -q 'route=/jobs/{id}/trace.csv .* ended=aborted' "$log"
    get "/jobs/$job/trace.csv"
    status_is 200
    assert_equal "$(wc -l <"$place/body")" 50002
}

@test "a reader that stalls is cut" {
    start_server --workers 1 --answer-window-s 0.5
    finish "$(valley)"
    clients hold "$url" "$server" 3 "/jobs/$job/trace.csv" 3>&- &
    cut() {
        [ "$(grep -c 'route=/jobs/{id}/trace.csv .* ended=aborted' "$log")" \
            = 3 ]
    }
    eventually cut
    wait $!
}

@test "a chunk whose extension does not end is cut long before its time" {
    start_server --workers 1 --body-timeout-s 3600 --linger-s 3600
    run timeout "$PATIENCE_S" \
        python3 "$BATS_TEST_DIRNAME/under_way.py" extension "$url"
    assert_output 400
    get /livez
    status_is 200
}

@test "a long poll whose client left is over" {
    start_server --workers 0
    create "$(parabola 0.03)"
    clients polls "$url" "/jobs/$job" 20
    over() {
        [ "$(grep -c 'route=/jobs/{id} ' "$log")" = 20 ]
    }
    eventually over
}

@test "bodies that are too much together get 503" {
    start_server --workers 1 --bodies-bytes-max 1048576
    run clients bodies "$url" 900000
    assert_output '503 too-busy'
    post /jobs "$(parabola 0.03)"
    status_is 202
}

@test "a spec of half a million numbers is taken, and its faults are told" {
    jq -nc '{objective: {type: "function", name: "sphere", dimension: 400000},
        start: [range(400000) | 1], optimizer: {type: "sgd"},
        stop: {max_iterations: 1}}' >"$place/spec"
    request POST /jobs -H 'Content-Type: application/json' \
        --data-binary "@$place/spec"
    status_is 202
    take_id
    get "/jobs/$job/spec"
    assert_equal "$(jq '.start | length' "$place/body")" 400000
    jq -c '.start[399999] = "x"' "$place/spec" >"$place/bad"
    request POST /jobs -H 'Content-Type: application/json' \
        --data-binary "@$place/bad"
    problem_is 422 invalid-spec
    fault_is pointer /start/399999 wrong_type
}
