# retention.bats - how long ended jobs are kept, and what is deleted for good.
load helpers

teardown() {
    kill_server
}

is_gone() {
    get "/jobs/$job"
    [ "$status" = 404 ]
}

@test "a job says when it expires, and is gone then, with its trace" {
    start_server --workers 1
    finish "$(parabola 0.03 '"retention_s": 1.5')"
    json_true '.expires_at > .finished_at'
    get "/jobs/$job/spec"
    json_is .retention_s 1.5
    eventually is_gone
    get "/jobs/$job/trace"
    problem_is 404 not-found
    no_chunk() {
        [ "$(sqlite3 -readonly "$database" 'SELECT count(*) FROM trace')" = 0 ]
    }
    eventually no_chunk
    stop_server
}

@test "a job is kept for ever, unless it or the server says otherwise" {
    start_server --workers 1
    finish "$(parabola 0.03)"
    json_is .expires_at null
    local plain=$job
    finish "$(parabola 0.03 '"retention_s": 0')"
    json_is .expires_at null
    local kept=$job
    create "$(crawl '"retention_s": 1')"
    wait_for_state running
    json_is .expires_at null
    local running=$job
    stop_server
    start_server --workers 1 --retention-s 1
    job=$plain
    eventually is_gone
    job=$kept
    get "/jobs/$job"
    status_is 200
    json_is .expires_at null
    job=$running
    wait_for_state running
    stop_server
}

@test "a bad retention is named, with its range" {
    start_server --workers 0
    post /jobs "$(parabola 0.03 '"retention_s": -1')"
    status_is 422
    fault_is pointer /retention_s out_of_range
    post /jobs "$(parabola 0.03 '"retention_s": "week"')"
    status_is 422
    fault_is pointer /retention_s wrong_type
    run "$descentd" serve --retention-s=-1
    assert_failure 2
    assert_output --partial '--retention-s: "-1" is not a number of seconds'
    stop_server
}
