# predict.bats - what a trained model gives back: result, tensors, predictions.
load helpers

setup_file() {
    start_server --workers 1
    finish "$(iris '"validation_fraction":0.2')"
    export iris_job=$job
}

teardown_file() {
    stop_server
}

# iris [MEMBERS-OF-OBJECTIVE [MEMBERS]]: a spec of softmax.
iris() {
    echo '{"objective":{"type":"model","dataset":"iris","standardize":true,
        "model":{"type":"softmax"}'"${1:+,$1}"'},"batch_size":16,
        "optimizer":{"type":"sgd","learning_rate":0.1,"momentum":0.9},
        "stop":{"max_epochs":20}'"${2:+,$2}"'}'
}

# people MODEL [MEMBERS-OF-OBJECTIVE]: a spec with words and missing values.
people() {
    echo '{"objective":{"type":"model","target":"buys","model":'"$1"',
        "one_hot":["city"],"standardize":true'"${2:+,$2}"',
        "dataset":{"columns":{"age":[21,34,45,52,60,28],
            "city":["Bonn","Köln","Bonn","Kiel","Köln","Bonn"],
            "buys":["no","yes","yes","no","yes","no"]}}},
        "optimizer":{"type":"lbfgs"},"stop":{"max_iterations":50}}'
}

# predict JSON [QUERY]
predict() {
    post "/jobs/$job/predict${2-}" "$1"
}

# predict_csv TEXT
predict_csv() {
    printf '%b' "$1" >"$place/rows.csv"
    request POST "/jobs/$job/predict" -H 'Content-Type: text/csv' \
        --data-binary @"$place/rows.csv"
}

# faults_are PROGRAM VALUE: what jq makes of each fault.
faults_are() {
    problem_is 422 invalid-rows
    json_is "[.errors[] | \"$1\"] | tostring" "$2"
}

@test "the result tells tensors and metrics of both parts" {
    get "/jobs/$iris_job/result"
    status_is 200
    json_is '.tensors | keys' '["W","b"]' .tensors.W.shape '[3,4]' \
        .tensors.b.shape '[3]' .model.at best \
        .metrics.training.rows 120 .metrics.validation.rows 30
    json_true '.model.iteration == .best.iteration' \
        '([.tensors.W.values, .tensors.b.values] | flatten) == .best.x' \
        '.metrics.validation.loss == .best.loss'
    # Precision, recall, F1 and accuracy once more, from the confusion matrix.
    json_true '.metrics[] | . as $m | .confusion as $c
        | ([range(3) as $k | $c[$k][$k]] | add / $m.rows) == .accuracy
          and ([.classes | to_entries[] | .key]
               == ["setosa","versicolor","virginica"])
          and ([range(3) as $k | [.classes[]][$k] as $of
                | ($c[$k] | add) as $is | ([$c[][$k]] | add) as $said
                | $of.rows == $is
                  and ($of.recall - $c[$k][$k] / $is | fabs < 1e-15)
                  and ($of.precision - $c[$k][$k] / $said | fabs < 1e-15)
                  and ($of.f1 - 2 * $c[$k][$k] / ($is + $said)
                       | fabs < 1e-15)] | all)'
    get "/jobs/$iris_job/trace?fields=accuracy,validation_accuracy"
    local last
    last=$(jq -c '[.columns[][-1]]' <<<"$body")
    get "/jobs/$iris_job/result"
    json_is '[.metrics.training.accuracy, .metrics.validation.accuracy]' \
        "$last"
}

@test "without a validation part tensors are of the last iteration" {
    finish "$(iris '"intercept":false')"
    get "/jobs/$job/result"
    json_is .model.at last .metrics.validation null '.tensors | keys' '["W"]'
    json_true '.model.iteration == .iterations' \
        '(.tensors.W.values | flatten) == .x'
    finish "$(iris '' '"stop":{"max_epochs":20,"patience":3}' |
        sed 's/"stop":{"max_epochs":20},//')"
    get "/jobs/$job/result"
    json_is .model.at best
}

