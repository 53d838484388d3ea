# limits.bats - what the process has little of: descriptors, a log that is
# read, bytes of a body. What the log says of requests.
load helpers

teardown() {
    [ ! -e "$place/pid" ] || kill_server
}

# start_with LIMIT [OPTION...]: a server with so many descriptors.
start_with() {
    ulimit -n "$1"
    shift
    start_server --workers 2 "$@"
}

@test "without the descriptors that are needed there is no start" {
    run bash -c 'ulimit -n 24; exec "$0" serve --listen 127.0.0.1:0 \
        --store "$1" --workers 5' "$descentd" "$place/a.db"
    assert_equal "$status" 2
    assert_output --partial 'file descriptors are needed for 5 workers'
    assert_output --partial 'raise `ulimit -n`'
    refute [ -e "$place/a.db" ]
}

@test "with few descriptors connections are fewer, and jobs run" {
    local limit
    for limit in 64 256; do
        (
            start_with "$limit" --idle-timeout-s 2
            grep -q "event=fewer_connections wanted=4000 connections=[0-9]* descriptors=$limit" "$log"
            # More clients than there is room for: they wait, and are answered.
            for _ in $(seq "$limit"); do
                curl -sS --max-time 30 "$url/livez" -o /dev/null \
                    -w '%{http_code}\n' &
            done >"$place/codes" 3>&-
            eventually eval '[ "$(grep -c 200 "$place/codes")" = '"$limit"' ]'
            get /readyz
            status_is 200
            finish "$(parabola 0.03)"
            stop_server
        )
    done
}

@test "a log that nobody reads stops nothing" {
    local requests=12000 lines
    mkfifo "$place/pipe"
    {
        IFS= read -r line
        echo "$line"
        until [ -e "$place/go" ]; do sleep 0.1; done
        cat
    } <"$place/pipe" >"$place/read" &
    "$descentd" serve --listen 127.0.0.1:0 --store "$place/a.db" \
        2>"$place/pipe" 3>&- &
    server=$!
    echo "$server" >>"$servers"
    eventually grep -qs 'event=started' "$place/read"
    url=$(sed -n 's/.*event=started url=\([^ ]*\).*/\1/p' "$place/read")
    seq "$requests" | sed "s|.*|url=$url/livez\noutput=/dev/null|" |
        timeout 60 curl -sS --max-time 60 -K -
    get /livez
    status_is 200
    touch "$place/go"
    eventually eval 'get /livez && grep -q log_lines_dropped "$place/read"'
    kill -TERM "$server"
    wait "$server"
    eventually grep -q 'event=stopped' "$place/read"
    lines=$(grep -c route=/livez "$place/read")
    lines=$((lines + $(sed -n 's/.*log_lines_dropped lines=//p' \
        "$place/read" | paste -sd +)))
    ((lines >= requests)) || fail "$lines lines of $requests"
    refute grep -qv '^time=' "$place/read" # no half lines
}

# sockets: how many the server has open, the listening one too.
sockets() {
    find "/proc/$server/fd" -lname 'socket:*' | wc -l
}

@test "who stops to read a large answer holds up nobody, and is let go" {
    local port=0 before whole got
    start_server --workers 1 --idle-timeout-s 2
    port=${url##*:}
    finish '{"objective": {"type": "function", "name": "rosenbrock",
            "dimension": 20},
        "optimizer": {"type": "adam", "learning_rate": 1e-5},
        "stop": {"max_iterations": 50000}}'
    whole=$(curl -sS "$url/jobs/$job/trace.csv" | wc -c)
    ((whole > 10000000)) || fail "$whole bytes fit into a socket"
    eventually eval '[ "$(sockets)" = 1 ]' # curl is gone
    before=$(sockets)
    exec 9<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET /jobs/%s/trace.csv HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n' \
        "$job" "$port" >&9
    read -r -n 12 -u 9 got
    assert_equal "$got" 'HTTP/1.1 200'
    for _ in 1 2 3; do
        finish "$(parabola 0.03)"
    done
    eventually eval '[ "$(sockets)" = '"$before"' ]' || fail "$(sockets) sockets"
    got=$(cat <&9 | wc -c)
    exec 9>&-
    ((got < whole)) || fail "all $got bytes were held for it"
    stop_server
}

@test "a body may be as large as is set" {
    local blanks
    start_server --workers 0 --body-bytes-max 2000
    blanks=$(printf '%1500s' '')
    post /jobs "$blanks$(parabola 0.03)"
    status_is 202
    blanks=$(printf '%2000s' '')
    post /jobs "$blanks$(parabola 0.03)"
    problem_is 413 too-large
    json_is .limit 2000
    stop_server
    run "$descentd" help serve
    assert_output --partial 'default 1048576, or DESCENTD_BODY_BYTES_MAX'
}

@test "the log says which job a request was about, and at debug who asked" {
    start_server --workers 1 --log-level debug
    finish "$(parabola 0.03)"
    get "/jobs/$job/trace"
    eventually grep -q "method=POST route=/jobs job=$job peer=127.0.0.1" "$log"
    eventually grep -q "route=/jobs/{id}/trace job=$job peer=127.0.0.1" "$log"
    stop_server
    start_server --workers 0 --log-level warning
    get "/jobs/$job"
    status_is 200
    stop_server
    refute grep -q event=request "$log"
    run "$descentd" serve --log-level loud --store "$place/none.db"
    assert_equal "$status" 2
    assert_output --partial '"loud" is not debug, info, warning or error'
}

@test "a job that a crash left running is in the next log" {
    start_server --workers 1
    create "$(crawl)"
    wait_for_state running
    kill_server
    start_server --workers 0
    grep -q "event=job_recovered job=$job state=queued attempt=2" "$log"
    stop_server
}
