# digest.bats - trace_sha256: the same for the same spec, wherever it runs.
load helpers

setup_file() {
    start_server --workers 4
}

teardown_file() {
    stop_server
}

# The digest of $job, as the server says.
digest() {
    get "/jobs/$job/result"
    jq -r .trace_sha256 <<<"$body"
}

# rosenbrock [MEMBERS]: 1500 iterations from a start that is drawn.
rosenbrock() {
    printf '{"objective": {"type": "function", "name": "rosenbrock"},
        "start": {"random": {"low": -2, "high": 2}}, "seed": 3,
        "optimizer": {"type": "adam", "learning_rate": 0.01},
        "stop": {"max_iterations": 1500}%s}' "${1:+, $1}"
}

# recomputed SPEC [QUERY]: the digest is that of the CSV, in another program.
recomputed() {
    local again
    finish "$1"
    csv "${2-}"
    again=$(python3 "$BATS_TEST_DIRNAME/trace_digest.py" <<<"$body")
    assert_equal "$(digest)" "$again"
}

@test "another program gets it from the CSV: one dimension" {
    recomputed "$(parabola 0.03)"
}

@test "another program gets it from the CSV: more than one block" {
    recomputed "$(rosenbrock)"
}

@test "another program gets it from the CSV: blocks that are just full" {
    recomputed "$(rosenbrock | sed 's/1500/511/')"
    recomputed "$(rosenbrock | sed 's/1500/1023/')"
}

@test "another program gets it from the CSV: every 7th iteration" {
    recomputed "$(rosenbrock '"trace": {"every": 7}')"
}

@test "another program gets it from the CSV: without x" {
    recomputed "$(rosenbrock '"trace": {"x": false}')"
}

@test "another program gets it from the CSV: x once in a block" {
    recomputed '{"objective": {"type": "function", "name": "styblinski_tang",
        "dimension": 100}, "optimizer": {"type": "rmsprop"},
        "stop": {"max_iterations": 1100}}' "?dims=$(seq -s , 0 99)"
}

@test "another program gets it from the CSV: numbers that are not finite" {
    recomputed '{"objective": {"type": "polynomial", "variables": ["x", "y"],
        "terms": [{"coefficient": 1, "powers": {"x": 4}},
                  {"coefficient": -1, "powers": {"y": 4}}]},
        "start": [1, 1], "stop": {"divergence_loss": 1.7e308},
        "optimizer": {"type": "gradient_descent", "learning_rate": 1e6}}'
    [[ $body == *NaN* ]]
    recomputed '{"objective": {"type": "polynomial",
        "coefficients": [0, 0, 0, 1]}, "start": [1],
        "stop": {"divergence_loss": 1.7e308},
        "optimizer": {"type": "gradient_descent", "learning_rate": 1e6}}'
    [[ $body == *-Infinity* ]]
}

@test "another program gets it from the CSV: a method without gradients" {
    recomputed '{"objective": {"type": "function", "name": "rosenbrock"},
        "optimizer": {"type": "nelder_mead"},
        "stop": {"max_iterations": 50}}'
    get "/jobs/$job/trace?fields=gradient_norm&limit=1"
    json_is '.columns.gradient_norm[0]' null '.nonfinite | length' 0
}

@test "one spec gives one digest, another seed another" {
    local first
    finish "$(rosenbrock)"
    first=$(digest)
    finish "$(rosenbrock '"name": "other", "priority": 5')"
    assert_equal "$(digest)" "$first"
    finish "$(rosenbrock | sed 's/"seed": 3/"seed": 4/')"
    refute [ "$(digest)" = "$first" ]
}

@test "solve, one worker, and four side by side give the same digest" {
    local spec expected i
    spec=$(rosenbrock)
    expected=$("$descentd" solve - <<<"$spec" | jq -r .trace_sha256)
    for i in 1 2 3 4 5 6; do
        create "$spec"
    done
    for i in $(get /jobs?limit=6; jq -r '.items[].id' <<<"$body"); do
        job=$i
        wait_for_state completed
        assert_equal "$(digest)" "$expected"
    done
    start_server --workers 1
    finish "$spec"
    assert_equal "$(digest)" "$expected"
    stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

@test "solve prints the very trace that the server has" {
    local columns=1,3- # all but time_s
    finish "$(rosenbrock)"
    csv
    run diff <(cut -d , -f "$columns" <<<"$body") \
        <(rosenbrock | "$descentd" solve - --trace csv 2>"$place/result" |
            cut -d , -f "$columns")
    assert_success
}