# Of six rows, by hand: scores ordered rightly in every pair give 1.
@test "two classes have an area under the curve, numbers have errors" {
    finish "$(people '{"type":"logistic"}')"
    get "/jobs/$job/result"
    json_is '.tensors | keys' '["b","w"]' .metrics.training.confusion \
        '[[3,0],[0,3]]' .metrics.training.roc_auc 1
    finish '{"objective":{"type":"model","target":"y",
        "model":{"type":"linear"},
        "dataset":{"columns":{"x":[0,1,2,3],"y":[1,3,5,9]}}},
        "optimizer":{"type":"lbfgs"},"stop":{"max_iterations":50}}'
    get "/jobs/$job/result"
    # y = 2.6 x + 0.6, squares 1.2 of 35
    json_true '.metrics.training.rmse - 0.5477225575051661 | fabs < 1e-9' \
        '.metrics.training.r_squared - (1 - 1.2 / 35) | fabs < 1e-9'
    predict '{"columns":{"x":[10,-1]}}'
    status_is 200
    json_true '.predictions[0] - 26.6 | fabs < 1e-6' \
        '.predictions[1] + 2 | fabs < 1e-6' '.probabilities == null'
}

@test "tensors as octets are read by another program" {
    get "/jobs/$iris_job/result" -H 'Accept: application/octet-stream'
    status_is 200
    header_is Content-Type application/octet-stream
    header_is Vary Accept
    cp "$place/body" "$place/a.safetensors"
    local etag
    etag=$(header ETag)
    python3 safetensors.py "$place/a.safetensors" >"$place/read"
    get "/jobs/$iris_job/result"
    jq -e --slurpfile read "$place/read" --arg job "$iris_job" '$read[0] as $r
        | $r.metadata.job == $job and $r.metadata.at == "best"
          and ([.tensors[] | .values] | flatten)
              == ([$r.tensors[] | .values] | flatten)
          and ([.tensors[] | .shape] == [$r.tensors[] | .shape])' \
        "$place/body" || fail "$(<"$place/read")"
    get "/jobs/$iris_job/result.safetensors?at=last"
    status_is 200
    header_is Content-Disposition \
        "attachment; filename=\"$iris_job.safetensors\""
    python3 safetensors.py "$place/body" >"$place/read"
    get "/jobs/$iris_job/result"
    jq -e --slurpfile read "$place/read" \
        '([$read[0].tensors[] | .values] | flatten) == .x' "$place/body"
    get "/jobs/$iris_job/result" -H 'Accept: application/octet-stream' \
        -H "If-None-Match: $etag"
    status_is 304
    get "/jobs/$iris_job/result?at=last"
    fault_is parameter at conflict
    get "/jobs/$iris_job/result" -H 'Accept: image/png'
    problem_is 406 not-acceptable
}

@test "a job without a model gives its x; large tensors are octets alone" {
    finish "$(parabola 0.03)"
    get "/jobs/$job/result.safetensors"
    python3 safetensors.py "$place/body" >"$place/read"
    get "/jobs/$job/result"
    jq -e --slurpfile read "$place/read" \
        '$read[0].tensors.x == {shape: [1], values: .x}' "$place/body"
    finish '{"objective":{"type":"model","dataset":"digits",
        "model":{"type":"mlp","hidden":[200]}},"batch_size":256,
        "optimizer":{"type":"adam"},"stop":{"max_epochs":1}}'
    get "/jobs/$job/result"
    json_is .tensors.W1.shape '[200,64]' .tensors.W1.values null \
        '.tensors.b1.values | length' 200
    [[ $(jq -r .tensors.W1.note <<<"$body") == *octet-stream* ]]
    get "/jobs/$job/result.safetensors"
    python3 safetensors.py "$place/body" >"$place/read"
    [ "$(jq '.tensors.W1.values | length' "$place/read")" = 12800 ]
}

@test "rows are predicted, by rows, columns and CSV alike" {
    job=$iris_job
    predict '{"rows":[{"sepal_length":5.1,"sepal_width":3.5,
        "petal_length":1.4,"petal_width":0.2,"garden":"north"},
        {"petal_width":2,"petal_length":"6","sepal_width":3,
        "sepal_length":7,"species":"?"}]}'
    status_is 200
    json_is .job "$job" .at best .target species \
        .predictions '["setosa","virginica"]' .ignored '["garden"]' \
        .classes '["setosa","versicolor","virginica"]'
    json_true '.probabilities | all(add - 1 | fabs < 1e-12)' \
        '.probabilities[0][0] > 0.9'
    local said
    said=$(jq -c .probabilities <<<"$body")
    predict '{"columns":{"sepal_length":[5.1,7],"sepal_width":[3.5,3],
        "petal_length":[1.4,6],"petal_width":[0.2,2]}}'
    json_is .probabilities "$said"
    predict_csv 'petal_width;petal_length;sepal_width;sepal_length\r
