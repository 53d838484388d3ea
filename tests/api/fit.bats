# fit.bats - curves fitted to data: their result by name, with errors.
load helpers

setup_file() {
    start_server --workers 1
}

teardown_file() {
    stop_server
}

# The line through (0, 6), (1, 0), (2, 0): 5 - 3 t, residuals 1, -2, 1.
line='{"type": "fit",
    "dataset": {"columns": {"t": [0, 1, 2], "y": [6, 0, 0]}},
    "formula": "a + b*t", "target": "y", "parameters": ["a", "b"]}'

# fit OBJECTIVE [OPTIMIZER]: POST it, from 0, and wait for its end; its id is
# $job.
fit() {
    post /jobs "{\"objective\": $1, \"start\": [0, 0],
        \"optimizer\": {\"type\": \"${2:-levenberg_marquardt}\"},
        \"stop\": {\"gradient_tolerance\": 1e-10}}" -H 'Prefer: wait=30'
    status_is 201
    job=$(jq -r .id <<<"$body")
}

@test "a fit tells its parameters by name, and how well they are known" {
    fit "$line"
    get "/jobs/$job/result"
    status_is 200
    json_is .degrees_of_freedom 1 'has("residuals")' false .iterations 1
    json_true '.parameters.a - 5 | fabs < 1e-13' \
        '.parameters.b + 3 | fabs < 1e-13' \
        '.standard_errors.a - (5 | sqrt) | fabs < 1e-13' \
        '.residual_standard_deviation - (6 | sqrt) | fabs < 1e-13' \
        '.r_squared - 0.75 | fabs < 1e-13' \
        '.covariance[0][1] + 3 | fabs < 1e-13'
}

@test "residuals come when they are asked for" {
    fit "$line"
    get "/jobs/$job/result?residuals=true"
    status_is 200
    json_true '.residuals | length == 3' \
        '[.residuals, [1, -2, 1]] | transpose
            | all(.[0] - .[1] | fabs < 1e-13)'
    get "/jobs/$job/result?residuals=maybe&residual=true"
    problem_is 400 invalid-parameter
    json_is '[.errors[].parameter] | sort | join(" ")' 'residual residuals'
    get "/jobs/$job/result?residuals=maybe"
    status_is 400
    post /jobs '{"objective": {"type": "polynomial", "coefficients": [0, 0, 1]},
        "start": [1], "optimizer": {"type": "lbfgs"}}' -H 'Prefer: wait=30'
    get "/jobs/$(jq -r .id <<<"$body")/result?residuals=true"
    json_is .residuals null
}

@test "the spec of a fit can be posted again" {
    fit "$line"
    get "/jobs/$job/result"
    digest=$(jq -r .trace_sha256 <<<"$body")
    get "/jobs/$job/spec"
    post /jobs "$body" -H 'Prefer: wait=30'
    status_is 201
    get "/jobs/$(jq -r .id <<<"$body")/result"
    json_is .trace_sha256 "$digest"
}

@test "any optimizer can run a fit" {
    fit "$line" bfgs
    get "/jobs/$job/result"
    json_true '.parameters.a - 5 | fabs < 1e-9' \
        '.standard_errors.b - (3 | sqrt) | fabs < 1e-9'
}

@test "levenberg_marquardt says what it needs" {
    post /jobs '{"objective": {"type": "function", "name": "booth"},
        "optimizer": {"type": "levenberg_marquardt"}}'
    status_is 422
    json_is '.errors[0].pointer' /optimizer/type \
        '.errors[0].detail' \
        'levenberg_marquardt needs an objective that is a sum of residuals: fit'
}

@test "columns of unequal length are named" {
    post /jobs '{"objective": {"type": "fit",
        "dataset": {"columns": {"t": [0, 1, 2], "y": [6, 0]}},
        "formula": "a + b*t", "target": "y", "parameters": ["a", "b"]},
        "start": [0, 0], "optimizer": {"type": "levenberg_marquardt"}}'
    status_is 422
    json_is '.errors[0].pointer' /objective/dataset/columns/y \
        '.errors[0].code' wrong_size
}

@test "solve prints the residuals too" {
    echo "{\"objective\": $line, \"start\": [0, 0],
        \"optimizer\": {\"type\": \"levenberg_marquardt\"}}" |
        "$descentd" solve - --residuals >"$place/result"
    body=$(<"$place/result")
    json_true '.residuals[0] - 1 | fabs < 1e-13' '.parameters | length == 2'
}

@test "the spec of a fit tells the defaults of its loss" {
    fit "$line"
    get "/jobs/$job/spec"
    json_is .objective.loss squared .objective.loss_scale 1
}

@test "numbers as weights are sent into a column" {
    post /jobs "{\"objective\": ${line%\}}, \"weights\": [1, 1, 1]},
        \"start\": [0, 0], \"optimizer\": {\"type\": \"lbfgs\"}}"
    status_is 422
    json_is '.errors[0].pointer' /objective/weights '.errors[0].detail' \
        "a column's name or a formula of columns is needed: put the numbers into a column"
}

