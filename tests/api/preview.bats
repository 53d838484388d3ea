# preview.bats - POST /jobs?dry_run=true&preview=N: the first iterations.
load helpers

setup_file() {
    start_server --workers 1 --errand-bytes 16777216
}

teardown_file() {
    stop_server
}

# preview N SPEC
preview() {
    post "/jobs?dry_run=true&preview=$1" "$2"
}

# is_trace_of SPEC [FIELDS]: the preview in body has the rows that the job has
is_trace_of() {
    local fields=${2-iteration,loss,gradient_norm,learning_rate,x}
    local rows
    rows=$(jq '.preview.columns.iteration | length' <<<"$body")
    jq -c .preview.columns <<<"$body" >"$BATS_TEST_TMPDIR/preview"
    post /jobs "$1" -H "Prefer: wait=$PATIENCE_S"
    status_is 201
    take_id
    get "/jobs/$job/trace?limit=$rows&fields=$fields"
    jq -c .columns <<<"$body" | cmp - "$BATS_TEST_TMPDIR/preview"
}

# -0.9, -0.216, 0.22176: the seed article's walk.
@test "a preview has the rows that the job will have" {
    preview 4 "$(parabola 0.03)"
    status_is 200
    json_is .valid true '.preview.columns["x.0"][1]' -0.21600000000000008 \
        .preview.iterations 4 .preview.complete true .preview.outcome null \
        '.preview.columns | keys_unsorted | join(" ")' \
        'iteration loss gradient_norm learning_rate x.0' \
        .spec.optimizer.learning_rate 0.03
    is_trace_of "$(parabola 0.03)"
}

@test "a run that ends earlier tells its outcome" {
    local message
    preview 1000 "$(parabola 0.03)"
    json_is .preview.outcome.class converged \
        .preview.outcome.reason gradient_tolerance .preview.complete true
    message=$(jq -r .preview.outcome.message <<<"$body")
    is_trace_of "$(parabola 0.03)"
    get "/jobs/$job/result"
    json_is .outcome.message "$message"
}

@test "what diverges is told, and where it is not finite" {
    preview 1000 "$(parabola 1000 '"trace": {"every": 1}' |
        sed 's/"max_iterations"/"divergence_loss": 1e300, &/')"
    status_is 200
    json_is .preview.outcome.class diverged .preview.complete true
    json_true '.preview.columns.loss[-1] == null
        or .preview.columns.loss[-1] > 1e300'
    json_true '[.preview.nonfinite[] | select(.field == "loss").iteration] ==
        (.preview.columns.loss | to_entries
            | map(select(.value == null).key))'
}

@test "methods that try points, rows of data and long vectors have one" {
    local spec
    for spec in '{"objective": {"type": "function", "name": "rosenbrock"},
            "optimizer": {"type": "nelder_mead"}}' \
        '{"objective": {"type": "function", "name": "rosenbrock"},
            "optimizer": {"type": "lbfgs"}}' \
        '{"objective": {"type": "model", "dataset": "two_moons",
            "target": "label", "model": {"type": "logistic"}},
            "batch_size": 10, "optimizer": {"type": "adam"},
            "stop": {"max_epochs": 3}}'; do
        preview 25 "$spec"
        status_is 200
        json_is .preview.complete true
        json_true '.preview.columns.iteration | length >= 20'
        is_trace_of "$spec"
    done
    preview 3 '{"objective": {"type": "function", "name": "sphere",
        "dimension": 100}, "start": {"random": {"low": 0, "high": 1}},
        "optimizer": {"type": "adam"}}'
    json_is '.preview.columns | keys_unsorted[4:] | join(" ")' \
        'x.0 x.1 x.2 x.3 x.4 x.5 x.6 x.7'
}

# A thousand iterations of this take seconds on any machine.
@test "what takes too long is cut off, and says so" {
    preview 1000 '{"objective": {"type": "expression", "expression":
        "sum(i, 1, 99999, 100*(x[i+1]-x[i]^2)^2 + (1-x[i])^2)",
        "variables": {"x": 100000}}, "start": {"random": {"low": -1, "high": 1}},
        "optimizer": {"type": "adam"}}'
    status_is 200
    json_is .preview.complete false .preview.outcome null
    json_true '.preview.columns.loss | length < 1000'
}

# One evaluation of this takes longer than a preview may on any machine.
@test "an evaluation that takes too long is cut off too" {
    local data
    seq 100000 | awk 'BEGIN { print "y,x" } { print $1 % 2 "," $1 % 97 }' \
        >"$BATS_TEST_TMPDIR/data.csv"
    request POST /datasets -H 'Content-Type: text/csv' \
        --data-binary @"$BATS_TEST_TMPDIR/data.csv"
    status_is 201
    data=$(jq -r .id <<<"$body")
    preview 5 '{"objective": {"type": "model", "dataset": "'"$data"'",
        "target": "y", "model": {"type": "mlp", "hidden": [240, 240]}},
        "optimizer": {"type": "sgd", "learning_rate": 0.01},
        "stop": {"max_iterations": 50}}'
    status_is 200
    json_is .preview.complete false .preview.outcome null \
        '.preview.columns.loss | length' 0
}

@test "what takes too much memory is refused" {
    preview 10 '{"objective": {"type": "function", "name": "sphere",
        "dimension": 1000000}, "start": {"random": {"low": 0, "high": 1}},
        "optimizer": {"type": "adam"}}'
    problem_is 422 too-costly
    json_true '.detail | test("preview may use 16 MiB \\(--errand-bytes\\)")'
}

@test "nothing of a preview is stored" {
    local before
    get '/jobs?limit=1'
    before=$(jq -c .counts <<<"$body")
    preview 10 "$(parabola 0.03)"
    get '/jobs?limit=1'
    json_is '.counts | tojson' "$before"
    post '/jobs?dry_run=true' "$(parabola 0.03)"
    json_true 'has("preview") | not'
}

@test "faults of the spec and of the parameter are named" {
    preview 10 "$(parabola -1)"
    problem_is 422 invalid-spec
    fault_is pointer /optimizer/learning_rate out_of_range
    post '/jobs?preview=10' "$(parabola 0.03)"
    problem_is 400 invalid-parameter
    fault_is parameter preview conflict
    local wrong
    for wrong in 0 1001 x; do
        preview "$wrong" "$(parabola 0.03)"
        problem_is 400 invalid-parameter
        fault_is parameter preview out_of_range
    done
}
