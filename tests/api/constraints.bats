# constraints.bats - jobs under nonlinear constraints: what they are told, what
# they answer.
load helpers

setup_file() {
    start_server --workers 4
}

teardown_file() {
    stop_server
}

DISK='{"type": "inequality", "expression": "x[1]^2 + x[2]^2 - 1"}'

# disk OPTIMIZER [MEMBERS] [CONSTRAINTS]: rosenbrock within the unit disk.
disk() {
    printf '{"objective": {"type": "function", "name": "rosenbrock"},
        "start": [0, 0], "optimizer": {"type": "%s"%s},
        "constraints": [%s]%s}' "$1" \
        "$([ "$1" != isres ] ||
            echo ', "bounds": {"low": -1, "high": 1.5}')" \
        "${3-$DISK}" "${2:+, $2}"
}

# MathWorks, "Constrained Nonlinear Problem Using Optimize Live Editor Task":
# the minimum is 0.0457 at (0.7864, 0.6177).
@test "rosenbrock within the unit disk, by every method that can" {
    local optimizer
    for optimizer in augmented_lagrangian slsqp cobyla mma isres; do
        finish "$(disk "$optimizer")"
        get "/jobs/$job/result"
        json_true '.best.feasible' '.best.max_violation <= 1e-8' \
            '.best.constraints[0].type == "inequality"' \
            '.best.constraints[0].satisfied' \
            '(.best.loss - 0.0457 | fabs) < 5e-4' \
            '(.best.x[0] - 0.7864 | fabs) < 5e-3' \
            '(.best.x[1] - 0.6177 | fabs) < 5e-3'
        [ "$optimizer" = isres ] ||
            json_true '.outcome.class == "converged"' .feasible \
                '(.loss - 0.0457 | fabs) < 5e-5'
    done
}

@test "the Lagrangian's gradient ends an augmented Lagrangian, and is named" {
    finish "$(disk augmented_lagrangian)"
    get "/jobs/$job/result"
    json_is .outcome.reason gradient_tolerance
    json_true '.gradient_norm <= 1e-8' \
        '.outcome.message | contains("Lagrangian")'
}

# At (0, 0), where the others begin, this constraint has no slope.
@test "an equality holds at the end" {
    local optimizer
    for optimizer in augmented_lagrangian slsqp cobyla; do
        finish "$(disk "$optimizer" '' '{"type": "equality",
            "expression": "dot(x, x) - 1", "tolerance": 1e-9}' |
            sed 's/"start": \[0, 0\]/"start": [0.5, 0.5]/')"
        get "/jobs/$job/result"
        json_true .feasible '.constraints[0].value | fabs <= 1e-9' \
            '(.loss - 0.0457 | fabs) < 5e-5'
    done
}

@test "a stop at an infeasible point is a budget, and is said to be infeasible" {
    finish "$(disk slsqp '"stop": {"max_iterations": 1}' '{"type": "equality",
        "expression": "x[1] + x[2] - 100*exp(x[1])"}')"
    get "/jobs/$job/result"
    json_is .outcome.class budget .outcome.reason max_iterations \
        .feasible false '.constraints[0].satisfied' false
    json_true '.max_violation == .constraints[0].violation' \
        '.outcome.message | contains("not feasible: a constraint is violated")'
}

@test "what cannot hold ends as infeasible, not as converged" {
    finish "$(disk augmented_lagrangian '' '{"type": "inequality",
        "expression": "norm2(x)^2 + 1"}')"
    get "/jobs/$job/result"
    json_is .outcome.class diverged .outcome.reason infeasible .feasible false
    get "/jobs/$job"
    json_is .state completed .outcome.reason infeasible
}

# ---- the trace --------------------------------------------------------------

@test "the trace tells the violation, in every form" {
    finish "$(disk augmented_lagrangian '' '{"type": "equality",
        "expression": "x[1] + x[2] - 3"}')"
    get "/jobs/$job/trace"
    json_is '.columns.constraint_violation[0]' 3
    json_true '.columns.constraint_violation[-1] <= 1e-8' \
        '.columns | keys_unsorted | index("constraint_violation") == 7'
    get "/jobs/$job/trace?fields=constraint_violation&limit=1"
    json_is '.columns | tojson' '{"constraint_violation":[3]}'
    csv
    [[ $body == *evaluations,constraint_violation,x.0,x.1$'\n'* ]]
    get "/jobs/$job/trace?limit=1" -H 'Accept: application/x-ndjson'
    json_is .constraint_violation 3
}

@test "another program gets the digest from the CSV" {
    local digest
    finish "$(disk augmented_lagrangian)"
    get "/jobs/$job/result"
    digest=$(jq -r .trace_sha256 <<<"$body")
    csv
    assert_equal "$(python3 "$BATS_TEST_DIRNAME/trace_digest.py" <<<"$body")" \
        "$digest"
}

@test "solve prints the very trace that the server has" {
    local columns=1,3- # all but time_s
    finish "$(disk augmented_lagrangian)"
    csv
    run diff <(cut -d , -f "$columns" <<<"$body") \
        <(disk augmented_lagrangian | "$descentd" solve - --trace csv \
            2>"$place/result" | cut -d , -f "$columns")
    assert_success
}

@test "a job without constraints has no such column" {
    finish "$(parabola 0.03)"
    get "/jobs/$job/trace?limit=1"
    json_is '.columns | has("constraint_violation")' false
    get "/jobs/$job/trace?fields=constraint_violation"
    problem_is 400 invalid-parameter
    get "/jobs/$job/result"
    json_is 'has("feasible")' false 'has("constraints")' false
}

