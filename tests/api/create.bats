# create.bats - POST /jobs with what is well-formed, and the spec that results.
load helpers

setup_file() {
    start_server --workers 2
}

teardown_file() {
    stop_server
}

# How many jobs the server has.
count_jobs() {
    get '/jobs?limit=500'
    jq '.items | length' <<<"$body"
}

@test "a job is taken with 202, its place, and the document of a queued job" {
    post /jobs "$(parabola 0.03 '"name": "ärtikel", "tags": ["a", "b"],
        "priority": -3, "seed": 7')"
    status_is 202
    take_id
    header_is Location "/jobs/$job"
    header_is Content-Type application/json
    json_is .id "$job" .state queued .requested null .name ärtikel \
        .tags '["a","b"]' .priority -3 .attempt 1 .parent null .sweep null \
        .objective polynomial .optimizer gradient_descent .dimension 1 \
        .started_at null .finished_at null .expires_at null .progress null .current null \
        .best null .outcome null .error null .warnings '[]' \
        .links.self "/jobs/$job" .links.spec "/jobs/$job/spec" \
        .links.trace "/jobs/$job/trace" .links.result "/jobs/$job/result"
    json_true '.created_at
        | test("^20[0-9]{2}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}\\.[0-9]{3}Z$")' \
        '.id | test("^job_[0-9a-z]{26}$")'
}

@test "an ended job's document says when, how far, and why" {
    finish "$(parabola 0.03)"
    json_true '.created_at <= .started_at' '.started_at <= .finished_at' \
        '.progress.iteration == .best.iteration or .best.loss == -3' \
        '.progress.fraction == 1' \
        '.current.gradient_norm <= 1e-8' '.current.loss == .best.loss
            or .current.loss > .best.loss' '.attempt == 1'
    json_is .progress.max_iterations 1000 .progress.eta_s null \
        .outcome '{"class":"converged","reason":"gradient_tolerance"}'
}

@test "Prefer: wait answers 201 when the job has ended" {
    post /jobs "$(parabola 0.03)" -H 'Prefer: wait=20'
    status_is 201
    header_is Preference-Applied wait=20
    take_id
    header_is Location "/jobs/$job"
    json_is .state completed
}

@test "Prefer: wait answers 202 when the job takes longer" {
    post /jobs "$(crawl)" -H 'Prefer: respond-async, wait=1'
    status_is 202
    header_is Preference-Applied wait=1
    json_true '.state == "queued" or .state == "running"'
    take_id
    header_is Location "/jobs/$job"
    delete "/jobs/$job?force=true"
}

@test "a wait of more than a minute is a minute" {
    post /jobs "$(parabola 0.03)" -H 'Prefer: wait=9999'
    status_is 201
    header_is Preference-Applied wait=60
}

@test "a dry run predicts and creates nothing" {
    local before
    before=$(count_jobs)
    post '/jobs?dry_run=true' "$(parabola 0.03)"
    status_is 200
    assert_equal "$(header Location)" ''
    json_is .valid true .prediction.dimension 1 \
        .prediction.trace_rows_max 1001 .spec.stop.max_iterations 1000 \
        .spec.optimizer.schedule.type constant
    json_true '.prediction.memory_bytes > 0' '.prediction.trace_bytes_max > 0'
    post '/jobs?dry_run=true' '{}'
    problem_is 422 invalid-spec
    assert_equal "$(count_jobs)" "$before"
}

@test "dry_run=false creates" {
    post '/jobs?dry_run=false' "$(parabola 0.03)"
    status_is 202
}

@test "curl -d without a content type is understood" {
    request POST /jobs -d "$(parabola 0.03)"
    status_is 202
    request POST /jobs -H 'Content-Type:' -d "$(parabola 0.03)"
    status_is 202
    request POST /jobs -d "$(parabola 0.03)" \
        -H 'Content-Type: application/json; charset=utf-8'
    status_is 202
}

@test "a path instead of what is in the file is told how to send it" {
    post /jobs job.json
    problem_is 400 malformed-json
    json_true '.detail | test("column 1: .*-d @FILE")'
}

@test "a body sent in chunks is understood" {
    request POST /jobs -d "$(parabola 0.03)" -H 'Transfer-Encoding: chunked' \
        -H 'Content-Type: application/json'
    status_is 202
}

@test "every optimizer of the catalogue runs with its defaults" {
    local optimizer needs bounds objective
    get /optimizers?full=true
    while read -r optimizer needs; do
        # Global methods search in a box.
        case $optimizer in
            crs2 | direct | esch | isres)
                bounds=', "bounds": {"low": -2, "high": 2}' ;;
            *) bounds= ;;
        esac
        case $needs in
            residuals)
                objective='{"type": "fit", "formula": "exp(b*x)",
                    "target": "y", "parameters": ["b"],
                    "dataset": {"columns": {"x": [1, 2], "y": [3, 8]}}}' ;;
            rows | linear_model)
                objective='{"type": "model", "target": "y", "l2": 1,
                    "model": {"type": "logistic"}, "intercept": false,
                    "dataset": {"columns": {"x": [1, 2], "y": [0, 1]}}}' ;;
            *) objective='{"type": "quadratic", "A": [[2]], "b": [1]}' ;;
        esac
        post /jobs '{"objective": '"$objective"', "start": [1], "stop": {"max_iterations": 20},
            "optimizer": {"type": "'"$optimizer\"$bounds"'}}' -H 'Prefer: wait=20'
        status_is 201
        [[ $body == *'"state":"completed"'* ]] || fail "$optimizer: $body"
        [[ $body == *"\"optimizer\":\"$optimizer\""* ]] || fail "$body"
    done < <(jq -r '.items[] | "\(.name) \(.needs)"' <<<"$body")
}

