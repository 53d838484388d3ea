# trace_thin.bats - windows of a trace in few points: what is kept of them.
load helpers

# $long: 20 000 iterations over a and b, that wander. $spikes: 100 000, whose
# learning rate is raised 30 times for three steps, in pairs 100 steps apart.
# $diverged: ends with a loss that is not finite.
setup_file() {
    start_server --workers 2
    finish '{"objective": {"type": "expression", "variables": ["a", "b"],
            "expression": "(a - 1)^2 + 10*(b - a^2)^2"},
        "start": [-1, 2], "optimizer": {"type": "adam", "learning_rate": 0.9},
        "stop": {"max_iterations": 20000}}'
    export long=$job
    finish "$(jq -nc '[range(15) | . * 6600 + 500 | ., . + 100
            | ., . + 3] as $at | {
        objective: {type: "quadratic", A: [[1]], b: [0]}, start: [1],
        optimizer: {type: "gradient_descent", schedule: {type: "piecewise",
            boundaries: $at,
            values: ([0.01] + ([range(30) | 0.02 + . / 1000, 0.01]))}},
        stop: {max_iterations: 100000}}')"
    export spikes=$job
    finish '{"objective": {"type": "polynomial",
            "coefficients": [0, 0, 0, 0, 1]}, "start": [3],
        "optimizer": {"type": "gradient_descent", "learning_rate": 1},
        "stop": {"max_iterations": 100, "divergence_loss": 1e308}}'
    export diverged=$job
}

teardown_file() {
    stop_server
}

# raw JOB: all its rows, a line each, in the file "raw" of this place.
raw() {
    get "/jobs/$1/trace?fields=iteration,time_s,loss,x" \
        -H 'Accept: application/x-ndjson'
    jq -c '[.[]]' <<<"$body" >"$place/raw"
}

# thinned JOB QUERY: rows in few points, likewise in "thinned".
thinned() {
    get "/jobs/$1/trace?fields=iteration,time_s,loss,x&$2"
    status_is 200
    jq -c '[.columns[]] | transpose[]' <<<"$body" >"$place/thinned"
}

# refused QUERY PARAMETER CODE [SUGGESTION]: the one fault there is.
refused() {
    get "/jobs/$long/trace?$1"
    problem_is 400 invalid-parameter
    fault_is parameter "$2" "$3" "${4-}"
}

@test "points are rows, ends and extremes among them, never more" {
    local method points
    raw "$long"
    for method in minmax m4 lttb stride; do
        for points in 2 3 4 7 100 1000; do
            thinned "$long" "points=$points&method=$method"
            json_is .sampling.method "$method" .sampling.by loss \
                .sampling.points "$points" .sampling.exact false .next null
            assert_equal "$(wc -l <"$place/thinned")" "$points"
            # Each is a row, and in order.
            run diff --speed-large-files <(grep -Fxf "$place/thinned" \
                "$place/raw") "$place/thinned"
            assert_success
            assert_equal "$(head -1 "$place/thinned")" "$(head -1 "$place/raw")"
            assert_equal "$(tail -1 "$place/thinned")" "$(tail -1 "$place/raw")"
        done
    done
    for method in minmax m4; do
        thinned "$long" "points=4&method=$method"
        assert_equal "$(jq -s 'map(.[2]) | [min, max]' "$place/thinned")" \
            "$(jq -s 'map(.[2]) | [min, max]' "$place/raw")"
    done
}

@test "all thirty planted spikes are in 500 points" {
    local method
    for method in minmax m4; do
        get "/jobs/$spikes/trace?points=500&method=$method&by=learning_rate&fields=iteration,learning_rate"
        json_is '.columns.iteration | length' 500 \
            '[.columns.learning_rate[] | select(. > 0.015)] | unique | length' \
            30
    done
}

