# landscape.bats - the loss on a grid: of a job, of a spec.
load helpers

bowl='"objective":{"type":"expression","variables":["x","y"],
    "expression":"6*x^2 + 9*y^2 - 12*x - 14*y + 3"}'

# A cell takes some 50 ms.
heavy='{"objective":{"type":"expression","variables":["x","y"],
    "expression":"sum(i, 1, 1000, sum(j, 1, 1000, sin(i*x)*cos(j*y)))"}}'

setup_file() {
    start_server --workers 2 --errand-s 3 --errand-bytes 2000000
    finish '{'"$bowl"',"start":[-1,2],"stop":{"max_iterations":20},
        "optimizer":{"type":"sgd","learning_rate":0.02}}'
    export bowl_job=$job
    finish '{"objective":{"type":"function","name":"colville"},
        "optimizer":{"type":"lbfgs"},"stop":{"max_iterations":200}}'
    export colville_job=$job
}

teardown_file() {
    stop_server
}

# of JOB [QUERY]: its landscape.
of() {
    get "/jobs/$1/landscape${2-}"
}

# ---- what it shows -----------------------------------------------------------

@test "cells have the objective's losses, rows run along y" {
    of "$bowl_job" '?nx=5&ny=3&bounds=-2,2,0,1'
    status_is 200
    json_is .job "$bowl_job" '.x | tojson' '[-2,-1,0,1,2]' \
        '.y | tojson' '[0,0.5,1]' '.loss | length' 3 \
        '.loss[0] | tojson' '[51,21,3,-3,3]' \
        '.loss[2] | tojson' '[46,16,-2,-8,-2]' \
        .nonfinite 0 .least -8 .greatest 51 \
        '.bounds | tojson' '[-2,2,0,1]' .plane.kind coordinates \
        '.plane.variables | tojson' '["x","y"]'
    json_true '[.x as $x | .y as $y | .loss | to_entries[] | .key as $j
        | .value | to_entries[] | .value - (6*($x[.key]|.*.) + 9*($y[$j]|.*.)
            - 12*$x[.key] - 14*$y[$j] + 3) | fabs] | max < 1e-12'
}

@test "the box holds path, start and known minima, with a margin" {
    of "$bowl_job" '?nx=2&ny=2'
    json_true '.bounds[0] < -1 and .bounds[1] > (.path.x | max)' \
        '.bounds[2] < (.path.y | min) and .bounds[3] > 2' \
        '.path.outside == 0 and .path.exact and .path.recorded == 21' \
        '.path.iteration == [range(21)]' \
        '[.path.x[0], .path.y[0], .path.loss[0]] == [-1, 2, 29]'
    finish '{"objective":{"type":"function","name":"himmelblau"},
        "optimizer":{"type":"sgd","learning_rate":0.01},"start":[0,0]}'
    of "$job" '?nx=60&ny=60'
    json_true '[.minima[] | select(.known and .global)] | length == 4' \
        '.minima | all(.known)' \
        '. as $l | .minima | all(.x > $l.bounds[0] and .x < $l.bounds[1])'
}

@test "a path that ran away leaves a picture of its beginning" {
    finish '{"objective":{"type":"polynomial","coefficients":[0,0,1]},
        "start":[1],"optimizer":{"type":"sgd","learning_rate":1.5},
        "stop":{"max_iterations":2000,"divergence_loss":null}}'
    of "$job" '?at=start'
    json_true '.bounds[0] < -1 and .bounds[1] > 1' \
        '.bounds[0] > -200 and .bounds[1] < 200' '.path.outside > 10'
    finish '{"objective":{"type":"expression","variables":["x"],
        "expression":"exp(x)"},"start":[700],
        "optimizer":{"type":"sgd","learning_rate":1e6}}'
    of "$job" '?at=last'
    problem_is 400 invalid-parameter
    fault_is parameter at conflict
    of "$job"
    status_is 200
}

