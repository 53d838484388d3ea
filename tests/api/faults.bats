# faults.bats - POST /jobs with what is wrong: each fault has its place, its
# code, and a sentence.
load helpers

setup_file() {
    start_server --workers 0
}

teardown_file() {
    stop_server
}

# refused SPEC POINTER CODE [SUGGESTION]: the one fault there is.
refused() {
    post /jobs "$1"
    problem_is 422 invalid-spec
    fault_is pointer "$2" "$3" "${4-}"
}

# malformed BODY LINE COLUMN: not JSON, and where.
malformed() {
    post /jobs "$1"
    problem_is 400 malformed-json
    [[ $body == *"\"line\":$2,\"column\":$3}" ]] || fail "not $2:$3: $body"
}

quadratic='"objective": {"type": "quadratic", "A": [[2]], "b": [0]},
    "start": [1]'
sgd='"optimizer": {"type": "sgd"}'

@test "a bad hyperparameter is named, with its place and its range" {
    refused '{'"$quadratic"', "optimizer": {"type": "adam", "beta1": 1.5}}' \
        /optimizer/beta1 out_of_range
    [[ $body == *'"detail":"1.5 is not in [0, 1)"'* ]]
    refused '{'"$quadratic"',
        "optimizer": {"type": "sgd", "learning_rate": -0.1}}' \
        /optimizer/learning_rate out_of_range
    [[ $body == *'"detail":"-0.1 is not in [0, 1e6]"'* ]]
}

@test "all faults come at once" {
    post /jobs '{"nome": 1, "tags": "x", "priority": 1.5, "seed": -1,
        "objective": {"type": "quadratic", "A": [[1, 2], [3, 4]], "b": [1, 2],
                      "q": 0},
        "start": ["x"],
        "optimizer": {"type": "sgd", "learning_rate": -1, "momentun": 0.9,
                      "nesterov": "yes", "schedule": {"type": "cosntant"}},
        "stop": {"max_iterations": -1, "patience": 0.5},
        "trace": {"every": 0, "x": "no"}}'
    problem_is 422 invalid-spec
    json_is '[.errors[] | "\(.pointer) \(.code)"] | sort | join("\n")' \
"/nome unknown_member
/objective/A/1/0 not_symmetric
/objective/q unknown_member
/optimizer/learning_rate out_of_range
/optimizer/momentun unknown_member
/optimizer/nesterov wrong_type
/optimizer/schedule/type unknown_name
/priority out_of_range
/seed out_of_range
/start/0 wrong_type
/stop/max_iterations out_of_range
/stop/patience out_of_range
/tags wrong_type
/trace/every out_of_range
/trace/x out_of_range" \
        .detail '15 faults' \
        '.errors[] | select(.pointer == "/nome") | .suggestion' name \
        '.errors[] | select(.pointer == "/optimizer/momentun") | .suggestion' \
        momentum \
        '.errors[] | select(.pointer == "/optimizer/schedule/type")
            | .suggestion' constant
    json_true '.errors | all(.detail | length > 0)'
}

@test "what is missing is named" {
    post /jobs '{}'
    problem_is 422 invalid-spec
    json_is '[.errors[] | "\(.pointer) \(.code)"] | sort | join(", ")' \
        '/objective required, /optimizer required'
    refused '{"objective": {"type": "quadratic", "A": [[2]], "b": [0]}, '"$sgd"'}' \
        /start required
    refused '{'"$quadratic"', "optimizer": {}}' /optimizer/type required
    refused '{"objective": {"coefficients": [1]}, "start": [1], '"$sgd"'}' \
        /objective/type required
}

@test "a body that is no object is one fault at its root" {
    local text
    for text in '[]' '"x"' 7 null true; do
        refused "$text" '' wrong_type
    done
}

@test "an unknown name gets the nearest one" {
    refused '{'"$quadratic"', "optimizer": {"type": "adm"}}' \
        /optimizer/type unknown_name adam
    refused '{"objective": {"type": "function", "name": "rosenbrok"}, '"$sgd"'}' \
        /objective/name unknown_name rosenbrock
    refused '{"objective": {"type": "quadratik"}, "start": [1], '"$sgd"'}' \
        /objective/type unknown_name quadratic
    refused '{'"$quadratic"', "optimizer": {"type": "zzzzzz"}}' \
        /optimizer/type unknown_name
}

@test "an unknown member gets the nearest one, wherever it stands" {
    refused '{'"$quadratic"', '"$sgd"', "stopp": {}}' /stopp unknown_member \
        stop
    refused '{'"$quadratic"', '"$sgd"', "stop": {"max_iteration": 1}}' \
        /stop/max_iteration unknown_member \
        max_iterations
    refused '{'"$quadratic"', '"$sgd"', "a/b~c": 1}' '/a~1b~0c' unknown_member
}

@test "a member that stands twice is refused" {
    post /jobs '{'"$quadratic"', '"$sgd"', "seed": 1, "seed": 2}'
    problem_is 400 malformed-json
    json_true '.line == 2' '.column > 30' '.detail | test("already")'
}

