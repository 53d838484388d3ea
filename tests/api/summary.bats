# summary.bats - GET /jobs/{id}/trace/summary: beside the trace's own CSV.
load helpers

setup_file() {
    start_server --workers 2
}

teardown_file() {
    stop_server
}

summary() {
    get "/jobs/$job/trace/summary"
    status_is 200
    header_is Content-Type application/json
}

# summary_is_right: of $job, beside all of its rows.
summary_is_right() {
    curl -sS "$url/jobs/$job/trace.csv" >"$place/csv"
    summary
    run python3 "$BATS_TEST_DIRNAME/summary.py" "$place/csv" "$place/body"
    assert_output 'the same'
}

@test "a short trace is told in a few numbers a column" {
    finish "$(parabola 0.03)"
    summary_is_right
    json_is .job "$job" .complete true .columns.iteration.first 0 \
        .columns.iteration.min 0 .columns.iteration.min_iteration 0 \
        .columns.loss.max_iteration 0 .columns.loss.nonfinite 0 \
        .columns.loss.nonfinite_iteration null .nonfinite '[]'
}

@test "a long trace is told from its levels, as exactly" {
    finish '{"objective": {"type": "function", "name": "rosenbrock"},
        "optimizer": {"type": "adam", "learning_rate": 0.05},
        "stop": {"max_iterations": 300000, "gradient_tolerance": 0}}'
    summary_is_right
    json_true '.columns.loss.count > 100000' \
        '.columns.iteration | .mean == .last / 2'
}

@test "a step that is told rarely, and out of step at the end" {
    finish '{"objective": {"type": "function", "name": "rastrigin",
        "dimension": 3}, "start": [1.1, -2, 3], "optimizer": {"type": "sgd",
        "learning_rate": 0.01, "momentum": 0.99}, "trace": {"every": 3},
        "stop": {"max_iterations": 100000, "gradient_tolerance": 0}}'
    summary_is_right
}

@test "a run that left the numbers has its extremes, and says where it did" {
    finish '{"objective": {"type": "expression", "expression": "x^4",
        "variables": ["x"]}, "start": [1e60], "optimizer": {"type":
        "gradient_descent", "learning_rate": 1e5}}'
    summary_is_right
    json_true '.columns | to_entries | any(.value.nonfinite > 0)' \
        '.nonfinite | length > 0'
}

@test "metrics are counted where they are told" {
    finish '{"objective": {"type": "model", "dataset": {"columns": {
        "a": [1, 2, 3, 4, 5, 6, 7, 8], "b": [2, 1, 2, 1, 2, 3, 2, 3],
        "y": [0, 0, 1, 0, 1, 1, 1, 0]}}, "target": "y",
        "model": {"type": "logistic"}}, "batch_size": 1,
        "optimizer": {"type": "sgd", "learning_rate": 0.1},
        "stop": {"max_epochs": 700, "patience": 100000}}'
    summary_is_right
    json_is .columns.epoch.count 701 .columns.training_loss.count 701 \
        .columns.epoch.last 700
}

@test "wide x is not in it, and no x where none is recorded" {
    finish '{"objective": {"type": "function", "name": "sphere",
        "dimension": 65}, "start": {"random": {"low": -1, "high": 1}},
        "optimizer": {"type": "sgd", "learning_rate": 0.01},
        "stop": {"max_iterations": 600}}'
    summary
    json_is '.columns | keys_unsorted | last' evaluations .columns.loss.count \
        "$(jq .available.count <<<"$body")"
}

@test "wide x is in it where it is recorded in every row" {
    finish '{"objective": {"type": "function", "name": "sphere",
        "dimension": 1024}, "start": {"random": {"low": -1, "high": 1}},
        "optimizer": {"type": "sgd", "learning_rate": 0.01},
        "trace": {"x": true},
        "stop": {"max_iterations": 600, "gradient_tolerance": 0}}'
    summary
    json_is '.columns | keys_unsorted | last' x.1023 \
        '.columns["x.1023"].count' 601
}

@test "of a running job it tells what there is so far" {
    create '{"objective": {"type": "function", "name": "rosenbrock"},
        "optimizer": {"type": "adam"},
        "stop": {"max_iterations": 1000000000, "gradient_tolerance": 0}}'
    eventually moves
    for _ in 1 2 3 4 5; do
        summary
        json_true '.complete == false' \
            '.columns.loss.count == .available.count' \
            '.columns.iteration.last == .available.last' \
            '.columns.iteration.max_iteration == .available.last'
        [ -z "$(header ETag)" ] || fail "a tag of what changes"
        sleep 0.2
    done
    post "/jobs/$job/cancel"
    wait_for_state canceled
    summary_is_right
}

@test "of a job that has not run there is nothing" {
    create '{"objective": {"type": "function", "name": "rosenbrock"},
        "optimizer": {"type": "adam"},
        "stop": {"max_iterations": 1000000000, "gradient_tolerance": 0}}'
    local first=$job
    create "$(sed 's/^{/{"priority": -9, /' "$place/request")"
    local second=$job
    create "$(cat "$place/request")"
    summary
    json_is .available '{"count":0,"last":null}' .columns '{}' .nonfinite '[]'
    for job in $job $second $first; do
        post "/jobs/$job/cancel"
    done
    for job in $first $second; do
        wait_for_state canceled
    done
}

@test "that of an ended job has a tag, and of no job there is none" {
    finish "$(parabola 0.03)"
    summary
    tag=$(header ETag)
    [ -n "$tag" ] || fail "no tag"
    get "/jobs/$job/trace/summary" -H "If-None-Match: $tag"
    status_is 304
    get "/jobs/$job/trace" -H "If-None-Match: $tag"
    status_is 200
    get "/jobs/${job%????}zzzz/trace/summary"
    problem_is 404 not-found
    get "/jobs/$job/trace/summary?from=1"
    problem_is 400 invalid-parameter
    request POST "/jobs/$job/trace/summary"
    status_is 405
}