0,2;1,4;3,5;5,1\r\n2;6;3;7\r\n'
    json_is .probabilities "$said"
    # By hand, from the tensors and the transformation of the result.
    get "/jobs/$job/result"
    jq -e --argjson said "$said" '[5.1, 3.5, 1.4, 0.2] as $row | .model as $m
        | .tensors as $t | [range(4) as $i | $m.features[$i]
            | ($row[$i] - (.mean // 0)) / (.scale // 1)] as $f
        | [range(3) as $k | $t.b.values[$k]
            + ([range(4) as $i | $t.W.values[$k][$i] * $f[$i]] | add) | exp]
        | (add as $sum | map(. / $sum)) as $p
        | [range(3) as $k | $p[$k] - $said[0][$k] | fabs < 1e-12] | all' \
        "$place/body"
    predict '{"rows":[{"sepal_length":1e308,"sepal_width":1e308,
        "petal_length":1e308,"petal_width":1e308},{"sepal_length":7,
        "sepal_width":3,"petal_length":6,"petal_width":2}]}'
    json_is .predictions '[null,"virginica"]' '.probabilities[0]' \
        '[null,null,null]'
    predict '{"rows":[]}'
    json_is .predictions '[]'
    predict '{"rows":[{"sepal_length":5.1,"sepal_width":3.5,
        "petal_length":1.4,"petal_width":0.2}]}' '?at=last'
    json_is .at last .iteration 160
}

@test "words are those of training, and missing values follow its policy" {
    finish "$(people '{"type":"svm"}')"
    predict '{"rows":[{"age":33,"city":"Bonn"}]}'
    status_is 200
    json_is .probabilities null '.predictions | length' 1
    predict '{"rows":[{"age":33,"city":"Bon"},{"age":null,"city":7}]}'
    faults_are '\(.pointer) \(.code) \(.suggestion)' \
        '["/rows/0/city unknown_name Bonn","/rows/1/age required null","/rows/1/city unknown_name null"]'
    predict_csv '# people\nage,city\n33,Bonn\n\n"old",Köln\n,Hamburg\n'
    faults_are '\(.line) \(.column) \(.code)' \
        '["5 1 wrong_type","6 1 required","6 2 unknown_name"]'
    predict_csv 'age,citi\n33,Bonn\n'
    faults_are '\(.line) \(.code) \(.suggestion)' '["1 required citi"]'
    predict_csv 'age,city\n33,Bonn,7\n'
    faults_are '\(.line) \(.code)' '["2 wrong_size"]'
    finish "$(people '{"type":"logistic"}' '"missing":"mean"')"
    predict '{"columns":{"age":[null,40],"city":["Bonn","Bonn"]}}'
    status_is 200
    json_true '.probabilities[0] == .probabilities[1]' # the mean is 40
}

@test "faults of the rows are told all at once, with their places" {
    job=$iris_job
    predict '{"columns":{"sepal_length":[1,true],"sepal_width":[1],
        "petal_lenght":[1,2],"petal_width":[1,"wide"]},"more":1}'
    faults_are '\(.pointer) \(.code) \(.suggestion)' \
        '["/more unknown_member null","/columns/sepal_width wrong_size null","/columns required petal_lenght"]'
    predict '{"columns":{"sepal_length":[1,true],"sepal_width":[1,2],
        "petal_length":[1,{}],"petal_width":[1,"wide"]}}'
    faults_are '\(.pointer) \(.code)' \
        '["/columns/sepal_length/1 wrong_type","/columns/petal_length/1 wrong_type"]'
    predict '{"rows":[3,{"sepal_length":[]}]}'
    json_is '.errors[0] | .pointer' /rows/0
    predict '{"rows":[],"columns":{}}'
    faults_are '\(.code)' '["conflict"]'
    predict '{}'
    faults_are '\(.code)' '["required"]'
    predict '{"rows":['
    problem_is 400 malformed-json
    predict 'sepal_length,sepal_width' # CSV, and not said so
    problem_is 400 malformed-json
    json_true '.detail | test("text/csv")'
    predict '' # nothing at all
    problem_is 400 malformed-json
    predict '{"rows":[]}' '?at=first'
    fault_is parameter at unknown_name
    jq -nc '{columns: {sepal_length: [range(100001)]}}' >"$place/rows"
    request POST "/jobs/$job/predict" -H 'Content-Type: application/json' \
        --data-binary @"$place/rows"
    status_is 422
    json_true '.errors | any(.code == "too_large")'
}

