# plot.bats - pictures: GET /jobs/{id}/plot.svg, GET /plot.svg, descentd plot.
load helpers

setup_file() {
    start_server --workers 2
    finish "$(parabola 0.03)"
    parabola=$job
    finish "$(valley gradient sgd 0.001 500)"
    valley=$job
    finish "$(valley adam adam 0.05 500)"
    other=$job
    export parabola valley other
}

teardown_file() {
    stop_server
}

# valley NAME OPTIMIZER RATE ITERATIONS: a spec on Rosenbrock's function.
valley() {
    jq -cn --arg name "$1" --arg type "$2" --argjson rate "$3" \
        --argjson iterations "$4" '
        {name: $name, objective: {type: "function", name: "rosenbrock"},
         optimizer: {type: $type, learning_rate: $rate},
         stop: {max_iterations: $iterations}}'
}

# read_picture FILE: what it says as JSON in body.
read_picture() {
    body=$(python3 "$BATS_TEST_DIRNAME/picture.py" <"$1")
    export body
}

# picture PATH: gets it and reads it.
picture() {
    get "$1"
    status_is 200
    header_is Content-Type 'image/svg+xml; charset=utf-8'
    read_picture "$place/body"
}

@test "two variables are contours with the path, and a sentence" {
    picture "/jobs/$valley/plot.svg"
    json_is .title gradient
    json_is .role img
    json_true '.desc | contains("sgd on rosenbrock from (−1.2, 1), loss 24.2")'
    json_true '.texts | contains(["start", "end", "known minimum", "x[1]"])'
    json_true '.elements.path > 15'
}

@test "one variable is its curve, many are a loss" {
    picture "/jobs/$parabola/plot.svg"
    json_true '.texts | contains(["x", "loss", "start"])'
    finish '{"objective":{"type":"function","name":"rosenbrock","dimension":5},
             "optimizer":{"type":"lbfgs"}}'
    picture "/jobs/$job/plot.svg"
    json_true '.texts | contains(["iteration", "loss"])'
    json_true '.texts | any(startswith("best: "))'
}

@test "several jobs are one picture, and legends name them" {
    picture "/plot.svg?jobs=$valley,$other"
    json_is .title '2 runs on rosenbrock'
    json_true '.texts | contains(["gradient", "adam"])'
    picture "/plot.svg?jobs=$valley,$parabola" # nothing in common but losses
    json_true '.texts | contains(["iteration"])'
}

# A loss that falls all the way and then stands still: where it began to fall,
# at x[2] below 0.2, are some hundred iterations of 200000.
@test "a long path is seen from where it began" {
    finish "$(valley long sgd 0.001 200000)"
    picture "/jobs/$job/plot.svg"
    json_true '.texts | contains(["0", "0.2", "0.4", "0.6", "0.8"])'
    valley long sgd 0.001 200000 >"$place/long.json"
    "$descentd" plot "$place/long.json" >"$place/long.svg"
    read_picture "$place/long.svg"
    json_true '.texts | contains(["0", "0.2", "0.4", "0.6", "0.8"])'
}

@test "size, theme, scale and motion are as asked for" {
    picture "/jobs/$valley/plot.svg?width=300&height=250&theme=dark"
    json_is .width 300
    json_is .height 250
    json_is .elements.style null
    picture "/jobs/$valley/plot.svg?theme=auto&scale=linear"
    json_is .elements.style 1
    picture "/jobs/$valley/plot.svg?animate=true"
    json_is .elements.animateTransform 1
}

@test "the same job is the same bytes, here and on the command line" {
    curl -fsS "$url/jobs/$valley/plot.svg?theme=light" >"$place/1.svg"
    curl -fsS "$url/jobs/$valley/plot.svg?theme=light" >"$place/2.svg"
    valley gradient sgd 0.001 500 |
        "$descentd" plot --theme=light - >"$place/3.svg"
    cmp "$place/1.svg" "$place/2.svg"
    cmp "$place/1.svg" "$place/3.svg"
}

@test "an ended picture has a tag, and one that it may not change" {
    get "/jobs/$valley/plot.svg"
    tag=$(header ETag)
    get "/jobs/$valley/plot.svg" -H "If-None-Match: $tag"
    status_is 304
    header_is ETag "$tag"
    # Another build draws otherwise: its tag is another one.
    assert_regex "$tag" '^"[0-9a-f]{16}\.plot\.[0-9a-f]{16}"$'
    local version
    version=$("$descentd" version | grep -o '[0-9]*\.[0-9]*\.[0-9]*' | head -1)
    get "/jobs/$valley/plot.svg" \
        -H "If-None-Match: ${tag%.*}.$version\""
    status_is 200
    get "/plot.svg?jobs=$valley,$other" -H "If-None-Match: $tag"
    status_is 200
    create "$(crawl)"
    wait_for_state running
    picture "/jobs/$job/plot.svg"
    assert_equal "$(header ETag)" ''
    post "/jobs/$job/cancel"
}

