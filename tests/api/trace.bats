# trace.bats - GET /jobs/{id}/trace: ranges, columns, forms, pages, tails.
load helpers

# $long: 1300 iterations of two variables, more than two chunks of 512; the
# start is drawn. $short: 50 iterations of one variable.
setup_file() {
    start_server --workers 2
    finish '{"objective": {"type": "function", "name": "rosenbrock"},
        "start": {"random": {"low": -2, "high": 2}},
        "optimizer": {"type": "adam"}, "stop": {"max_iterations": 1299}}'
    export long=$job
    finish '{"objective": {"type": "polynomial", "coefficients": [3, -12, 6]},
        "start": [-0.9], "stop": {"max_iterations": 49},
        "optimizer": {"type": "gradient_descent", "learning_rate": 0.03}}'
    export short=$job
    export names='iteration,time_s,loss,gradient_norm,step_norm,learning_rate,evaluations'
}

teardown_file() {
    stop_server
}

# iterations QUERY EXPECTED: those of $short, in every form.
iterations() {
    job=$short
    get "/jobs/$job/trace?$1${1:+&}fields=iteration,loss"
    status_is 200
    [[ $body == *"\"columns\":{\"iteration\":$2,\"loss\":["* ]] || fail "$body"
    get "/jobs/$job/trace?$1${1:+&}fields=iteration" \
        -H 'Accept: application/x-ndjson'
    assert_equal "[$(tr -cd '0-9\n' <<<"$body" | paste -sd ,)]" "$2"
    csv "?$1${1:+&}fields=iteration"
    assert_equal "[$(tail -n +2 <<<"$body" | paste -sd ,)]" "$2"
}

# refused QUERY PARAMETER CODE [SUGGESTION]: the one fault there is.
refused() {
    get "/jobs/$short/trace?$1"
    problem_is 400 invalid-parameter
    fault_is parameter "$2" "$3" "${4-}"
}

@test "the default is a JSON object of columns with everything" {
    get "/jobs/$short/trace"
    status_is 200
    header_is Content-Type application/json
    json_is .job "$short" .range '{"from":0,"to":50}' \
        .available '{"count":50,"last":49,"every":1}' .complete true \
        .sampling '{"method":"raw","every":1,"points":50,"exact":true}' \
        '.columns | keys_unsorted | join(",")' "$names,x.0" \
        '[.columns[] | length] | unique' '[50]' .nonfinite '[]' .next null
}

@test "CSV has a header and a line for each iteration" {
    job=$short
    csv
    header_is Content-Type 'text/csv; charset=utf-8'
    assert_equal "$(head -1 <<<"$body")" "$names,x.0"
    assert_equal "$(rows)" 50
}

@test "NDJSON has an object for each iteration" {
    get "/jobs/$short/trace" -H 'Accept: application/x-ndjson'
    status_is 200
    header_is Content-Type application/x-ndjson
    assert_equal "$(wc -l <<<"$body")" 50
    assert_equal "$(jq -r 'keys_unsorted | join(",")' <<<"$body" | sort -u)" \
        "$names,x.0"
}

@test "the three forms hold the same numbers" {
    local columns lines
    get "/jobs/$long/trace?limit=1300"
    columns=$(jq -c '[.columns[]] | transpose[]' <<<"$body" | md5sum)
    get "/jobs/$long/trace" -H 'Accept: application/x-ndjson'
    lines=$(jq -c '[.[]]' <<<"$body" | md5sum)
    assert_equal "$lines" "$columns"
    job=$long
    csv
    lines=$(tail -n +2 <<<"$body" | sed 's/^/[/; s/$/]/' | jq -c . | md5sum)
    assert_equal "$lines" "$columns"
}

@test "the columns agree with each other" {
    get "/jobs/$short/trace"
    # The loss belongs to x; a step is the rate times the gradient before it.
    json_true '[.columns["x.0"], .columns.loss] | transpose | all(
            .[1] - (6 * .[0] * .[0] - 12 * .[0] + 3) | fabs < 1e-12)' \
        '.columns.step_norm[0] == 0' '.columns.learning_rate[0] == 0' \
        '.columns.learning_rate[1:] | unique == [0.03]' \
        '[.columns.step_norm[1:], .columns.gradient_norm[:-1]] | transpose
            | all(.[0] - 0.03 * .[1] | fabs < 1e-12)' \
        '.columns.evaluations == [range(1; 51)]' \
        '.columns.time_s | . == sort' \
        '.columns.iteration == [range(50)]'
}

