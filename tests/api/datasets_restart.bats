# datasets_restart.bats - uploads and a process that ends; too many at once.
load helpers

teardown() {
    kill_server
}

# trickle: an upload that goes on until it is killed; its pid is $trickle.
trickle() {
    { printf 'POST /datasets HTTP/1.1\r\nHost: localhost\r\n'
      printf 'Content-Type: text/csv\r\nContent-Length: 100000000\r\n\r\nx\n'
      seq 1 "${1:-1000}"
      exec sleep 60; } |
        nc 127.0.0.1 "${url##*:}" >"$BATS_TEST_TMPDIR/trickled" 3>&- &
    trickle=$!
    eventually is_in_the_making
}

is_in_the_making() {
    [ -n "$(find "$database-datasets" -name '*.new')" ]
}


names_kept() {
    (cd "$database-datasets" && ls)
}

@test "killed in the middle of an upload: nothing of it is left" {
    start_server --workers 1
    printf 'x,y\n0,6\n1,0\n2,0\n' >"$BATS_TEST_TMPDIR/text"
    request POST '/datasets?name=line' -H 'Content-Type: text/csv' \
        --data-binary @"$BATS_TEST_TMPDIR/text"
    status_is 201
    local id
    id=$(jq -r .id <<<"$body")
    trickle 400000
    kill_server
    kill "$trickle" || true
    is_in_the_making
    # An orphan: the file was whole, its row was not.
    cp "$database-datasets/$id" \
        "$database-datasets/ds_01m8dvmt67f5mtnpmx97fkcsgj"
    start_server --workers 1
    assert_equal "$(names_kept)" "$id"
    get /datasets/line/preview
    status_is 200
    json_is '.rows | tostring' '[[0,6],[1,0],[2,0]]'
}

@test "a job on a dataset goes on after the end of its process" {
    start_server --workers 1
    printf 'x,y\n0,6\n1,0\n2,0\n' >"$BATS_TEST_TMPDIR/text"
    request POST '/datasets?name=line' -H 'Content-Type: text/csv' \
        --data-binary @"$BATS_TEST_TMPDIR/text"
    status_is 201
    create '{"objective": {"type": "fit", "dataset": "line",
        "formula": "a + b*x", "target": "y", "parameters": ["a", "b"]},
        "start": [1, 1], "optimizer": {"type": "gradient_descent",
        "learning_rate": 1e-12}, "stop": {"max_iterations": 1000000000},
        "trace": {"every": 100000}}'
    wait_for_state running
    eventually moves
    kill_server
    start_server --workers 1
    wait_for_state running
    delete /datasets/line
    problem_is 409 dataset-in-use
    post "/jobs/$job/cancel"
    wait_for_state canceled
    delete /datasets/line
    status_is 204
    stop_server
}

@test "more uploads than may be at once are 503; the others go on" {
    start_server --workers 1 --uploads 1
    trickle
    printf 'x\n1\n' >"$BATS_TEST_TMPDIR/text"
    request POST /datasets -H 'Content-Type: text/csv' \
        --data-binary @"$BATS_TEST_TMPDIR/text"
    problem_is 503 queue-full
    header_is Retry-After 1
    kill "$trickle"
    again() {
        request POST /datasets -H 'Content-Type: text/csv' \
            --data-binary @"$BATS_TEST_TMPDIR/text"
        [ "$status" = 201 ]
    }
    eventually again
}

@test "the stop does not wait for who still sends" {
    start_server --workers 1 --drain-s 0.2
    trickle
    stop_server
    kill "$trickle" || true
    [ -z "$(names_kept)" ]
}