# Whoever votes as the majority of three does; made up.
model='{"type": "fit", "dataset": {"columns": {
        "v": [[0, 0, 1], [1, 1, 0], [1, 1, 1], [0, 0, 0], [0, 1, 1]],
        "y": [1, 2, 2, 1, 2]}},
    "formula": "let z[k] = dot(W[k], v) + b[k]; log_sum_exp(z) - z[y]",
    "parameters": {"W": [2, 3], "b": 2}, "loss": "sum"}'

@test "a model that was typed learns, and its matrices have their shape" {
    post /jobs "{\"objective\": $model, \"start\": {\"random\": {\"low\": 0,
        \"high\": 0.1}}, \"optimizer\": {\"type\": \"lbfgs\"},
        \"stop\": {\"target_loss\": 0.01}}" -H 'Prefer: wait=30'
    status_is 201
    json_is .outcome.reason target_loss .dimension 8
    job=$(jq -r .id <<<"$body")
    get "/jobs/$job/result?residuals=true"
    json_is '.parameters.W | map(length)' '[3,3]' .residuals null \
        'has("standard_errors")' false
    json_true '.parameters.b | length == 2' '.parameters.W[1] == .x[3:6]'
    digest=$(jq -r .trace_sha256 <<<"$body")
    get "/jobs/$job/spec"
    json_is .objective.parameters '{"W":[2,3],"b":2}' \
        '.objective.dataset.columns.v[1]' '[1,1,0]'
    post /jobs "$body" -H 'Prefer: wait=30'
    get "/jobs/$(jq -r .id <<<"$body")/result"
    json_is .trace_sha256 "$digest"
}

@test "a class that there is not is refused with its row" {
    post /jobs "{\"objective\": ${model/1, 2, 2, 1, 2/1, 2, 3, 1, 2},
        \"start\": [0, 0, 0, 0, 0, 0, 0, 0], \"optimizer\": {\"type\": \"adam\"}}"
    status_is 422
    fault_is pointer /objective/formula out_of_range
    json_true '.errors[0].detail
        | contains("y is 3 in row 3 (counted from 1)")'
}

@test "log-odds and groups of columns" {
    post /jobs '{"objective": {"type": "fit", "dataset": {"columns": {
            "a": [1, 2, 3, 4], "b": [1, 0, 1, 0], "t": [0, 0, 1, 1]}},
            "features": {"x": ["a", "b"]}, "formula": "dot(w, x) + c",
            "target": "t", "parameters": {"w": 2, "c": 1}, "loss": "log"},
        "start": [0, 0, 0], "optimizer": {"type": "bfgs"},
        "stop": {"target_loss": 0.01}}' -H 'Prefer: wait=30'
    status_is 201
    json_is .outcome.reason target_loss
    get "/jobs/$(jq -r .id <<<"$body")/result?residuals=true"
    json_true '.residuals | map(fabs) | max < 0.01'
}

@test "a fixed parameter is told, and has no error" {
    fit "${line%\}}, \"fixed\": {\"a\": 5}}"
    get "/jobs/$job/result"
    json_is .degrees_of_freedom 2 .parameters.a 5 .standard_errors.a null \
        '.x | length' 1
    json_true '.parameters.b + 3 | fabs < 1e-13' \
        '.standard_errors.b - (6 / 2 / 5 | sqrt) | fabs < 1e-13'
    post /jobs "{\"objective\": ${line%\}}, \"fixed\": {\"q\": 5}},
        \"start\": [0], \"optimizer\": {\"type\": \"lbfgs\"}}"
    status_is 422
    fault_is pointer /objective/fixed/q unknown_name
}

@test "errors are told only where a run converged" {
    post /jobs "{\"objective\": $line, \"start\": [0, 0],
        \"optimizer\": {\"type\": \"adam\"},
        \"stop\": {\"max_iterations\": 3}}" -H 'Prefer: wait=30'
    status_is 201
    get "/jobs/$(jq -r .id <<<"$body")/result"
    json_is .outcome.class budget .standard_errors null .covariance null \
        .r_squared null .degrees_of_freedom 1
}

# Four rows in batches of two: two updates an epoch.
@test "a model that was typed learns by batches, with its accuracy" {
    post /jobs '{"objective": {"type": "fit", "dataset": {"columns": {
            "x": [[1, 1], [2, 0], [3, 1], [4, 0]], "t": [0, 0, 1, 1]}},
            "formula": "dot(w, x) + c", "target": "t",
            "parameters": {"w": 2, "c": 1}, "loss": "log"},
        "start": [0, 0, 0], "optimizer": {"type": "adam",
        "learning_rate": 0.3}, "batch_size": 2, "stop": {"max_epochs": 60}}' \
        -H 'Prefer: wait=30'
    status_is 201
    json_is .outcome.reason max_epochs
    get "/jobs/$(jq -r .id <<<"$body")/trace?fields=epoch,training_loss,accuracy"
    json_true '.columns.accuracy | map(values) | length == 61' \
        '.columns.accuracy | map(values) | .[0] == 0.5 and last == 1' \
        '.columns.training_loss | map(values)
            | (.[0] - (2 | log) | fabs < 1e-15) and last < 0.2'
}