@test "from and to are a half-open range" {
    iterations 'from=3&to=6' '[3,4,5]'
    iterations 'from=48' '[48,49]'
    iterations 'to=2' '[0,1]'
    iterations 'from=5&to=5' '[]'
    iterations 'from=50' '[]'
    iterations 'from=49&to=1000000000000' '[49]'
}

@test "after begins behind an iteration" {
    iterations 'after=46' '[47,48,49]'
    iterations 'after=49' '[]'
    iterations 'after=-1&to=2' '[0,1]'
}

@test "every takes the iterations that it divides" {
    iterations 'every=20' '[0,20,40]'
    iterations 'every=7&from=1&to=22' '[7,14,21]'
    iterations 'every=49' '[0,49]'
    iterations 'every=1000' '[0]'
    get "/jobs/$short/trace?every=20"
    json_is .sampling.exact false .sampling.every 20
}

@test "limit cuts, and next says where to go on" {
    get "/jobs/$short/trace?limit=10&fields=iteration"
    json_is .columns.iteration '[0,1,2,3,4,5,6,7,8,9]' .next 10
    get "/jobs/$short/trace?limit=10&from=40&fields=iteration"
    json_is '.columns.iteration[-1]' 49 .next null
    get "/jobs/$short/trace?limit=2&every=20&fields=iteration"
    json_is .columns.iteration '[0,20]' .next 40
    get "/jobs/$short/trace?limit=2&to=2"
    json_is .next null
    job=$short
    csv '?limit=3&from=10'
    assert_equal "$(rows)" 3
    get "/jobs/$long/trace"
    json_is '.columns.loss | length' 1000 .next 1000
}

@test "pages put together are the whole trace" {
    local from=0 pages
    pages=$place/pages
    job=$long
    csv '?fields=iteration,loss,x'
    while [ "$from" != null ]; do
        get "/jobs/$long/trace?limit=300&fields=iteration,loss,x&from=$from"
        status_is 200
        jq -c '[.columns[]] | transpose[]' <<<"$body" >>"$pages"
        from=$(jq .next <<<"$body")
    done
    job=$long
    csv '?fields=iteration,loss,x'
    run diff "$pages" \
        <(tail -n +2 <<<"$body" | sed 's/^/[/; s/$/]/' | jq -c .)
    assert_success
    assert_equal "$(wc -l <"$pages")" 1300
}

@test "a range across chunks is whole" {
    get "/jobs/$long/trace?from=510&to=1026&fields=iteration"
    json_true '.columns.iteration == [range(510; 1026)]'
    get "/jobs/$long/trace?from=511&to=513&fields=iteration,x"
    json_is .columns.iteration '[511,512]' '.columns | keys | join(" ")' \
        'iteration x.0 x.1'
}

@test "dims without x among the fields is a mistake, not ignored" {
    get "/jobs/$long/trace?fields=loss&dims=99"
    status_is 400
    json_is '.errors[0].parameter' dims
    json_is '.errors[0].detail' 'fields does not name x'
}

@test "fields and dims choose columns, in their order" {
    get "/jobs/$long/trace?fields=loss,iteration&limit=1"
    json_is '.columns | keys_unsorted | join(" ")' 'loss iteration'
    get "/jobs/$long/trace?fields=x&dims=1&limit=1"
    json_is '.columns | keys_unsorted | join(" ")' x.1
    get "/jobs/$long/trace?fields=x,loss&dims=1,0&limit=1"
    json_is '.columns | keys_unsorted | join(" ")' 'x.1 x.0 loss'
    get "/jobs/$long/trace?dims=1&limit=1"
    json_is '.columns | keys_unsorted | join(",")' "$names,x.1"
    job=$long
    csv '?fields=x,loss&dims=1&limit=1'
    assert_equal "$(head -1 <<<"$body")" x.1,loss
}