@test "what is not finite stays, however few points there are" {
    local points method
    get "/jobs/$diverged/trace?fields=iteration,loss"
    json_true '.nonfinite | length >= 1'
    for method in minmax m4 lttb stride mean; do
        for points in 2 3 4; do
            get "/jobs/$diverged/trace?points=$points&method=$method&fields=loss"
            json_true '.nonfinite | length >= 1'
        done
    done
    get "/jobs/$diverged/trace?points=4&fields=iteration,loss" \
        -H 'Accept: text/csv'
    [[ $body =~ (Infinity|NaN) ]] || fail "$body"
}

@test "more points than rows are all rows, and exact" {
    get "/jobs/$diverged/trace?fields=iteration,loss"
    local all
    all=$(jq -c .columns <<<"$body")
    get "/jobs/$diverged/trace?fields=iteration,loss&points=20000"
    json_is .columns "$all" .sampling.exact true .sampling.method minmax
    get "/jobs/$long/trace?fields=iteration&points=20&from=100&to=120"
    json_true '.columns.iteration == [range(100; 120)]' '.sampling.exact'
}

@test "the range is taken first, then thinned" {
    get "/jobs/$long/trace?fields=iteration&points=50&from=3000&to=5000"
    json_is '.columns.iteration | length' 50 '.columns.iteration[0]' 3000 \
        '.columns.iteration[-1]' 4999 .range '{"from":3000,"to":5000}'
    get "/jobs/$long/trace?fields=iteration&points=50&from=30000"
    json_is .columns.iteration '[]' .range '{"from":30000,"to":30000}' \
        .sampling.exact true
}

@test "means are of buckets, the first and the last row stand alone" {
    get "/jobs/$long/trace?points=102&method=mean&fields=iteration,loss"
    json_is '.columns.iteration | length' 102 '.columns.iteration[0]' 0 \
        '.columns.iteration[-1]' 20000 .sampling.method mean
    local first
    first=$(jq '.columns.loss[1], (.columns.iteration[1] * 2 | round)' \
        <<<"$body" | paste -sd ' ')
    # The second bucket begins at iteration 1; its mean iteration tells where
    # it ends.
    raw "$long"
    assert_equal "$(jq -s --argjson ends "${first#* }" \
        --argjson mean "${first% *}" \
        'map(select(.[0] >= 1 and .[0] < $ends) | .[2])
            | add / length / $mean - 1 | fabs < 1e-12' "$place/raw")" true
}

@test "by, axis and scale say what is looked at and divided" {
    get "/jobs/$long/trace?points=4&by=x.b&fields=x&dims=b"
    local extremes
    extremes=$(jq -c '.columns["x.1"] | [min, max]' <<<"$body")
    json_is .sampling.by x.1
    raw "$long"
    assert_equal "$(jq -sc 'map(.[4]) | [min, max]' "$place/raw")" "$extremes"
    get "/jobs/$long/trace?points=100&axis=time&fields=time_s"
    json_is .sampling.method m4
    get "/jobs/$long/trace?points=40&scale=log&method=stride&fields=iteration"
    # Half of the points lie below the middle of the logarithm.
    json_true '.columns.iteration | map(select(. < 142)) | length
        | . > 15 and . < 28'
    get "/jobs/$long/trace?points=40&axis=evaluations&fields=evaluations"
    json_is '.columns.evaluations | length' 40
}

@test "epochs divide too, and without points choose rows" {
    finish '{"objective": {"type": "fit", "dataset": {"columns": {
            "x": [[1, 1], [2, 0], [3, 1], [4, 0]], "t": [0, 0, 1, 1]}},
            "formula": "dot(w, x) + c", "target": "t",
            "parameters": {"w": 2, "c": 1}, "loss": "log"},
        "start": [0, 0, 0], "optimizer": {"type": "adam",
        "learning_rate": 0.3}, "batch_size": 2, "stop": {"max_epochs": 60}}'
    get "/jobs/$job/trace?axis=epoch&fields=epoch"
    json_true '.columns.epoch == [range(61)]'
    get "/jobs/$job/trace?axis=epoch&points=20&fields=iteration,x.w%5B1%5D"
    json_is '.columns.iteration | length' 20 .sampling.method m4 \
        .variables '["w[1]","w[2]","c[1]"]'
    # Training loss stands where epochs end: elsewhere there is no point.
    get "/jobs/$job/trace?by=training_loss&points=30&fields=iteration,training_loss"
    json_is '.columns.training_loss | length' 30
    json_true '.columns.training_loss | all(. != null)'
}