@test "of a long path the beginning is whole, and the rest is thinned" {
    finish '{"objective":{"type":"function","name":"rosenbrock"},
        "optimizer":{"type":"sgd","learning_rate":1e-4},
        "stop":{"max_iterations":20000}}'
    of "$job" '?nx=2&ny=2'
    json_true '.path.recorded == 20001 and (.path.exact | not)' \
        '.path.iteration[:2049] == [range(2049)]' \
        '.path.iteration[-1] == 20000 and (.path.x | length) == 4096' \
        '.path.iteration == (.path.iteration | sort)'
    local last
    last=$(jq -c '[.path.x[-1], .path.y[-1], .path.loss[-1]]' <<<"$body")
    get "/jobs/$job/result"
    json_is '[.x[], .loss] | tojson' "$last"
}

# The rate is above what converges for three steps, late in the run.
@test "a long path keeps the spikes of its rest" {
    finish '{"objective": {"type": "quadratic", "A": [[1, 0], [0, 2]],
            "b": [0, 0]}, "start": [1, 1], "optimizer": {
            "type": "gradient_descent", "schedule": {"type": "piecewise",
                "boundaries": [45671, 45674], "values": [1e-5, 3, 1e-5]}},
        "stop": {"max_iterations": 60000}}'
    of "$job" '?nx=2&ny=2'
    json_true '.path.recorded == 60001' \
        '.path.iteration[:2049] == [range(2049)]' \
        '.path.iteration[-1] == 60000 and (.path.x | length) <= 4096' \
        '(.path.x | length) > 3000' \
        '.path.iteration == (.path.iteration | unique)' \
        '.path.iteration | index(45672) and index(45675)'
    local point
    point=$(jq -c '(.path.iteration | index(45675)) as $i
        | [.path.x[$i], .path.y[$i], .path.loss[$i]]' <<<"$body")
    get "/jobs/$job/trace?from=45675&limit=1&fields=x,loss"
    json_is '.columns | [."x.0"[], ."x.1"[], .loss[]] | tojson' "$point"
}

@test "one variable: a line, and no y" {
    finish '{"objective":{"type":"polynomial","coefficients":[3,-12,6]},
        "start":[-0.9],"optimizer":{"type":"sgd","learning_rate":0.03}}'
    of "$job" '?nx=4&bounds=-1,2'
    json_is '.x | tojson' '[-1,0,1,2]' '.loss | tojson' '[21,3,-3,3]' \
        'has("y")' false '.plane.dims | tojson' '[0]' \
        '.path.x[1] | tojson' -0.21600000000000008 '.path | has("y")' false
    of "$job" '?ny=4'
    fault_is parameter ny conflict
    of "$bowl_job" '?dims=y&nx=3&bounds=0,2'
    json_is '.x | tojson' '[0,1,2]' 'has("y")' false \
        '.plane.variables | tojson' '["y"]'
}

@test "more variables: a slice through a point, and it says so" {
    of "$colville_job" '?dims=2,x[1]&nx=3&ny=3&bounds=0,2,0,2&at=start'
    json_is '.at | tojson' '[-3,-1,-3,-1]' .at_iteration 0 \
        '.plane.dims | tojson' '[2,0]' .plane.dimension 4
    json_true '.plane.sentence | startswith("a slice over x[3] and x[1]: the "
        + "other 2 variables stay as at the point")'
    post /landscape '{"objective":{"type":"function","name":"colville"},
        "start":[1,-1,2,-1]}'
    local x3=2 x1=1
    of "$colville_job" "?dims=2,0&nx=2&ny=2&bounds=0,$x3,0,$x1&at=start"
    # Colville at (1, -1, 2, -1): 100*4 + 0 + 1 + 90*25 + 10.1*8 + 19.8*4
    json_true '(.loss[1][1] - 2811) | fabs < 1e-9'
}

@test "the plane of the path: what it explains, and the path on it" {
    of "$colville_job" '?plane=path&nx=30&ny=30&at=best'
    json_is .plane.kind path '.plane.directions | length' 2
    json_true '.plane.explained > 0.8 and .plane.explained <= 1' \
        '.plane.explained_each[0] >= .plane.explained_each[1]' \
        '.plane.directions | all(map(. * .) | add - 1 | fabs < 1e-12)' \
        '.plane.directions | transpose | map(.[0] * .[1]) | add | fabs < 1e-12' \
        '.plane.sentence | contains("% of the movement of")' \
        '(.path.x | length) == .path.recorded'
    # The point that it goes through is at (0, 0).
    json_true '.at_iteration as $k | (.path.iteration | index($k)) as $r
        | .path.x[$r] == 0 and .path.y[$r] == 0'
}

