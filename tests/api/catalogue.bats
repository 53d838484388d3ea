# catalogue.bats - what can be asked for, and how the server is.
load helpers

setup_file() {
    start_server --workers 1
}

teardown_file() {
    stop_server
}

# catalogue PATH NAMES: a list with at least these names, none of them twice,
# and each entry has a place of its own.
catalogue() {
    local name names
    get "$1"
    status_is 200
    header_is Cache-Control 'public, max-age=3600'
    names=$(jq -r '.items[].name' <<<"$body")
    assert_equal "$(sort -u <<<"$names" | wc -l)" "$(wc -l <<<"$names")"
    for name in $2; do
        grep -qx "$name" <<<"$names" || fail "no $name in $1"
    done
    json_is .next null
    json_true '.items | all((.sentence | length > 0)
        and (.formula | length > 0) and (.source | length > 0))'
    local list=$body
    for name in $names; do
        get "${1%\?*}/$name"
        status_is 200
        # One by one there may be more: an optimizer's JSON Schema.
        jq -es '.[1] as $one | .[0].items
            | any(. as $row | $one | contains($row))' \
            <<<"$list $body" >/dev/null ||
            fail "not in the list: $body"
    done
    local tag
    tag=$(header ETag)
    get "$1" -H "If-None-Match: $tag" # another place says other things
    status_is 200
    refute [ "$(header ETag)" = "$tag" ]
    get "$1" -H "If-None-Match: $(header ETag)"
    status_is 304
}

@test "the optimizers have formulas, sources and parameters with ranges" {
    catalogue /optimizers?full=true \
        'adagrad adam gradient_descent rmsprop sgd'
    get /optimizers?full=true
    json_true '.items | all(.parameters | length > 0)' \
        '.items | all(.parameters | all(.sentence | length > 0))' \
        '.items | all(.parameters | all(.type == "flag" or (.type == "choice"
                and (.default as $name | .choices | any(. == $name)))
            or .default == null or ((.low == null or .low <= .default)
                and (.high == null or .default <= .high))))' \
        '.items | all(.parameters | all(.type | IN("number", "integer",
            "flag", "choice")))'
    get /optimizers/adam
    json_is '[.parameters[] | select(.name == "beta1")][0]
        | del(.sentence)' '{"name":"beta1","type":"number","default":0.9,"low":0,"high":1,"low_included":true,"high_included":false}' \
        '[.parameters[] | select(.name == "amsgrad")][0] | .default' false
}

@test "the list of optimizers is short, and leads on" {
    get /optimizers
    status_is 200
    header_is Cache-Control 'public, max-age=3600'
    json_is '[.items[] | keys_unsorted] | unique' \
        '[["name","sentence","link"]]' \
        '.items | length' "$(curl -sS "$url/optimizers?full=true" |
            jq '.items | length')"
    ((${#body} < 20000))
    get "$(jq -r '.items[] | select(.name == "adam") | .link' <<<"$body")"
    json_is .name adam
    get /optimizers?full=yes
    problem_is 400 invalid-parameter
}

@test "the schedules are listed" {
    catalogue /schedules constant
}

# Values at the minima: each function's own source gives 0, but for
# goldstein_price (3) and styblinski_tang (-39.166165 a dimension).
@test "the models have parameters and the losses that they take" {
    catalogue /models 'linear logistic mlp softmax svm'
    get /models
    json_is '.items[] | select(.name == "svm") | .losses' \
        '["hinge","squared_hinge"]' \
        '.items[] | select(.name == "linear") | .losses[0]' squared \
        '[.items[] | select(.name == "mlp") | .lists[].name]' '["hidden"]'
    get /models/mlp
    json_is '[.parameters[].name]' \
        '["activation","initialization","dropout","head"]' \
        '.schema.properties.type.const' mlp \
        '.schema.properties.activation.enum' '["relu","tanh","sigmoid","gelu"]' \
        '.schema.properties.hidden.items.minimum' 1 \
        '.schema.additionalProperties' false
    get /models/svn
    status_is 404
    grep -q 'did you mean svm' <<<"$body"
}

@test "the losses have formulas and the models that take them" {
    catalogue /losses 'epsilon_insensitive half_squared hinge huber log
        poisson quantile squared squared_hinge'
    get /losses
    json_is '.items[] | select(.name == "log") | .models' \
        '["logistic","mlp","softmax"]' \
        '.items[] | select(.name == "huber") | .parameters[0].name' loss_scale \
        '.items[] | select(.name == "hinge") | .target' classes
}

@test "the functions have starts, boxes and their known minima" {
    catalogue /functions 'ackley beale booth goldstein_price himmelblau
        matyas rastrigin rosenbrock sphere styblinski_tang'
    get /functions
    json_true '.items | all(.dimension.low <= .dimension.default
            and .dimension.default <= .dimension.high)' \
        '.items | all(.start | length > 0)' \
        '.items | all(.box | length > 0 and all(.[0] < .[1]))' \
        '.items | all(.minima | length > 0)' \
        '.items[] | select(.name == "himmelblau")
            | .minima | map(select(.loss == 0)) | length == 4' \
        '.items[] | select(.name == "goldstein_price")
            | .minima[0] | .loss == 3 and .x == [0, -1]' \
        '.items[] | select(.name == "styblinski_tang")
            | .minima[0].loss + 39.16616570377142 * .dimension.default
            | fabs < 1e-9' \
        '.items[] | select(.name == "rosenbrock")
            | .minima[0].x == [1, 1] and .start == [-1.2, 1]'
}

# f_opt of f8 in instance 1, functions/bbob.json: 149.15 in any dimension.
@test "the bbob family is listed with its instances, and runs by them" {
    get /functions
    json_true '.items | map(select(.family == "bbob")) | length == 24' \
        '.items[] | select(.name == "bbob_rosenbrock")
            | .minima[0].loss == 149.15 and .box == [[-5, 5], [-5, 5]]
                and .dimension.high == 40
                and .instance == {"default": 1, "low": 1, "high": 1000}' \
        '.items[] | select(.name == "rosenbrock")
            | .family == null and .instance == null'
    finish '{"objective": {"type": "function", "name": "bbob_rosenbrock",
        "dimension": 3, "instance": 1}, "optimizer": {"type": "lbfgs"}}'
    get "/jobs/$job/result"
    json_true '.loss - 149.15 | fabs < 1e-9'
    get "/jobs/$job/spec"
    json_is .objective '{"type":"function","name":"bbob_rosenbrock","dimension":3,"instance":1}'
}

