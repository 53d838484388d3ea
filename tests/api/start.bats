# start.bats - where a run starts: names, and points of other jobs.
load helpers

setup_file() {
    start_server --workers 1
    finish "$(rosenbrock '[-1.2,1]' 600)"
    export first=$job
}

teardown_file() {
    stop_server
}

# rosenbrock START ITERATIONS [TRACE]
rosenbrock() {
    echo '{"objective":{"type":"function","name":"rosenbrock"},
        "start":'"$1"',"optimizer":{"type":"gradient_descent",
        "learning_rate":0.001},"stop":{"max_iterations":'"$2"'},
        "trace":'"${3:-{\}}"'}'
}

# starts_at START X: and the stored spec has these numbers.
starts_at() {
    finish "$(rosenbrock "$1" 0)"
    get "/jobs/$job/result"
    json_is .x "$2"
    get "/jobs/$job/spec"
    json_is .start "$2"
}

@test "a run starts where another was" {
    get "/jobs/$first/result"
    local last best third
    last=$(jq -c .x <<<"$body") best=$(jq -c .best.x <<<"$body")
    get "/jobs/$first/trace?from=3&to=4&fields=x"
    third=$(jq -c '[.columns[][0]]' <<<"$body")
    starts_at '{"job":"'"$first"'","at":"last"}' "$last"
    starts_at '{"job":"'"$first"'","at":"best"}' "$best"
    starts_at '{"job":"'"$first"'"}' "$best"
    starts_at '{"job":"'"$first"'","at":600}' "$last"
    starts_at '{"job":"'"$first"'","at":3}' "$third"
}

@test "two halves are the whole" {
    finish "$(rosenbrock '{"job":"'"$first"'","at":200}' 400)"
    get "/jobs/$job/result"
    local half
    half=$(jq -c .x <<<"$body")
    get "/jobs/$first/result"
    json_is .x "$half"
    # The spec stands for itself: its job may go.
    finish "$(rosenbrock '[-1.2,1]' 5)"
    local gone=$job
    finish "$(rosenbrock '{"job":"'"$gone"'"}' 3)"
    get "/jobs/$job/spec"
    printf %s "$body" >"$place/spec"
    get "/jobs/$job/result"
    local digest
    digest=$(jq -r .trace_sha256 <<<"$body")
    delete "/jobs/$gone"
    status_is 204
    finish "$(<"$place/spec")"
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
}

@test "faults of a warm start are named" {
    faulty() { # START POINTER CODE
        post /jobs "$(rosenbrock "$1" 3)"
        problem_is 422 invalid-spec
        fault_is pointer "$2" "$3"
    }
    faulty '{"job":"job_00000000000000000000000000"}' /start/job unknown_name
    faulty '{"job":"x"}' /start/job unknown_name
    faulty '{"job":"'"$first"'","at":"worst"}' /start/at out_of_range
    faulty '{"job":"'"$first"'","at":601}' /start/at out_of_range
    faulty '{"job":"'"$first"'","at":-1}' /start/at out_of_range
    faulty '{"job":"'"$first"'","when":1}' /start/when unknown_member
    finish "$(rosenbrock '[-1.2,1]' 20 '{"every":7}')"
    faulty '{"job":"'"$job"'","at":8}' /start/at out_of_range
    finish "$(parabola 0.03)"
    faulty '{"job":"'"$job"'"}' /start/job wrong_size
    create "$(crawl)"
    wait_for_state running
    local running=$job
    faulty '{"job":"'"$running"'"}' /start/job conflict
    post "/jobs/$running/cancel"
    job=$running wait_for_state canceled
    finish "$(rosenbrock '[1e200,1]' 3)"
    get "/jobs/$job/result"
    if jq -e '.x | any(. == null)' <<<"$body" >/dev/null; then
        faulty '{"job":"'"$job"'","at":"last"}' /start/at conflict
    fi
}

@test "starts by name" {
    finish '{"objective":{"type":"expression","expression":"sum(i, 1, 3, w[i]^2) + (a - 1)^2",
        "variables":{"w":3,"a":1}},"start":{"a":[5],"w":[1,2,3]},
        "optimizer":{"type":"gradient_descent","learning_rate":0.1},
        "stop":{"max_iterations":0}}'
    get "/jobs/$job/result"
    json_is .x '[1,2,3,5]'
    finish '{"objective":{"type":"fit","formula":"a*x + b","target":"y",
        "parameters":["a","b"],
        "dataset":{"columns":{"x":[0,1,2],"y":[1,3,5]}}},
        "start":{"b":7,"a":-1},"optimizer":{"type":"levenberg_marquardt"}}'
    get "/jobs/$job/trace?limit=1&fields=x"
    json_is .columns '{"x.0":[-1],"x.1":[7]}'
    finish '{"objective":{"type":"polynomial","variables":["p","q"],
        "terms":[{"coefficient":1,"powers":{"p":2}},
        {"coefficient":1,"powers":{"q":2}}]},"start":{"q":2,"p":1},
        "optimizer":{"type":"gradient_descent","learning_rate":0.1},
        "stop":{"max_iterations":0}}'
    get "/jobs/$job/result"
    json_is .x '[1,2]'
    finish '{"objective":{"type":"model","target":"y",
        "model":{"type":"mlp","hidden":[2],"head":"regression"},
        "dataset":{"columns":{"x":[0,1,2],"y":[1,3,5]}}},
        "start":{"W1":[[1],[2]],"b1":[3,4],"W2":[[5,6]],"b2":[7]},
        "optimizer":{"type":"sgd"},"stop":{"max_epochs":0}}'
    get "/jobs/$job/result"
    json_is .x '[1,2,3,4,5,6,7]' .tensors.W2.values '[[5,6]]'
    post /jobs '{"objective":{"type":"fit","formula":"a*x + b","target":"y",
        "parameters":["a","b"],
        "dataset":{"columns":{"x":[0,1,2],"y":[1,3,5]}}},
        "start":{"aa":7,"b1":1},"optimizer":{"type":"levenberg_marquardt"}}'
    problem_is 422 invalid-spec
    json_is '[.errors[] | "\(.pointer) \(.code) \(.suggestion)"] | tostring' \
        '["/start/aa unknown_member null","/start/b1 unknown_member null","/start/a required null","/start/b required null"]'
}

@test "the command line has no jobs" {
    rosenbrock '{"job":"'"$first"'"}' 3 >"$place/spec"
    run "$descentd" solve "$place/spec"
    assert_failure 2
    assert_output --partial 'jobs are kept by a server'
}