@test "of many variables x is kept now and then: the path has what there is" {
    finish '{"objective":{"type":"function","name":"rosenbrock",
        "dimension":100},"optimizer":{"type":"sgd","learning_rate":1e-4},
        "stop":{"max_iterations":1300}}'
    of "$job" '?plane=path&nx=9&ny=9'
    status_is 200
    json_is '.path.iteration | tojson' '[0,512,1024,1300]' .plane.rows 4 \
        .path.exact false .path.recorded 1301 .plane.dimension 100
    json_true '.plane.explained > 0.9'
    local last
    last=$(jq '.path.loss[-1]' <<<"$body")
    get "/jobs/$job/result"
    json_is .loss "$last"
    post '/landscape?nx=2&ny=2' '{"objective":{"type":"function",
        "name":"rosenbrock","dimension":2000}}'
    json_is .at null .plane.dimension 2000
}

@test "octets are the same numbers" {
    of "$bowl_job" '?nx=7&ny=3'
    jq -c '.x + .y + (.loss | add)' <<<"$body" >"$place/expected"
    of "$bowl_job" '?nx=7&ny=3' -H 'Accept: application/json'
    request GET "/jobs/$bowl_job/landscape?nx=7&ny=3" \
        -H 'Accept: application/octet-stream' 2>/dev/null
    status_is 200
    header_is Content-Type application/octet-stream
    header_is Grid-Layout 'nx=7; ny=3; order=rows; type=float64; '\
'endian=little; arrays=x,y,loss'
    python3 - "$place/body" "$place/expected" <<'END'
import json, struct, sys
octets = open(sys.argv[1], "rb").read()
numbers = struct.unpack("<%dd" % (len(octets) // 8), octets)
assert list(numbers) == json.load(open(sys.argv[2]))
END
    request GET "/jobs/$bowl_job/landscape" -H 'Accept: text/csv'
    problem_is 406 not-acceptable
}

@test "cells that are not finite are null, and counted" {
    post '/landscape?nx=3&ny=2&bounds=-1,1,0,1' '{"objective":{"type":
        "expression","variables":["x","y"],"expression":"log(x) + y"}}'
    json_is .nonfinite 4 '.loss[1] | tojson' '[null,null,1]' .least 0
}

@test "a sentence says what is seen, of one variable too" {
    of "$bowl_job" '?dims=0&nx=2'
    json_true '.plane.sentence | endswith("the other variable stays as at the point `at`")'
    finish "$(parabola 0.03)"
    of "$job" '?plane=path&nx=2'
    json_true '.plane.sentence | startswith("the line through the point `at`")'
}

@test "points: the best, the last, the start, an iteration" {
    of "$bowl_job" '?nx=2&ny=2&at=3'
    json_is .at_iteration 3
    get "/jobs/$bowl_job/trace?from=3&to=4"
    local third
    third=$(jq -c '[.columns["x.0"][0], .columns["x.1"][0]]' <<<"$body")
    of "$bowl_job" '?nx=2&ny=2&at=3'
    json_is '.at | tojson' "$third"
    of "$bowl_job" '?nx=2&ny=2&at=last'
    json_is .at_iteration 20
    of "$bowl_job" '?at=21'
    fault_is parameter at out_of_range
    json_is '.errors[0].detail' 'iteration 21 was not recorded: 0 … 20 were'
}

# ---- of a spec ---------------------------------------------------------------

