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

# 100 001 rows of 8 columns of 8 bytes are 6.4 MB.
@test "a trace is kept within its bytes: rows stand further apart, evenly" {
    start_server --workers 1
    local spec='{"objective": {"type": "quadratic", "A": [[1]], "b": [0]},
        "start": [1], "optimizer": {"type": "sgd", "learning_rate": 1e-6},
        "stop": {"max_iterations": 100000}, "trace": {"max_bytes": 1000000}}'
    post '/jobs?dry_run=true' "$spec"
    status_is 200
    json_true '.prediction.trace_bytes_max <= 1000000' \
        '.prediction.trace_bytes_max > 800000' '.spec.trace.every > 1'
    local every
    every=$(jq .spec.trace.every <<<"$body")
    finish "$spec"
    get "/jobs/$job/spec"
    json_is .trace.every "$every" .trace.max_bytes 1000000
    local full=$body
    get "/jobs/$job/trace?limit=50000"
    json_is .available.every "$every" .available.last 100000 \
        '.columns.iteration[1]' "$every"
    [ "$(sqlite3 -readonly "$database" \
        'SELECT sum(length(columns)) FROM trace')" -le 1000000 ]
    get "/jobs/$job/result"
    local digest
    digest=$(jq -r .trace_sha256 <<<"$body")
    # The full spec says the same again, and so does the limit of a server.
    finish "$full"
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
    stop_server
    start_server --workers 1 --trace-bytes-max 1000000
    finish "${spec/\"max_bytes\": 1000000/\"every\": 1}"
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
    post '/jobs?dry_run=true' "$full"
    json_is .spec.trace.every "$every"
    stop_server
}

@test "x stands in every row of a long problem, if that is asked for" {
    start_server --workers 1
    finish '{"objective": {"type": "function", "name": "sphere",
        "dimension": 100}, "start": {"random": {"low": -1, "high": 1}},
        "optimizer": {"type": "sgd", "learning_rate": 0.01},
        "stop": {"max_iterations": 1200}, "trace": {"x": true}}'
    get "/jobs/$job/trace?fields=x&dims=99&from=700&limit=3"
    status_is 200
    json_is '.columns["x.99"] | length' 3
    json_true '.columns["x.99"] | all(. != null)'
    csv "?dims=$(seq -s, 0 99)"
    local digest
    digest=$(python3 "$BATS_TEST_DIRNAME/trace_digest.py" <<<"$body")
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
    stop_server
}