@test "every function of the catalogue runs from its own start" {
    local function
    get /functions
    for function in $(jq -r '.items[].name' <<<"$body"); do
        post /jobs '{"objective": {"type": "function",
            "name": "'"$function"'"}, "stop": {"max_iterations": 20},
            "optimizer": {"type": "adam"}}' -H 'Prefer: wait=20'
        status_is 201
        [[ $body == *'"state":"completed"'* ]] || fail "$function: $body"
    done
}

# f(x) = x'Ax / 2 + b'x + c with A = ((2, 1), (1, 3)), b = (-4, -7), c = 5: the
# gradient is 0 at (1, 2), where f = 5 - 18 / 2 = -4.
@test "a quadratic is minimised where Ax = -b" {
    finish '{"objective": {"type": "quadratic", "A": [[2, 1], [1, 3]],
            "b": [-4, -7], "c": 5}, "start": [0, 0],
        "optimizer": {"type": "gradient_descent", "learning_rate": 0.3},
        "stop": {"gradient_tolerance": 1e-10}}'
    get "/jobs/$job/result"
    json_true '(.x[0] - 1 | fabs) < 1e-9' '(.x[1] - 2 | fabs) < 1e-9' \
        '(.loss + 4 | fabs) < 1e-9'
}

@test "the spec comes back with every default" {
    create '{"objective": {"type": "function", "name": "rosenbrock"},
        "optimizer": {"type": "adam"}}'
    get "/jobs/$job/spec"
    status_is 200
    header_is Content-Type application/json
    json_is .name null .tags '[]' .priority 0 .seed 0 .start '[-1.2,1]' \
        '.optimizer | del(.schedule)' '{"type":"adam","dialect":"torch","learning_rate":0.001,"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"amsgrad":false,"maximize":false,"clip_value":null,"clip_norm":null,"weight_decay":0,"decoupled_weight_decay":0,"l1":0,"lookahead_steps":null,"lookahead_rate":0.5,"ema_decay":null}' \
        .optimizer.schedule.type constant \
        .stop.max_iterations 10000 .stop.gradient_tolerance null \
        '.stop | length' 10 .trace '{"every":1,"x":"auto"}'
}

@test "the spec can be posted again and gives the same spec and the same trace" {
    local spec digest
    for spec in "$(parabola 0.03)" \
        '{"name": "n", "tags": ["t"], "priority": 1000, "seed": 9007199254740991,
          "objective": {"type": "polynomial", "variables": ["x", "y"],
            "terms": [{"coefficient": 0.1, "powers": {"x": 4, "y": 2}},
                      {"coefficient": 1, "powers": {"x": 2}},
                      {"coefficient": 0.3333333333333333, "powers": {"y": 2}}]},
          "start": {"random": {"low": -2, "high": 2}},
          "optimizer": {"type": "rmsprop", "centered": true},
          "stop": {"max_iterations": 50}, "trace": {"every": 3, "x": true}}'; do
        finish "$spec"
        get "/jobs/$job/result"
        digest=$(jq -r .trace_sha256 <<<"$body")
        get "/jobs/$job/spec"
        spec=$body
        finish "$spec"
        get "/jobs/$job/spec"
        assert_equal "$body" "$spec"
        get "/jobs/$job/result"
        json_is .trace_sha256 "$digest"
    done
}

@test "a random start is the same for the same seed, another for another" {
    random_start() { # SEED
        finish '{"objective": {"type": "function", "name": "sphere",
            "dimension": 3}, "start": {"random": {"low": 1, "high": 2}},
            "seed": '"$1"', "optimizer": {"type": "sgd"},
            "stop": {"max_iterations": 0}}'
        get "/jobs/$job/result"
        json_true '.x | length == 3' '.x | all(. >= 1 and . < 2)' \
            '.x[0] != .x[1]'
        started=$(jq -c .x <<<"$body")
    }
    local started first
    random_start 1
    first=$started
    random_start 1
    assert_equal "$started" "$first"
    random_start 2
    refute [ "$started" = "$first" ]
}

@test "what a name holds comes back as it was" {
    create "$(parabola 0.03 '"name": "<b>\"\\\u0001é\ud83d\ude00</b>"')"
    get "/jobs/$job"
    json_true '.name == "<b>\"\\\u0001é\ud83d\ude00</b>"'
}

@test "the jobs of 200 requests sent side by side all complete" {
    local ids
    parabola 0.03 '"tags": ["crowd"]' >"$place/crowd.json"
    seq 200 | xargs -P 8 -I '{}' curl -sS --max-time 60 -o "$place/crowd.{}" \
        -w '%{http_code}\n' --data-binary "@$place/crowd.json" "$url/jobs" \
        >"$place/statuses"
    assert_equal "$(sort "$place/statuses" | uniq -c | xargs)" '200 202'
    ids=$(cat "$place"/crowd.[0-9]* | grep -o '"id":"[^"]*"' | sort -u | wc -l)
    assert_equal "$ids" 200
    all_are_over() {
        get '/jobs?tag=crowd&state=completed&limit=500'
        [ "$(grep -o '"state":"completed"' <<<"$body" | wc -l)" = 200 ]
    }
    eventually all_are_over
    json_true '[.items[].progress.iteration] | unique | length == 1'
}