@test "a spec's objective, with or without a start, is no job" {
    post '/landscape?nx=2&ny=2' '{'"$bowl"'}'
    status_is 200
    json_is 'has("job")' false 'has("path")' false .at_iteration null \
        '.bounds | tojson' '[-2,2,-2,2]'
    post '/landscape?nx=2&ny=2' '{'"$bowl"',"start":{"x":3,"y":-4}}'
    json_is '.at | tojson' '[3,-4]' '.bounds | tojson' '[0,6,-8,0]'
    post '/landscape?nx=50&ny=50' '{"objective":{"type":"function",
        "name":"rosenbrock"},"optimizer":{"type":"adam"}}'
    json_true '.minima[0] | .known and .x == 1 and .y == 1'
}

@test "a spec may start where a job was" {
    local third
    of "$bowl_job" '?nx=2&ny=2&at=3'
    third=$(jq -c .at <<<"$body")
    post '/landscape?nx=2&ny=2' '{'"$bowl"',
        "start":{"job":"'"$bowl_job"'","at":3}}'
    status_is 200
    json_is '.at | tojson' "$third"
}

@test "names of parameters and tensors are dims" {
    post '/landscape?dims=b2,b1&nx=3&ny=3' '{"objective":{"type":"fit",
        "dataset":{"columns":{"x":[1,2,3],"y":[2,4,6]}},"target":"y",
        "formula":"b1*x + b2","parameters":["b1","b2"]},"start":[1,0]}'
    status_is 200
    json_is '.plane.dims | tojson' '[1,0]' '.plane.variables | tojson' \
        '["b2","b1"]'
    finish '{"objective":{"type":"model","dataset":"iris",
        "model":{"type":"softmax"}},"optimizer":{"type":"lbfgs"},
        "stop":{"max_epochs":5}}'
    of "$job" '?dims=W[1,2],b[3]&nx=6&ny=6'
    status_is 200
    json_is '.plane.variables | tojson' '["W[1,2]","b[3]"]' .plane.dimension 15
    get "/jobs/$job/result"
    local best
    best=$(jq .best.loss <<<"$body")
    of "$job" '?dims=W[1,2],b[3]&nx=41&ny=41&at=best'
    json_true ".least >= $best - 0.05 and .least <= $best + 0.05"
}

# ---- what is refused ---------------------------------------------------------

@test "all faults are named at once" {
    of "$bowl_job" '?dims=x,z&nx=1&bounds=3,2&at=besd&plane=pat&color=red'
    problem_is 400 invalid-parameter
    json_is '[.errors[].parameter] | unique | tojson' \
        '["at","bounds","color","dims","nx","plane"]' \
        '[.errors[] | select(.parameter == "at").suggestion] | tojson' \
        '["best"]'
    of "$bowl_job" '?dims=x,x'
    fault_is parameter dims duplicate
    of "$bowl_job" '?dims=0,1,0'
    fault_is parameter dims wrong_size
    of "$bowl_job" '?plane=path&dims=0'
    fault_is parameter dims conflict
    of "$bowl_job" '?nx=501&ny=500'
    fault_is parameter nx too_large
    of "$bowl_job" '?bounds=0,1,0,1e400'
    fault_is parameter bounds out_of_range
    of job_01jjjjjjjjjjjjjjjjjjjjjjjj
    problem_is 404 not-found
}

@test "faults of the spec stand beside those of the query" {
    post '/landscape?nx=1&plane=path' '{"objective":{"type":"expression",
        "variables":["x"],"expression":"x +"}}'
    problem_is 422 invalid-spec
    json_is '[.errors[] | .parameter // .pointer] | sort | tojson' \
        '["/objective/expression","nx"]'
    post '/landscape?plane=path' '{'"$bowl"'}'
    fault_is parameter plane conflict
    post '/landscape?at=best' '{'"$bowl"'}'
    fault_is parameter at conflict
    post /landscape '{'
    problem_is 400 malformed-json
    post /landscape '{}'
    problem_is 422 invalid-spec
    fault_is pointer /objective required
}

