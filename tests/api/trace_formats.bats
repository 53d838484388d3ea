# trace_formats.bats - a trace as octets and packed, and what caches are told.
load helpers

# $long: 1300 iterations of two variables; $diverged ends with infinity.
setup_file() {
    start_server --workers 2
    finish '{"objective": {"type": "function", "name": "rosenbrock"},
        "optimizer": {"type": "adam"}, "stop": {"max_iterations": 1299}}'
    export long=$job
    finish '{"objective": {"type": "polynomial",
            "coefficients": [0, 0, 0, 0, 1]}, "start": [3],
        "optimizer": {"type": "gradient_descent", "learning_rate": 1},
        "stop": {"max_iterations": 100, "divergence_loss": 1e308}}'
    export diverged=$job
    export types='application/json application/x-ndjson text/csv
        application/octet-stream'
}

teardown_file() {
    stop_server
}

# octets JOB QUERY: the answer's float64 in the file "octets", a line each.
octets() {
    : >"$place/raw"
    status=$(curl -sS -D "$place/headers" -o "$place/raw" -w '%{http_code}' \
        -H 'Accept: application/octet-stream' "$url/jobs/$1/trace?$2")
    status_is 200
    od -An -v -t f8 -w8 "$place/raw" | tr -d ' ' >"$place/octets"
}

# Numbers of a file in one spelling, to be compared.
spelled() {
    awk '{ printf "%.15g\n", $1 }' "$1"
}

@test "octets of a page stand column by column" {
    octets "$long" 'limit=700&fields=iteration,loss,x'
    header_is Content-Type application/octet-stream
    header_is Trace-Layout 'rows=700; order=columns; next=700; type=float64; endian=little; columns=iteration,loss,x.0,x.1'
    header_is Content-Length $((700 * 4 * 8))
    get "/jobs/$long/trace?limit=700&fields=iteration,loss,x"
    jq -r '.columns[][]' <<<"$body" >"$place/json"
    run diff <(spelled "$place/octets") <(spelled "$place/json")
    assert_success
}

@test "octets of thinned points stand column by column" {
    octets "$long" 'points=100&fields=iteration,loss'
    header_is Trace-Layout 'rows=100; order=columns; type=float64; endian=little; columns=iteration,loss'
    get "/jobs/$long/trace?points=100&fields=iteration,loss"
    jq -r '.columns[][]' <<<"$body" >"$place/json"
    run diff <(spelled "$place/octets") <(spelled "$place/json")
    assert_success
}

@test "octets of a range stand row by row" {
    octets "$long" 'from=10&fields=iteration,loss'
    header_is Trace-Layout 'order=rows; type=float64; endian=little; columns=iteration,loss'
    get "/jobs/$long/trace?from=10&fields=iteration,loss" -H 'Accept: text/csv'
    tail -n +2 <<<"$body" | tr , '\n' >"$place/csv"
    run diff <(spelled "$place/octets") <(spelled "$place/csv")
    assert_success
    assert_equal "$(wc -l <"$place/octets")" $((2 * 1290))
}

@test "octets hold NaN and infinity, and a mark where there is no number" {
    octets "$diverged" 'fields=loss'
    grep -Eqi 'inf|nan' "$place/octets" || fail "$(tail -3 "$place/octets")"
    finish '{"objective": {"type": "function", "name": "sphere",
        "dimension": 65}, "optimizer": {"type": "sgd"},
        "stop": {"max_iterations": 1}}'
    octets "$job" 'fields=x.0'
    assert_equal "$(od -An -v -t x8 -w8 -j8 "$place/raw" | tr -d ' ')" \
        7ff8000000000ab5
}

@test "octets have at most 250 columns" {
    finish '{"objective": {"type": "function", "name": "sphere",
        "dimension": 300}, "optimizer": {"type": "sgd"},
        "stop": {"max_iterations": 1}}'
    get "/jobs/$job/trace?fields=x&dims=$(seq -s , 0 250)" \
        -H 'Accept: application/octet-stream'
    problem_is 400 invalid-parameter
    fault_is parameter fields too_large
    octets "$job" "fields=x&dims=$(seq -s , 0 249)"
    assert_equal "$(wc -l <"$place/octets")" 500
}