@test "a column asked for twice is given once" {
    get "/jobs/$long/trace?fields=loss,x,loss&dims=1,0,1&limit=1"
    status_is 200
    # Not by jq, which keeps one of two members with one name.
    assert_equal "$(grep -o '"[^"]*":\[[-0-9]' <<<"$body" | cut -d : -f 1 |
        paste -sd ' ')" '"loss" "x.1" "x.0"'
}

@test "bad parameters are named" {
    refused limit=0 limit out_of_range
    refused limit=50001 limit out_of_range
    refused limit=ten limit out_of_range
    refused every=0 every out_of_range
    refused from=-1 from out_of_range
    refused to=1.5 to out_of_range
    refused after=-2 after out_of_range
    refused 'after=3&from=2' after conflict
    refused fields=iteration,los fields unknown_name loss
    refused fields= fields unknown_name
    refused dims=1 dims out_of_range
    refused dims=-1 dims out_of_range
    refused dims=0,y dims out_of_range
    refused dims= dims out_of_range
    refused form=csv form unknown_name
    refused 'to=1&to=2' to duplicate
}

@test "all bad parameters come at once" {
    local query='from=x&to=y&every=z&limit=w&fields=v,u&dims=9'
    get "/jobs/$short/trace?$query&frm=1"
    problem_is 400 invalid-parameter
    json_is '[.errors[].parameter] | sort | join(" ")' \
        'every fields fields frm from limit to'
}

@test "the best type that is accepted is given, 406 when none is" {
    get "/jobs/$short/trace?limit=1" \
        -H 'Accept: text/csv;q=0.5, application/x-ndjson'
    header_is Content-Type application/x-ndjson
    get "/jobs/$short/trace?limit=1" -H 'Accept: text/*'
    header_is Content-Type 'text/csv; charset=utf-8'
    get "/jobs/$short/trace?limit=1" -H 'Accept: */*'
    header_is Content-Type application/json
    get "/jobs/$short/trace" -H 'Accept: image/png'
    problem_is 406 not-acceptable
    get "/jobs/$short/trace" -H 'Accept: application/json;q=0'
    problem_is 406 not-acceptable
}

@test "an ended job's tag is its digest, and gives 304" {
    local digest type
    get "/jobs/$short/result"
    digest=$(jq -r .trace_sha256 <<<"$body")
    get "/jobs/$short/trace"
    header_is ETag "\"$digest\""
    get "/jobs/$short/trace" -H "If-None-Match: \"$digest\""
    status_is 304
    assert_equal "$body" ''
    for type in application/x-ndjson text/csv; do
        get "/jobs/$short/trace" -H "Accept: $type"
        [[ $(header ETag) == \"$digest*\" ]] || fail "ETag: $(header ETag)"
        refute [ "$(header ETag)" = "\"$digest\"" ]
        get "/jobs/$short/trace" -H "Accept: $type" \
            -H "If-None-Match: $(header ETag)"
        status_is 304
    done
}

has_rows() {
    get "/jobs/$job/trace?fields=iteration,loss,x"
    json_true '.available.count > 2'
}

@test "what a job has done so far can be read while it runs" {
    create "$(crawl)"
    wait_for_state running
    eventually has_rows
    json_is .complete false '.columns.iteration[0]' 0 '.columns["x.0"][0]' 1
    json_true '.columns.iteration as $k | $k == [range($k | length)
            | . * 100000]' '.columns.loss | all(. > 0 and . <= 0.5)' \
        '.available.last == .columns.iteration[-1]'
    assert_equal "$(header ETag)" ''
    local last
    last=$(jq .available.last <<<"$body")
    tail_has_come() {
        get "/jobs/$job/trace?after=$last&fields=iteration"
        json_true '.columns.iteration | length > 0'
    }
    eventually tail_has_come
    json_is '.columns.iteration[0]' $((last + 100000))
    csv
    assert_equal "$(sed -n 2p <<<"$body" | cut -d , -f 1,3)" 0,0.5
    delete "/jobs/$job?force=true"
}

@test "a queued job's trace is empty" {
    start_server --workers 0
    create "$(parabola 0.03)"
    get "/jobs/$job/trace"
    status_is 200
    json_is .available '{"count":0,"last":null,"every":1}' .complete false \
        '.columns.loss' '[]' .next 0 .range '{"from":0,"to":0}'
    csv
    assert_equal "$(wc -l <<<"$body")" 1
    stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

@test "with every 7 each seventh iteration is kept, and the last" {
    finish "$(parabola 0.17 '"trace": {"every": 7}')" # 292 iterations
    get "/jobs/$job/trace?fields=iteration"
    json_true '.columns.iteration == [range(0; 292; 7), 292]'
    json_is .available '{"count":43,"last":292,"every":7}'
    get "/jobs/$job/trace?fields=iteration&from=280"
    json_is .columns.iteration '[280,287,292]'
    get "/jobs/$job/trace?fields=iteration&after=287"
    json_is .columns.iteration '[292]'
    get "/jobs/$job/trace?fields=iteration&from=281&to=290"
    json_is .columns.iteration '[287]'
    get "/jobs/$job/trace?fields=iteration&every=2"
    json_true '.columns.iteration == [range(0; 292; 14), 292]'
}

@test "with an every beyond the end the first and the last are kept" {
    finish "$(parabola 0.17 '"trace": {"every": 1000000000}')"
    get "/jobs/$job/trace?fields=iteration"
    json_is .columns.iteration '[0,292]'
}

@test "without x no x is kept, and asking for it is a fault" {
    finish "$(parabola 0.03 '"trace": {"x": false}')"
    get "/jobs/$job/trace?limit=1"
    json_is '.columns | keys_unsorted | join(",")' "$names"
    get "/jobs/$job/trace?fields=x"
    problem_is 400 invalid-parameter
    get "/jobs/$job/trace?dims=0"
    problem_is 400 invalid-parameter
    get "/jobs/$job/result"
    json_is '.x | length' 1
}

@test "beyond dimension 64 x is kept in each 512th row" {
    finish '{"objective": {"type": "function", "name": "sphere",
        "dimension": 100}, "optimizer": {"type": "adam"},
        "stop": {"max_iterations": 1100}}'
    get "/jobs/$job/trace?limit=1101&fields=iteration,x&dims=99"
    json_is '[[.columns.iteration, .columns["x.99"]] | transpose[]
        | select(.[1] != null) | .[0]]' '[0,512,1024]' .nonfinite '[]'
    csv '?fields=iteration,x&dims=0,99'
    assert_equal "$(sed -n 3p <<<"$body")" 1,,
    run sed -n 514p <<<"$body"
    assert_output --regexp '^512,[-0-9.e]+,[-0-9.e]+$'
    get "/jobs/$job/trace?limit=1"
    json_is '.columns | length' $((7 + 64))
    get "/jobs/$job/trace?dims=100"
    problem_is 400 invalid-parameter
}