@test "what would cost too much is refused, with what can be had" {
    post '/landscape?nx=300&ny=300' "$heavy"
    problem_is 422 too-costly
    json_true '.detail | test("a cell takes .* s: 90000 of them would take .*"
        + "--errand-s.*: ask for fewer, as nx=[0-9]+&ny=[0-9]+")'
    [[ $body =~ nx=([0-9]+)\&ny=([0-9]+) ]]
    post "/landscape?nx=2&ny=${BASH_REMATCH[2]}" "$heavy"
    status_is 200
    post '/landscape?nx=2&ny=2' '{"objective":{"type":"model","dataset":
        {"generated":"regression","rows":20000,"features":50},
        "model":{"type":"linear"}}}'
    problem_is 422 too-costly
    json_true '.detail | contains("--errand-bytes")'
}

@test "without its dataset a job has no landscape" {
    printf 'x,y\n1,2\n2,4\n3,7\n' >"$place/data.csv"
    request POST '/datasets?name=soon_gone' -H 'Content-Type: text/csv' \
        --data-binary @"$place/data.csv"
    status_is 201
    finish '{"objective":{"type":"model","dataset":"soon_gone","target":"y",
        "model":{"type":"linear"}},"optimizer":{"type":"lbfgs"}}'
    of "$job" '?nx=4&ny=4'
    status_is 200
    delete /datasets/soon_gone
    of "$job" '?nx=4&ny=4'
    problem_is 404 not-found
}

# ---- caches, and who leaves --------------------------------------------------

@test "an ended job's landscape has a strong tag of its parameters" {
    of "$bowl_job" '?nx=3&ny=3'
    local tag
    tag=$(header ETag)
    # Another build may draw otherwise: its tag is another one.
    assert_regex "$tag" \
        '^"[0-9a-f]{64}\.landscape\.[0-9a-f]{16}\.[0-9a-f]{16}"$'
    request GET "/jobs/$bowl_job/landscape?nx=3&ny=3" -H "If-None-Match: $tag"
    status_is 304
    of "$bowl_job" '?nx=3&ny=4'
    [ "$(header ETag)" != "$tag" ]
    head_of "/jobs/$bowl_job/landscape?nx=3&ny=3"
    status_is 200
    header_is ETag "$tag"
}

@test "a running job has one too, which may change" {
    create '{"objective":{"type":"function","name":"rosenbrock"},
        "optimizer":{"type":"sgd","learning_rate":1e-9},
        "stop":{"max_iterations":1000000000,"gradient_tolerance":0},
        "trace":{"every":1000}}'
    wait_for_state running
    eventually has_path
    assert_equal "$(header ETag)" ''
    post "/jobs/$job/cancel"
    wait_for_state canceled
}

has_path() {
    of "$job" '?nx=4&ny=4'
    [[ $status == 200 && $body == *'"path":{'* ]]
}

@test "it is given up when the client leaves, and keeps nobody waiting" {
    local place=$BATS_TEST_TMPDIR
    start_server --workers 0 --errand-s 3600 --errand-threads 1 --errands 2
    printf %s "$heavy" >"$place/heavy"
    local clients=()
    for _ in 1 2; do
        curl -s "$url/landscape?nx=500&ny=500" --data-binary @"$place/heavy" \
            -H 'Content-Type: application/json' >/dev/null 3>&- &
        clients+=($!)
    done
    eventually is_full
    header_is Retry-After 1
    kill "${clients[0]}"
    eventually leavers_are 1
    post '/landscape?nx=9&ny=9' '{'"$bowl"'}'
    status_is 200
    kill "${clients[1]}"
    eventually leavers_are 2
    stop_server
}

is_full() {
    post '/landscape?nx=9&ny=9' '{'"$bowl"'}'
    [[ $status == 503 && $body == *queue-full* ]]
}

leavers_are() {
    [ "$(grep -cE 'route=/landscape status=(499|0) ' "$log")" = "$1" ]
}

@test "a stop does not wait for a landscape" {
    local place=$BATS_TEST_TMPDIR
    start_server --workers 0 --errand-s 3600
    printf %s "$heavy" >"$place/heavy"
    curl -s "$url/landscape?nx=500&ny=500" --data-binary @"$place/heavy" \
        -H 'Content-Type: application/json' >"$place/answer" 3>&- &
    local client=$!
    sleep 0.3
    stop_server
    wait "$client" || true
    grep -q shutting-down "$place/answer"
}
