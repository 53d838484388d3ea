# allocations.bats - a worker's first, second, third ... allocation is refused,
# once, or from then on for a while: its job ends as if nothing had been.
load helpers

setup_file() {
    start_fragile --workers 1
    { echo x,y; seq -f '%g,1' 1 50; } >"$place/text"
    request POST '/datasets?name=line' -H 'Content-Type: text/csv' \
        --data-binary @"$place/text"
    status_is 201
}

teardown_file() {
    faults
    stop_server
}

# The jobs of which every allocation is tried: a rule over several chunks of a
# trace, a formula over a dataset, a method of NLopt's, a model.
specs=(
    '{"objective": {"type": "function", "name": "rosenbrock"},
      "optimizer": {"type": "adam"}, "stop": {"max_iterations": 1500}}'
    '{"objective": {"type": "fit", "dataset": "line", "formula": "a + b*x",
                    "target": "y", "parameters": ["a", "b"]},
      "start": [0, 0], "optimizer": {"type": "levenberg_marquardt"}}'
    '{"objective": {"type": "expression", "variables": ["u", "v"],
                    "expression": "(u - 1)^2 + 10*(v - u^2)^2 + exp(u*v/9)"},
      "start": [-1, 2], "optimizer": {"type": "nelder_mead"},
      "constraints": [], "stop": {"max_iterations": 300}}'
    '{"objective": {"type": "model", "dataset": "digits", "target": "digit",
                    "model": {"type": "mlp", "hidden": [4]}},
      "optimizer": {"type": "adam"}, "batch_size": 256,
      "stop": {"max_epochs": 1}}'
    '{"objective": {"type": "function", "name": "rosenbrock"},
      "optimizer": {"type": "slsqp"}, "stop": {"max_iterations": 50}}'
)

# refuse COUNT STEP: so many in a row, of every STEP-th.
refuse() {
    local spec
    for spec in "${specs[@]}"; do
        printf '%s' "$spec" >"$BATS_TEST_TMPDIR/spec"
        run python3 allocations.py "$url" "$control" \
            "$BATS_TEST_TMPDIR/spec" "$2" "$1"
        assert_success
        echo "# measured: $output, $1 refused" >&3
    done
}

@test "one allocation is refused" {
    refuse 1 "$([ "$fault_long" ] && echo 1 || echo 23)"
}

@test "three in a row are refused, which are three tries" {
    refuse 3 "$([ "$fault_long" ] && echo 3 || echo 61)"
}