# packed TYPE QUERY: asks for gzip; the unpacked bytes are in "unpacked".
packed() {
    request GET "/jobs/$long/trace?$2" -H "Accept: $1" \
        -H 'Accept-Encoding: gzip' 2>/dev/null
    status_is 200
    header_is Content-Encoding gzip
    zcat "$place/body" >"$place/unpacked"
}

@test "every format is packed when gzip is asked for, and says that it varies" {
    local type query
    for type in $types; do
        for query in limit=1000 from=0 points=50; do
            curl -sS -H "Accept: $type" -o "$place/plain" \
                "$url/jobs/$long/trace?$query"
            packed "$type" "$query"
            run cmp "$place/plain" "$place/unpacked"
            assert_success
            (($(stat -c %s "$place/body") < $(stat -c %s "$place/plain"))) ||
                fail "$type $query did not get smaller"
            [[ $(header Vary) == *Accept-Encoding* ]] || fail "$(header Vary)"
        done
    done
    get "/jobs/$long/trace.csv?limit=3" -H 'Accept-Encoding: gzip'
    header_is Content-Encoding gzip
    header_is Vary Accept-Encoding
}

@test "nothing is packed for who does not take gzip" {
    local takes
    for takes in 'gzip;q=0' identity br 'gzip;q=0.4, identity' \
        '*;q=0'; do
        get "/jobs/$long/trace?limit=100" -H "Accept-Encoding: $takes"
        header_is Content-Encoding ''
        [[ $body == '{"job":'* ]] || fail "$takes: $body"
    done
    for takes in 'br, gzip;q=0.8' '*' 'GZIP' 'identity;q=0.5, gzip;q=1.0'; do
        request GET "/jobs/$long/trace?limit=100" \
            -H "Accept-Encoding: $takes" 2>/dev/null
        header_is Content-Encoding gzip
    done
}