@test "rows of a sparse model are what is not zero" {
    printf '1 20000:1\n-1 1:1\n1 3:2\n' >"$place/sparse"
    request POST '/datasets?name=wide' --data-binary @"$place/sparse" \
        -H 'Content-Type: application/x-libsvm'
    status_is 201
    finish '{"objective":{"type":"model","dataset":"wide",
        "model":{"type":"linear"}},"optimizer":{"type":"lbfgs"},
        "stop":{"max_iterations":30}}'
    predict '{"rows":[{"c20000":1},{"c1":1,"c3":0,"label":3},{}]}'
    status_is 200
    json_true '.predictions[0] - 1 | fabs < 1e-4' \
        '.predictions[1] + 1 | fabs < 1e-4'
    get "/jobs/$job/result"
    json_is .model.features null .model.inputs 20000
    predict '{"rows":[{"c20001":1},{"c0":1}]}'
    faults_are '\(.pointer) \(.code)' \
        '["/rows/0/c20001 unknown_name","/rows/1/c0 unknown_name"]'
    # Two bytes a row, 20000 numbers each.
    predict "$(jq -nc '{rows: [range(5001) | {}]}')"
    faults_are '\(.code)' '["too_large"]'
}

@test "only a model that has ended predicts" {
    finish "$(parabola 0.03)"
    predict '{"rows":[]}'
    problem_is 422 no-model
    create "$(iris '' '"trace":{"every":"epoch"},"name":"long"' |
        sed 's/"max_epochs":20/"max_epochs":100000000/')"
    wait_for_state running
    predict '{"rows":[]}'
    problem_is 409 invalid-transition
    json_is .state running
    get "/jobs/$job/result.safetensors"
    problem_is 409 invalid-transition
    eventually moves
    json_true '.progress.epoch > 0' \
        '.progress.epoch - .progress.iteration / 10 | fabs < 1e-9'
    post "/jobs/$job/cancel"
    wait_for_state canceled
    # What it has learned so far is kept, and its metrics are not measured.
    get "/jobs/$job/result"
    json_is .outcome null .metrics.training null
    predict '{"rows":[{"sepal_length":5.1,"sepal_width":3.5,
        "petal_length":1.4,"petal_width":0.2}]}'
    status_is 200
    post /jobs/job_00000000000000000000000000/predict '{}'
    problem_is 404 not-found
    finish "$(iris '' '' | sed 's/0\.1,/1e6,/')"
    get "/jobs/$job/result"
    status_is 200
}

@test "neither the dataset nor the process need be there any more" {
    start_server --workers 1 # of its own, as it is killed
    printf 'x;kind\n1;a\n2;a\n5;b\n6;b\n' >"$place/kinds.csv"
    request POST '/datasets?name=kinds' -H 'Content-Type: text/csv' \
        --data-binary @"$place/kinds.csv"
    status_is 201
    finish '{"objective":{"type":"model","dataset":"kinds","target":"kind",
        "model":{"type":"logistic"},"standardize":true},
        "optimizer":{"type":"lbfgs"},"stop":{"max_iterations":9}}'
    delete /datasets/kinds
    status_is 204
    kill_server
    start_server --workers 1
    predict '{"columns":{"x":[0,9]}}'
    status_is 200
    json_is .predictions '["a","b"]'
    stop_server
}

@test "trace rows of the ends of epochs alone" {
    finish "$(iris '' '"trace":{"every":"epoch"}')"
    get "/jobs/$job/trace?fields=iteration,epoch,training_loss,x"
    json_true '.columns.iteration == [range(0; 201; 10)]' \
        '.columns.epoch == [range(21)]' \
        '.columns.training_loss | all(. != null)'
    get "/jobs/$job"
    json_is .progress.epoch 20
    get "/jobs/$job/spec"
    json_is .trace.every epoch
    # An end within an epoch is the last row.
    finish "$(iris '' '"trace":{"every":"epoch"}' |
        sed 's/"max_epochs":20/"max_iterations":13/')"
    get "/jobs/$job/trace?fields=iteration,epoch"
    json_is .columns.iteration '[0,10,13]' .columns.epoch '[0,1,1.3]'
    post /jobs '{"objective":{"type":"function","name":"rosenbrock"},
        "optimizer":{"type":"adam"},"trace":{"every":"epoch"},
        "stop":{"max_epochs":3}}'
    problem_is 422 invalid-spec
    json_is '[.errors[] | "\(.pointer) \(.code)"] | sort' \
        '["/stop/max_epochs conflict","/trace/every conflict"]'
}

