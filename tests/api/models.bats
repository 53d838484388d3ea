# models.bats - models learned from rows, over HTTP.
load helpers

setup_file() {
    start_server --workers 1
}

teardown_file() {
    stop_server
}

# of MODEL MEMBERS REST: a spec of iris.
of() {
    echo '{"objective":{"type":"model","dataset":"iris","model":'"$1$2"'},
        "seed":4'"$3"'}'
}

# f* of truth/convex/optima.json, iris/softmax_l2/lambda=0.01.
@test "softmax of iris comes to the known optimum" {
    finish "$(of '{"type":"softmax"}' ',"l2":0.01' \
        ',"optimizer":{"type":"newton_cg"}')"
    get "/jobs/$job/result"
    status_is 200
    json_true '.loss / 0.22428890289472198 - 1 | fabs < 1e-9' \
        '.x | length == 15'
    get "/jobs/$job"
    json_is .objective model .dimension 15
}

@test "epochs have metrics, and other rows have none" {
    finish "$(of '{"type":"mlp","hidden":[8]}' ',"validation_fraction":0.2' \
        ',"batch_size":30,"optimizer":{"type":"adam"},
        "stop":{"max_epochs":3}')"
    get "/jobs/$job/trace?fields=iteration,epoch,accuracy,validation_loss"
    status_is 200
    json_is '.columns.iteration | length' 13 \
        '[.columns.epoch[] | select(. != null)]' '[0,1,2,3]' \
        '[.columns.iteration, .columns.accuracy] | transpose
            | map(select(.[1] != null)[0])' '[0,4,8,12]'
    json_true '.columns.validation_loss | map(select(. != null))
        | length == 4 and all(. > 0)'
}

@test "the full spec can be posted again, and is the same job" {
    finish "$(of '{"type":"mlp","hidden":[4],"dropout":0.25}' \
        ',"class_weights":"balanced","standardize":true' \
        ',"batch_size":50,"optimizer":{"type":"sgd"},
        "stop":{"max_epochs":2}')"
    get "/jobs/$job/result"
    local digest
    digest=$(jq -r .trace_sha256 <<<"$body")
    get "/jobs/$job/spec"
    json_is .objective.model.hidden '[4]' .objective.model.dropout 0.25 \
        .objective.reduction mean .objective.dataset iris
    finish "$body"
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
}

@test "faults of a model are named with their places" {
    post /jobs "$(of '{"type":"mlp","hidden":[0],"activation":"rellu"}' \
        ',"l2":-1' ',"optimizer":{"type":"sgd"}')"
    status_is 422
    json_is '[.errors[] | "\(.pointer) \(.code)"] | sort' \
        '["/objective/l2 out_of_range","/objective/model/activation unknown_name","/objective/model/hidden/0 out_of_range"]'
    post /jobs "$(of '{"type":"softmax"}' '' ',"optimizer":{"type":"saga"}')"
    status_is 422
    fault_is pointer /optimizer/type conflict
}