@test "an unknown name gets 404 and the nearest one" {
    local path
    get /optimizers/adm
    problem_is 404 not-found
    json_true '.detail | test("did you mean adam")'
    get /functions/rosenbrok
    problem_is 404 not-found
    json_true '.detail | test("did you mean rosenbrock")'
    for path in /optimizers/zzzzzz /functions/zzzzzz /schedules/zzzzzz; do
        get "$path"
        problem_is 404 not-found
    done
}

@test "livez, readyz and version say how it is" {
    get /livez
    status_is 200
    json_is .status alive
    get /readyz
    status_is 200
    json_is .status ready
    get /version
    status_is 200
    json_is .name descentd .version "$("$descentd" version | cut -d ' ' -f 2)" \
        .schema "$(sqlite3 -readonly "$database" 'PRAGMA user_version')"
}

@test "the index lists every route, and each is there" {
    get /
    status_is 200
    json_is .name descentd '.routes | length' 46
    json_true '.routes | all(.sentence | length > 0)' \
        '.routes | map("\(.method) \(.path)") | length == (unique | length)' \
        '.routes[] | select(.method == "GET" and .path == "/queue")
            | .parameters == [] and .body == null' \
        '.routes[] | select(.method == "POST" and .path == "/jobs")
            | .body == "application/json" and (.parameters | map(.name))
            == ["dry_run", "preview"]' \
        '[.routes[].parameters[].sentence] | all(length > 0)'
    local path asset
    finish "$(parabola 0.03)"
    get / -H 'Accept: text/html'
    asset=$(grep -o 'assets/[^"]*\.js' <<<"$body") || asset=livez # WEB=0
    asset=${asset%%$'\n'*}
    get /
    while read -r path; do
        path=${path/\/jobs\/\{id\}/\/jobs\/$job}
        path=${path/datasets\/\{id\}/datasets\/iris}
        path=${path/optimizers\/\{name\}/optimizers\/adam}
        path=${path/functions\/\{name\}/functions\/sphere}
        path=${path/schedules\/\{name\}/schedules\/constant}
        path=${path/models\/\{name\}/models\/mlp}
        path=${path/losses\/\{name\}/losses\/log}
        path=${path/\{slug\}/not-found}
        path=${path/\/assets\/\{name\}/\/$asset}
        case $path in /traces | /events | /plot.svg) path+="?jobs=$job" ;; esac
        get "$path"
        status_is 200
    done < <(jq -r '.routes[] | select(.method == "GET") | .path' <<<"$body")
}

@test "every problem's type is a place that explains it" {
    local slug docs=$BATS_TEST_DIRNAME/../../docs
    for slug in malformed-request malformed-json invalid-parameter \
        forbidden-origin not-found method-not-allowed not-acceptable timeout \
        invalid-transition precondition-failed too-large uri-too-long \
        unsupported-media-type expectation-failed misdirected-request \
        invalid-spec invalid-expression headers-too-large internal \
        unknown-method unknown-coding queue-full shutting-down \
        storage-unavailable storage-damaged \
        digest-mismatch name-in-use dataset-in-use built-in invalid-dataset \
        invalid-rows no-model too-costly http-version disk-full; do
        get "/problems/$slug"
        status_is 200
        [[ $body =~ '"slug":"'$slug'",'.*'"title":"'[A-Z] ]] || fail "$body"
        [[ $body =~ ',"advice":"'[A-Z][^\"]+\.\"\} ]] || fail "$body"
        grep -q "\`$slug\`" "$docs/errors.md" || fail "undocumented: $slug"
    done
    json_is .status 507
    get /problems/nothing
    problem_is 404 not-found
}