@test "cells of a trace that are absent or not finite" {
    finish '{"objective":{"type":"model","target":"y",
        "model":{"type":"linear"},
        "dataset":{"columns":{"x":[1e9,2e9,3e9],"y":[1,2,4]}}},
        "batch_size":1,"optimizer":{"type":"sgd","learning_rate":1e6},
        "stop":{"max_epochs":99,"divergence_loss":1e308}}'
    get "/jobs/$job/trace?fields=iteration,loss,epoch,training_loss"
    local last
    last=$(jq '.columns.iteration[-1]' <<<"$body")
    json_true '.nonfinite | length > 0' '.columns.loss[-1] == null' \
        '.nonfinite | map(select(.field == "loss"))[0].iteration == '"$last"
    get "/jobs/$iris_job/trace?fields=iteration,epoch,accuracy&limit=3"
    json_is .columns.epoch '[0,null,null]' .nonfinite '[]'
    job=$iris_job csv '?fields=iteration,epoch,accuracy'
    [ "$(sed -n 3p <<<"$body")" = 1,, ]
    get "/jobs/$iris_job/trace?fields=iteration,epoch,accuracy&axis=epoch" \
        -H 'Accept: application/x-ndjson'
    [ "$(wc -l <<<"$body")" = 21 ]
    [[ $body != *null* ]]
}

@test "PyTorch's runs, by order and start" {
    [ -e ../../../shared/truth/minibatch/runs.json ] ||
        skip "truth/minibatch is not here"
    run python3 minibatch.py "$url" ../../../shared/truth
    assert_success
    assert_line '15 records, 0 wrong'
}

# Published: C = 1, no intercept, 10529.5625846379 and 84.9886 %.
@test "a9a by dual coordinate descent" {
    [ -e ../../../shared/truth/datasets/a9a ] || skip "a9a is not here"
    local name
    for name in a9a a9a.t; do
        request POST "/datasets?name=$name" -H 'Expect:' \
            -H 'Content-Type: application/x-libsvm' \
            --data-binary @../../../shared/truth/datasets/"$name"
        status_is 201
    done
    finish '{"objective":{"type":"model","dataset":"a9a",
        "validation":"a9a.t","model":{"type":"logistic"},"l2":1,
        "reduction":"sum","intercept":false},
        "optimizer":{"type":"dual_cd"},"trace":{"every":"epoch"}}'
    get "/jobs/$job/result"
    json_true '.loss / 10529.5625846379 - 1 | fabs < 1e-8'
    # The metrics are of the best iteration, which came before.
    get "/jobs/$job/trace?axis=epoch&fields=validation_accuracy"
    json_true '.columns.validation_accuracy[-1] - 0.849886 | fabs < 1e-6'
    predict '{"rows":[{"c3":1,"c11":1}]}'
    status_is 200
    predict '{"rows":[{"c3":1,"d11":1}]}'
    faults_are '\(.pointer)' '["/rows/0/d11"]'
}

@test "a slice of Fashion-MNIST" {
    [ -d /usr/share/datasets/fashion-mnist ] ||
        skip "dataset-fashion-mnist is not installed"
    local part
    for part in train t10k; do
        ../bench/fashion.py "$part" 2000 >"$place/$part.idx"
        request POST "/datasets?name=$part" -H 'Expect:' \
            -H 'Content-Type: application/x-idx' \
            --data-binary @"$place/$part.idx"
        status_is 201
    done
    learns() { # MODEL LEAST
        finish '{"objective":{"type":"model","dataset":"train",
            "validation":"t10k","target":"c785","standardize":true,
            "model":'"$1"'},"optimizer":{"type":"adam"},"batch_size":64,
            "precision":"float32","trace":{"every":"epoch"},
            "stop":{"max_epochs":3}}'
        get "/jobs/$job/result"
        json_is .metrics.validation.rows 2000
        json_true ".metrics.validation.accuracy > $2"
    }
    learns '{"type":"softmax"}' 0.7
    learns '{"type":"mlp","hidden":[128]}' 0.75
    get "/jobs/$job/result.safetensors"
    python3 safetensors.py "$place/body" | jq -e '.tensors.W1.shape ==
        [128, 784] and (.metadata.at == "best")'
}