@test "faults of an objective have their places" {
    refused '{"objective": {"type": "polynomial", "variables": ["x"],
        "terms": [{"coefficient": 1, "powers": {"y": 2}}]}, "start": [1],
        '"$sgd"'}' /objective/terms/0/powers/y unknown_name
    refused '{"objective": {"type": "quadratic", "A": [[1, 0]], "b": [1]},
        "start": [1], '"$sgd"'}' /objective/A wrong_size
    refused '{"objective": {"type": "function", "name": "beale",
        "dimension": 3}, '"$sgd"'}' /objective/dimension out_of_range
    refused '{"objective": {"type": "polynomial", "coefficients": [1, "x"]},
        "start": [1], '"$sgd"'}' /objective/coefficients/1 wrong_type
}

@test "faults of the start have their places" {
    refused '{"objective": {"type": "function", "name": "sphere"},
        "start": {"random": {"low": 2, "high": 1}}, '"$sgd"'}' \
        /start/random/high out_of_range
    refused '{"objective": {"type": "function", "name": "sphere"},
        "start": {"random": {"low": 2}}, '"$sgd"'}' /start/random/high required
    refused '{"objective": {"type": "function", "name": "sphere"},
        "start": [1, null], '"$sgd"'}' /start/1 wrong_type
}

@test "limits have their names: tags, names, priority, dimension" {
    refused '{'"$quadratic"', '"$sgd"', "priority": 1001}' /priority out_of_range
    refused '{'"$quadratic"', '"$sgd"', "tags": ["a", "a"]}' /tags/1 duplicate
    refused '{'"$quadratic"', '"$sgd"', "name": "'"$(printf '%0201d' 0)"'"}' \
        /name too_large
    refused '{"objective": {"type": "function", "name": "sphere",
        "dimension": 1000001}, '"$sgd"'}' /objective/dimension out_of_range
    refused '{"objective": {"type": "function", "name": "sphere",
        "dimension": 1025}, '"$sgd"', "trace": {"x": true}}' /trace/x too_large
}

@test "optimizer settings that contradict each other are one conflict" {
    refused '{'"$quadratic"', "optimizer": {"type": "sgd", "nesterov": true}}' \
        /optimizer/nesterov conflict
}

@test "broken JSON gets the line and the column" {
    malformed '' 1 1
    malformed '{"a": 1,}' 1 9
    malformed $'{\n  "a": 007\n}' 2 8
    malformed '{"a": 1} x' 1 10
    malformed $'{"a":\n\n   nul}' 3 4
}

@test "numbers that are none are no JSON" {
    local number
    for number in NaN Infinity -Infinity 1e999 -1e999 .5 1. +1 0x1; do
        post /jobs '{'"$quadratic"', "optimizer": {"type": "sgd",
            "learning_rate": '"$number"'}}'
        problem_is 400 malformed-json
        [[ $body =~ \"line\":3,\"column\":[1-9][0-9] ]] || fail "$body"
    done
}

@test "what is nested too deeply is refused, whatever its depth" {
    post /jobs "$(printf '%033d' 0 | tr 0 '[')"
    problem_is 400 malformed-json
    post /jobs "$(printf '%0100000d' 0 | tr 0 '[')"
    problem_is 400 malformed-json
}

@test "text that is not UTF-8 is refused" {
    post /jobs "$(printf '{"name": "\xff\xfe"}')"
    problem_is 400 malformed-json
}

@test "a body larger than its limit gets 413 and the limit" {
    head -c 1048577 /dev/zero | tr '\0' ' ' >"$place/large"
    request POST /jobs --data-binary "@$place/large" \
        -H 'Content-Type: application/json'
    problem_is 413 too-large
    json_is .limit 1048576
    request POST /jobs --data-binary "@$place/large" \
        -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked'
    problem_is 413 too-large
    json_is .limit 1048576
}

@test "a body of another type gets 415" {
    request POST /jobs -d '{}' -H 'Content-Type: text/csv'
    problem_is 415 unsupported-media-type
    request POST /jobs -d '{}' -H 'Content-Type: application/json; charset=latin1'
    problem_is 415 unsupported-media-type
    request POST /jobs -d '{}' -H 'Content-Type: application/json' \
        -H 'Content-Encoding: gzip'
    problem_is 415 unsupported-media-type
}

@test "a bad query parameter gets 400 with its name" {
    post '/jobs?dry_run=yes' '{}'
    problem_is 400 invalid-parameter
    fault_is parameter dry_run out_of_range
    post '/jobs?dryrun=true' '{}'
    problem_is 400 invalid-parameter
    fault_is parameter dryrun unknown_name dry_run
    post '/jobs?dry_run=true&dry_run=true' '{}'
    problem_is 400 invalid-parameter
    fault_is parameter dry_run duplicate
    post '/jobs?dry_run=yes&dryrun=true' '{}'
    problem_is 400 invalid-parameter
    json_is '[.errors[].parameter] | sort | join(" ")' 'dry_run dryrun'
}

@test "nothing of all this became a job" {
    get /jobs
    json_is '.items | length' 0
}

@test "a run that would not fit in memory is refused before it begins" {
    post /jobs '{"objective": {"type": "function", "name": "rosenbrock",
        "dimension": 100000}, "optimizer": {"type": "bfgs"}}'
    status_is 422
    json_is '.errors[0].pointer' /optimizer/type '.errors[0].code' too_large
    [[ $body == *"a job may have 1024"* ]]
}