@test "a picture may use its own style, and nothing else" {
    get "/jobs/$valley/plot.svg"
    header_is Content-Security-Policy \
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    header_is X-Content-Type-Options nosniff
    head_of "/jobs/$valley/plot.svg"
    status_is 200
}

@test "names are text, whatever stands in them" {
    finish '{"name":"a <b> & \"c\" </title><script>alert(1)</script> \u0001",
             "objective":{"type":"function","name":"booth"},
             "optimizer":{"type":"sgd","learning_rate":0.05}}'
    picture "/jobs/$job/plot.svg"
    json_is .title $'a <b> & "c" </title><script>alert(1)</script> \ufffd'
}

@test "what diverges, falls for ever or is constant has its picture" {
    finish "$(parabola 0.17)"
    picture "/jobs/$job/plot.svg"
    json_true '.desc | contains("diverged")'
    finish '{"objective":{"type":"expression","expression":"x^3 - y",
             "variables":["x","y"]},"start":[-2,1],
             "optimizer":{"type":"sgd","learning_rate":0.1}}'
    picture "/jobs/$job/plot.svg"
    finish '{"objective":{"type":"expression","expression":"0*x + 0*y + 3",
             "variables":["x","y"]},"start":[0,0],"optimizer":{"type":"sgd"}}'
    picture "/jobs/$job/plot.svg"
    json_true '.texts | contains(["x", "y"])'
}

@test "what constraints forbid is seen" {
    finish '{"objective":{"type":"function","name":"rosenbrock"},
             "constraints":[{"type":"inequality","expression":"x[1]^2 - 0.5"},
                            {"type":"equality","expression":"x[1] - x[2]"}],
             "start":[0,0],"optimizer":{"type":"slsqp"}}'
    picture "/jobs/$job/plot.svg"
    json_true '.texts | contains(["not allowed", "allowed: the line"])'
}

@test "a model is its losses, the validation among them" {
    finish '{"objective":{"type":"model","dataset":"iris","target":"species",
             "model":{"type":"softmax"},"validation_fraction":0.3},
             "optimizer":{"type":"adam","learning_rate":0.05},"batch_size":16,
             "stop":{"max_epochs":5}}'
    picture "/jobs/$job/plot.svg"
    json_true '.texts | contains(["training loss", "validation loss"])'
}

@test "a landscape that would take too long is refused early" {
    finish '{"objective":{"type":"expression","variables":["x","y"],
             "expression":"sum(i, 1, 200000, (x-i/1e5)^2 + sin(y*i))"},
             "start":[1,1],"optimizer":{"type":"sgd","learning_rate":1e-9},
             "stop":{"max_iterations":2}}'
    get "/jobs/$job/plot.svg"
    problem_is 422 too-costly
}

@test "all that is wrong is told at once" {
    get "/plot.svg?jobs=$valley,nobody,$valley&width=3&theme=drak&animate=1&hue=2"
    problem_is 400 invalid-parameter
    json_is '[.errors[].parameter] | sort | join(" ")' \
        'animate hue jobs jobs theme width'
    get /plot.svg
    problem_is 400 invalid-parameter
    json_true '.errors[0].detail | contains("1 to 8 jobs")'
    get "/plot.svg?jobs=a,b,c,d,e,f,g,h,i"
    json_true '.errors | any(.detail | contains("at most 8"))'
    get /jobs/job_00000000000000000000000000/plot.svg
    problem_is 404 not-found
}

@test "descentd plot draws files, several in one picture" {
    valley one sgd 0.001 100 >"$place/one.json"
    valley two adam 0.1 100 >"$place/two.json"
    "$descentd" plot --width 400 "$place/one.json" "$place/two.json" \
        >"$place/both.svg"
    read_picture "$place/both.svg"
    json_is .width 400
    json_true '.texts | contains(["one", "two"])'
    "$descentd" plot --animate "$place/one.json" >"$place/alone.svg"
    "$descentd" plot --animate true "$place/one.json" >"$place/moving.svg"
    cmp "$place/alone.svg" "$place/moving.svg"
    "$descentd" plot --animate false "$place/one.json" >"$place/still.svg"
    run ! cmp -s "$place/still.svg" "$place/moving.svg"
    run "$descentd" plot --thme dark "$place/one.json"
    assert_failure 2
    assert_output --partial 'did you mean --theme?'
    run "$descentd" plot --theme=drak "$place/one.json"
    assert_failure 2
    assert_output --partial 'must be light, dark or auto'
    run "$descentd" plot "$place/none.json"
    assert_failure 2
    run "$descentd" plot
    assert_failure 2
    assert_output --partial 'usage: descentd plot FILE|-… [OPTION…]'
}

@test "the pictures of the documentation are what is drawn" {
    local picture docs=$BATS_TEST_DIRNAME/../../docs/pictures
    "$docs/draw" "$descentd" "$place"
    for picture in "$docs"/*.svg; do
        cmp "$picture" "$place/${picture##*/}"
    done
}