# ---- specs ------------------------------------------------------------------

@test "the full spec can be posted again, and gives the same trace" {
    local first spec
    finish "$(disk augmented_lagrangian)"
    get "/jobs/$job/result"
    first=$(jq -r .trace_sha256 <<<"$body")
    get "/jobs/$job/spec"
    json_is '.constraints | length' 1 '.constraints[0].type' inequality \
        '.constraints[0].expression' 'x[1]^2 + x[2]^2 - 1' \
        '.constraints[0].tolerance == 1e-8' true
    spec=$body
    finish "$spec"
    get "/jobs/$job/spec"
    assert_equal "$body" "$spec"
    get "/jobs/$job/result"
    json_is .trace_sha256 "$first"
}

@test "no constraints may be said in three ways" {
    finish "$(disk adam '"stop": {"max_iterations": 1}' '')"
    finish "$(disk adam '"stop": {"max_iterations": 1}' '' |
        sed 's/"constraints": \[\]/"constraints": null/')"
    get "/jobs/$job/spec"
    json_is 'has("constraints")' false
}

# refused SPEC POINTER CODE
refused() {
    post /jobs "$1"
    problem_is 422 invalid-spec
    fault_is pointer "$2" "$3"
}

@test "an optimizer that takes no constraints says which do" {
    refused "$(disk adam)" /constraints conflict
    [[ $body == *"augmented_lagrangian, cobyla, isres, mma and slsqp do"* ]]
    refused "$(disk mma '' "$DISK, {\"type\": \"equality\",
        \"expression\": \"x[1]\"}")" /constraints/1/type conflict
    [[ $body == *"augmented_lagrangian, cobyla, isres and slsqp do"* ]]
}

@test "each fault of a constraint has its place" {
    refused "$(disk slsqp '' '{"type": "inequality"}')" \
        /constraints/0/expression required
    refused "$(disk slsqp '' '{"expression": "x[1]"}')" \
        /constraints/0/type required
    refused "$(disk slsqp '' '{"type": "eqality", "expression": "x[1]"}')" \
        /constraints/0/type unknown_name equality
    refused "$(disk slsqp '' "$DISK, {\"type\": \"equality\",
        \"expression\": \"x[1\"}")" /constraints/1/expression syntax
    refused "$(disk slsqp '' '{"type": "equality", "expression": "y"}')" \
        /constraints/0/expression unknown_name
    refused "$(disk slsqp '' '{"type": "equality", "expression": "x[3]"}')" \
        /constraints/0/expression out_of_range
    refused "$(disk slsqp '' '{"type": "equality", "expression": "x[1]",
        "tolerance": -1}')" /constraints/0/tolerance out_of_range
    refused "$(disk slsqp '' '{"type": "equality", "expression": "x[1]",
        "tolerence": 1}')" /constraints/0/tolerence unknown_member tolerance
    refused "$(disk slsqp '' 3)" /constraints/0 wrong_type
    refused "$(disk slsqp '' '{"type": "inequality",
        "expression": "x[1] <= 1"}')" /constraints/0/expression wrong_type
    [[ $body == *"for x <= 1 write x - 1"* ]]
}

@test "a polynomial's variables are known to constraints by their names" {
    post /jobs '{"objective": {"type": "polynomial", "variables": ["a", "b"],
        "terms": [{"coefficient": 1, "powers": {"a": 2}},
                  {"coefficient": 1, "powers": {"b": 2}}]},
        "start": [3, 1], "optimizer": {"type": "slsqp"}, "constraints": [
        {"type": "equality", "expression": "a + b - 1"}]}' -H 'Prefer: wait=20'
    status_is 201
    get "/jobs/$(jq -r .id <<<"$body")/result"
    jq -e '(.parameters.a - 0.5 | fabs) < 1e-7
        and (.parameters.b - 0.5 | fabs) < 1e-7' <<<"$body"
}

@test "there are limits of constraints, and of equalities" {
    local equality='{"type": "equality", "expression": "x[1]"}' many=$DISK
    refused "$(disk slsqp '' "$equality, $equality, $equality")" /constraints \
        conflict
    for _ in {2..100}; do
        many+=", $DISK"
    done
    post '/jobs?dry_run=true' "$(disk slsqp '' "$many")"
    status_is 200
    refused "$(disk slsqp '' "$many, $DISK")" /constraints too_large
}

@test "all constraints together have a limit of bytes and of work" {
    local long sums
    long='{"type": "inequality", "expression": "'$(printf 'x[1]+%.0s' {1..800})'1"}'
    refused "$(disk slsqp '' "$long, $long, $long, $long, $long")" \
        /constraints too_large
    post '/jobs?dry_run=true' "$(disk slsqp '' "$long, $long, $long, $long")"
    status_is 200
    sums='{"type": "inequality", "expression": "sum(i, 1, 2000000, exp(i*x[1]))"}'
    refused "$(disk slsqp '' "$sums, $sums, $sums")" /constraints too_large
    post '/jobs?dry_run=true' "$(disk slsqp '' "$sums")"
    status_is 200
}

@test "the catalogue says which constraints an optimizer takes" {
    get /optimizers/slsqp
    json_is '.constraints | tojson' '["inequality","equality"]'
    get /optimizers/mma
    json_is '.constraints | tojson' '["inequality"]'
    get /optimizers/adam
    json_is '.constraints | tojson' '[]'
}