@test "a trace without rows has no points" {
    start_server --workers 0
    create "$(parabola 0.03)"
    get "/jobs/$job/trace?points=100"
    json_is .columns.loss '[]' .sampling.exact true .next 0
    get "/jobs/$job/trace?points=100&axis=epoch&by=epoch"
    status_is 200
    stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

@test "variables can be called by their names" {
    get "/jobs/$long/trace?fields=x.b,x.0&limit=1"
    json_is '.columns | keys_unsorted | join(" ")' 'x.1 x.0' \
        .variables '["a","b"]'
    get "/jobs/$long/trace?fields=x&dims=b,a&limit=1"
    json_is '.columns | keys_unsorted | join(" ")' 'x.1 x.0'
    job=$long
    csv '?fields=iteration,x&header=names&limit=1'
    assert_equal "$(head -1 <<<"$body")" iteration,x.a,x.b
    csv '?fields=iteration,x&header=columns&limit=1'
    assert_equal "$(head -1 <<<"$body")" iteration,x.0,x.1
    get "/jobs/$spikes/trace?limit=1"
    json_is .variables '["x"]'
}

@test "an element of a matrix is one name, with its comma" {
    finish '{"objective": {"type": "expression", "variables": {"W": [2, 2]},
            "expression": "W[1,1]^2 + 2*W[1,2]^2 + 3*W[2,1]^2 + 4*W[2,2]^2"},
        "start": [1, 2, 3, 4], "optimizer": {"type": "gradient_descent",
            "learning_rate": 0.1}, "stop": {"max_iterations": 20}}'
    get "/jobs/$job/trace?fields=x.W[2,1],loss,x.W[1,2]&limit=1"
    json_is '.columns | tojson' '{"x.2":[3],"loss":[100],"x.1":[2]}'
    get "/jobs/$job/trace?fields=x&dims=W[2,2],0&points=2&by=x.W[2,2]"
    json_is '[.columns["x.3"][0], .columns["x.0"][0]] | tojson' '[4,1]'
    csv '?fields=iteration,x&dims=W[1,2],0&header=names&limit=1'
    assert_equal "$(head -1 <<<"$body")" 'iteration,"x.W[1,2]","x.W[1,1]"'
}

@test "an x that is long has numbers only" {
    finish '{"objective": {"type": "function", "name": "sphere",
        "dimension": 1001}, "optimizer": {"type": "sgd"},
        "stop": {"max_iterations": 3}}'
    get "/jobs/$job/trace?limit=1&fields=x.1000"
    json_is .variables null '.columns | keys | join(" ")' x.1000
}

@test "bad parameters of thinning are named, with what is legal" {
    refused points=1 points out_of_range
    refused points=20001 points out_of_range
    refused 'points=9&method=minma' method unknown_name minmax
    refused 'points=9&scale=lgo' scale unknown_name log
    refused 'points=9&axis=times' axis unknown_name time
    refused 'points=9&by=los' by unknown_name loss
    refused 'points=9&by=x.c' by unknown_name
    refused 'points=9&limit=5' limit conflict
    refused 'points=9&every=5' every conflict
    refused method=m4 method conflict points
    refused by=loss by conflict points
    refused scale=log scale conflict points
    refused axis=time axis conflict points
    refused header=names header conflict
    refused axis=epoch axis conflict
    refused 'points=9&axis=epoch' axis conflict
    refused fields=x.2 fields unknown_name
    refused fields=x.c fields unknown_name
    refused dims=c dims out_of_range
}

@test "all faults of thinning come at once" {
    get "/jobs/$long/trace?points=5&limit=3&every=2&method=q&by=q&scale=q&axis=q&header=names&fields=x.c&dims=q"
    problem_is 400 invalid-parameter
    json_is '[.errors[].parameter] | sort | join(" ")' \
        'axis by every fields header limit method scale'
}