# stored_within SHARE SPEC: run it; of the bytes that a dry run names as the
# most, at least SHARE hundredths are stored, and no more than all.
stored_within() {
    local most stored
    post '/jobs?dry_run=true' "$2"
    status_is 200
    most=$(jq .prediction.trace_bytes_max <<<"$body")
    finish "$2"
    # Of the newest job: its number stands above the level and the chunk.
    stored=$(sqlite3 -readonly "$database" 'SELECT sum(length(columns))
        FROM trace WHERE id >> 25 = (SELECT max(number) FROM job)')
    echo "$stored of $most bytes: $2"
    ((stored <= most && 100 * stored >= $1 * most))
}

@test "no more bytes are stored than a dry run says" {
    # Steps of random length: next to nothing of it can be compressed.
    stored_within 80 '{"objective": {"type": "function", "name": "rastrigin",
        "dimension": 64}, "start": {"random": {"low": -5, "high": 5}},
        "optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9},
        "stop": {"max_iterations": 1500, "gradient_tolerance": 0}}'
    # Two rows; as many as a chunk has, and one more.
    for last in 1 511 512; do
        stored_within 30 '{"objective": {"type": "function",
            "name": "rosenbrock"}, "start": [-1.2, 1],
            "optimizer": {"type": "isres",
                "bounds": {"low": [-5, -5], "high": [5, 5]}},
            "stop": {"max_iterations": '$last'}}'
    done
    # x in each 512th row only; rows of which most are not kept.
    stored_within 10 '{"objective": {"type": "function", "name": "griewank",
        "dimension": 100}, "start": {"random": {"low": -9, "high": 9}},
        "optimizer": {"type": "adam", "learning_rate": 1},
        "stop": {"max_iterations": 1100}, "trace": {"every": 7}}'
}

@test "a range that ends before it begins is refused, with both ends" {
    get "/jobs/$long/trace?from=5&to=2"
    problem_is 400 invalid-parameter
    fault_is parameter to conflict
    assert_regex "$(jq -r '.errors[0].detail' <<<"$body")" 'to=2 .*from=5'
    get "/jobs/$long/trace?after=5&to=2"
    fault_is parameter to conflict
    assert_regex "$(jq -r '.errors[0].detail' <<<"$body")" 'to=2 .*after=5'
    get "/jobs/$long/trace?from=5&to=5"
    status_is 200
    json_is .columns.iteration '[]'
}