@test "each form has a tag of its own, which gives 304 for it alone" {
    local type coding tags='' tag
    for type in $types; do
        for coding in identity gzip; do
            head_of "/jobs/$long/trace?limit=2" -H "Accept: $type" \
                -H "Accept-Encoding: $coding"
            tag=$(header ETag)
            [[ $tag == \"*\" && $tags != *"$tag"* ]] || fail "$tag in $tags"
            tags+=" $tag"
            get "/jobs/$long/trace?limit=2" -H "Accept: $type" \
                -H "Accept-Encoding: $coding" -H "If-None-Match: $tag"
            status_is 304
            assert_equal "$body" ''
            header_is ETag "$tag"
            header_is Vary 'Accept, Accept-Encoding'
            header_is Cache-Control 'private, max-age=86400, immutable'
            header_is Content-Encoding ''
        done
    done
}

@test "an ended trace is immutable, a running one is not kept" {
    get "/jobs/$long/trace?limit=1"
    header_is Cache-Control 'private, max-age=86400, immutable'
    create "$(crawl)"
    wait_for_state running
    get "/jobs/$job/trace"
    header_is Cache-Control no-store
    header_is ETag ''
    delete "/jobs/$job?force=true"
}

@test "a page past the end of a running job says where to go on" {
    create "$(crawl)"
    eventually moves
    get "/jobs/$job/trace?from=900000000&limit=5&fields=iteration"
    json_is .columns.iteration '[]' .next 900000000 \
        .range '{"from":900000000,"to":900000000}'
    get "/jobs/$job/trace?limit=50000&fields=iteration"
    json_true '.next == .available.last + 1' '.range.to == .next'
    get "/jobs/$job/trace?to=1&fields=iteration"
    json_is .next null
    delete "/jobs/$job?force=true"
}

@test "HEAD says what GET would" {
    head_of "/jobs/$long/trace?points=10" -H 'Accept: application/octet-stream'
    status_is 200
    [[ $(header Trace-Layout) == rows=10* ]] || fail "$(header Trace-Layout)"
    head_of "/jobs/$long/trace.csv"
    status_is 200
}

# ---- several at once -----------------------------------------------------------

@test "several traces come in one answer, each as it is alone" {
    local one two query='points=20&fields=iteration,loss'
    get "/jobs/$long/trace?$query"
    one=$(jq -c . <<<"$body")
    get "/jobs/$diverged/trace?$query"
    two=$(jq -c . <<<"$body")
    get "/traces?jobs=$long,$diverged&$query"
    status_is 200
    header_is Content-Type application/json
    json_is '.items | length' 2 '.items[0] | tojson' "$one" \
        '.items[1] | tojson' "$two"
    get "/traces?jobs=$diverged"
    json_is '.items | length' 1 '.items[0].sampling.method' raw
}

@test "a hundred traces are answered, a hundred and one are too many" {
    local ids=$long
    for _ in {1..99}; do
        post /jobs "$(parabola 0.03)"
        take_id
        ids+=,$job
    done
    wait_for_state completed
    get "/traces?jobs=$ids&points=50&fields=iteration,loss,x" \
        -H 'Accept-Encoding: gzip' 2>/dev/null
    body=$(zcat "$place/body")
    json_is '.items | length' 100 '[.items[].columns.loss | length]
        | min >= 40 and max <= 50' true
    get "/traces?jobs=$ids,job_x&points=50"
    problem_is 400 invalid-parameter
    fault_is parameter jobs too_large
    json_is '[.errors[].detail] | tojson' \
        '["101 jobs are asked for, at most 100 at once"]'
}

# The second page is read when the client has taken the first, 5 MB or more:
# more than lies in sockets and pipes meanwhile.
@test "of several traces one is deleted while another is read" {
    finish '{"objective": {"type": "quadratic", "A": [[1]], "b": [0]},
        "start": [1], "optimizer": {"type": "sgd", "learning_rate": 1e-6},
        "stop": {"max_iterations": 49999}}'
    local long=$job
    finish "$(parabola 0.03)"
    mkfifo "$place/pipe"
    curl -sS -w '%{http_code}' --max-time 60 -o "$place/pipe" \
        "$url/traces?jobs=$long,$job&limit=50000" >"$place/code" &
    exec 9<"$place/pipe"
    head -c 10 <&9 >"$place/first"
    delete "/jobs/$job"
    status_is 204
    is_pruned() {
        [ "$(sqlite3 -readonly "$database" 'SELECT count(*) FROM trace
            WHERE id >> 25 NOT IN (SELECT number FROM job)')" = 0 ]
    }
    eventually is_pruned
    cat "$place/first" - <&9 >"$place/body"
    exec 9<&-
    wait
    body=$(<"$place/body")
    assert_equal "$(<"$place/code")" 200
    json_is '.items | length' 2 '.items[0].sampling.points' 50000 \
        '.items[1] | tojson' '{"job":"'"$job"'","deleted":true}'
}

@test "faults of several traces name the job" {
    get "/traces?points=5"
    fault_is parameter jobs required
    get "/traces?points=5&jobs="
    fault_is parameter jobs required
    get "/traces?points=5&jobs=$long,"
    json_is '[.errors[].detail] | tojson' '["an id is missing at a comma"]'
    get "/traces?jobs=$long,job_00000000000000000000000000,x&by=x.1"
    problem_is 400 invalid-parameter
    json_is '[.errors[].detail]' '["by is about thinning: give points in [2, 20000] too","job_00000000000000000000000000: there is no such job","x: there is no such job"]'
    get "/traces?jobs=$long,$diverged,$long&points=5&by=x.1"
    json_is '[.errors[].parameter] | join(" ")' 'jobs by'
    [[ $body == *"$diverged: this trace has no column"* ]] || fail "$body"
    get "/traces?jobs=$long&limit=0&form=csv"
    json_is '[.errors[].parameter] | sort | join(" ")' 'form limit'
}
