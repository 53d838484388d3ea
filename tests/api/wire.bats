# wire.bats - HTTP itself: methods, headers, what is refused before a handler.
load helpers

setup_file() {
    start_server --workers 1
    finish "$(parabola 0.03)"
    export job
}

teardown_file() {
    stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

# raw TEXT: send these bytes; body is all that comes back, status its number.
raw() {
    local authority=${url#http://}
    body=$(printf %b "$1" | timeout 20 nc -N "${authority%:*}" "${authority##*:}" |
        tr -d '\r')
    status=${body#HTTP/1.1 }
    status=${status%% *}
    : "${status:=none}"
}

# refused_raw TEXT STATUS SLUG
refused_raw() {
    raw "$1"
    assert_equal "$status" "$2"
    [[ $body == *"\"type\":\"/problems/$3\""* ]] || fail "$body"
}

# logged REQUEST-ID PATTERN: the log has that request's line.
logged() {
    grep -qE "request_id=$1 .*$2" "$log"
}

@test "a method that a place does not take gets 405 with what it takes" {
    local path
    request PUT /jobs
    problem_is 405 method-not-allowed
    header_is Allow 'GET, HEAD, POST, OPTIONS'
    request PATCH "/jobs/$job"
    problem_is 405 method-not-allowed
    header_is Allow 'GET, HEAD, DELETE, OPTIONS'
    get "/jobs/$job/cancel"
    problem_is 405 method-not-allowed
    header_is Allow 'POST, OPTIONS'
    for path in "/jobs/$job/spec" "/jobs/$job/result" "/jobs/$job/trace" \
        /optimizers /optimizers/adam /functions /functions/sphere /schedules \
        /livez /readyz /version /problems/internal /; do
        request DELETE "$path"
        problem_is 405 method-not-allowed
        header_is Allow 'GET, HEAD, OPTIONS'
    done
}

@test "OPTIONS says what a place takes" {
    request OPTIONS /jobs
    status_is 204
    header_is Allow 'GET, HEAD, POST, OPTIONS'
    request OPTIONS /nothing
    problem_is 404 not-found
}

@test "an unknown method gets 501" {
    request BREW /jobs
    problem_is 501 unknown-method
    request get /jobs
    problem_is 501 unknown-method
}

@test "a body where none belongs gets 400" {
    request GET /jobs -d '{}'
    problem_is 400 malformed-request
    request DELETE "/jobs/$job" -d '{}'
    problem_is 400 malformed-request
}

@test "a route takes only its own parameters" {
    local path
    for path in "/jobs/$job" "/jobs/$job/spec" "/jobs/$job/result" \
        /optimizers /livez /; do
        get "$path?verbose=1"
        problem_is 400 invalid-parameter
        [[ $body == *'"parameter":"verbose"'* ]]
    done
}

@test "every answer has the headers of caution, an id, and its time" {
    local path
    for path in /livez "/jobs/$job" "/jobs/$job/trace" /jobs/nothing; do
        get "$path"
        header_is X-Content-Type-Options nosniff
        [[ $(header Content-Security-Policy) == "default-src 'none'"* ]]
        [[ $(header Server-Timing) == total\;dur=[0-9]* ]]
        [[ $(header X-Request-Id) =~ ^[A-Za-z0-9._-]+$ ]]
        [ -n "$(header Date)" ]
    done
}

@test "a request's id is taken, and stands in answer, problem and log" {
    get "/jobs/$job" -H 'X-Request-Id: my-id.42'
    header_is X-Request-Id my-id.42
    eventually logged my-id.42 'method=GET route=/jobs/\{id\} status=200 bytes=[1-9][0-9]* seconds=[0-9]+\.[0-9]+$'
    get /jobs/nothing -H 'X-Request-Id: my-id.43'
    json_is .request_id my-id.43
    eventually logged my-id.43 'method=GET route=/jobs/\{id\} status=404'
    post /jobs '{' -H 'X-Request-Id: my-id.44'
    eventually logged my-id.44 'method=POST route=/jobs status=400'
    get /nowhere -H 'X-Request-Id: my-id.45'
    eventually logged my-id.45 'method=GET route=- status=404'
}

@test "a refusal that is read on is logged with its status, once" {
    head -c 2000000 /dev/zero >"$place/large"
    request POST /jobs -H 'X-Request-Id: large' -H 'Expect:' \
        --data-binary @"$place/large"
    problem_is 413 too-large
    eventually logged large 'method=POST route=/jobs status=413 bytes=[1-9][0-9]* seconds=[0-9]+\.[0-9]+$'
    assert_equal "$(grep -c request_id=large "$log")" 1
}

@test "an id that is no token is replaced" {
    local id
    for id in 'a b' 'x=1"' "$(printf '%065d' 0)"; do
        get /livez -H "X-Request-Id: $id"
        status_is 200
        refute [ "$(header X-Request-Id)" = "$id" ]
        [ -n "$(header X-Request-Id)" ]
    done
}

@test "bytes and seconds of a request are in its log line" {
    get "/jobs/$job/trace" -H 'X-Request-Id: sized'
    eventually logged sized "bytes=${#body} "
    # Every line is key=value, with time, level and event before all.
    run grep -vE '^time=[^ ]+Z level=(debug|info|warning|error) event=[a-z_]+( [a-z_0-9]+=("[^"]*"|[^ "]*))*$' "$log"
    assert_failure
}

@test "another host's requests are refused" {
    get /livez -H 'Host: evil.example'
    problem_is 421 misdirected-request
    get /livez -H 'Host: localhost:1'
    status_is 200
}

@test "a host that is named in the settings is served" {
    start_server --workers 0 --hosts gd.example,other.example
    get /livez -H 'Host: gd.example'
    status_is 200
    get /livez -H 'Host: other.example:8080'
    status_is 200
    get /livez -H 'Host: evil.example'
    problem_is 421 misdirected-request
    stop_server
}

@test "pages of another origin may read and not write" {
    post /jobs "$(parabola 0.03)" -H 'Origin: http://evil.example'
    problem_is 403 forbidden-origin
    post /jobs "$(parabola 0.03)" -H "Origin: $url"
    status_is 202
    get /jobs -H 'Origin: http://evil.example'
    status_is 200
    assert_equal "$(header Access-Control-Allow-Origin)" ''
}

@test "an unknown expectation gets 417" {
    get /livez -H 'Expect: miracles'
    problem_is 417 expectation-failed
}

@test "too long a target gets 414, too many headers 431" {
    local i options=()
    get "/$(printf '%09000d' 0)"
    problem_is 414 uri-too-long
    for i in $(seq 70); do
        options+=(-H "X-$i: $i")
    done
    get /livez "${options[@]}"
    problem_is 431 headers-too-large
    get /livez -H "X-Long: $(printf '%020000d' 0)"
    status_is 431
}

@test "a path is taken as it is" {
    get /jobs/%00
    problem_is 400 malformed-request
    get "/jobs/$job%2Fspec"
    problem_is 404 not-found
    get '/jobs/%ff'
    problem_is 400 malformed-request
    request GET /jobs/../jobs --path-as-is
    problem_is 404 not-found
}

@test "another version of HTTP gets 505" {
    refused_raw 'GET /livez HTTP/1.2\r\nHost: localhost\r\n\r\n' \
        505 http-version
}

@test "requests that could be read in two ways are refused" {
    local line=$'POST /jobs HTTP/1.1\r\nHost: localhost\r\n'
    refused_raw 'GET /livez HTTP/1.1\r\n\r\n' 400 malformed-request
    refused_raw 'GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n' \
        400 malformed-request
    refused_raw "$line"'Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}' \
        400 malformed-request
    refused_raw "$line"'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' \
        400 malformed-request
    raw "$line"'Content-Length: +2\r\n\r\n{}' # the library's own answer
    assert_equal "$status" 400
    refused_raw 'GET /livez HTTP/1.1\r\nHost : localhost\r\n\r\n' \
        400 malformed-request
}

@test "a request that does not come to its end gets 408" {
    start_server --workers 0 --header-timeout-s 0.3 --body-timeout-s 0.3
    local authority=${url#http://} line=$'Host: localhost\r\n' text
    for text in $'GET /livez HTTP/1.1\r\n'"$line" \
        $'POST /jobs HTTP/1.1\r\n'"$line"$'Content-Length: 9\r\n\r\n{'; do
        exec 5<>"/dev/tcp/${authority%:*}/${authority##*:}"
        printf %s "$text" >&5
        body=$(timeout 20 cat <&5)
        exec 5>&-
        [[ $body == 'HTTP/1.1 408 '*'/problems/timeout'* ]] || fail "$body"
    done
    stop_server
}

@test "a connection carries many requests" {
    run curl -sS -o /dev/null -o /dev/null -o /dev/null \
        -w '%{http_code} %{num_connects}\n' \
        "$url/livez" "$url/jobs/nothing" "$url/jobs/$job"
    assert_output $'200 1\n404 0\n200 0'
}

@test "HTTP/1.0 is spoken" {
    get /livez --http1.0
    status_is 200
}

@test "a target may be absolute: its host counts" {
    local authority=${url#http://}
    raw "GET http://$authority/livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert_equal "$status" 200
    raw "GET HTTP://LOCALHOST?x=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert_equal "$status" 400 # there is no parameter x
    refused_raw "GET http://other.example/livez HTTP/1.1\r\nHost: localhost\r\n\r\n" \
        421 misdirected-request
}

@test "OPTIONS of the server as a whole names all methods" {
    raw 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
    assert_equal "$status" 204
    [[ $body == *'Allow: GET, HEAD, POST, DELETE, OPTIONS'* ]] || fail "$body"
}

@test "a slash too much at the end is said to be one" {
    get /jobs/
    problem_is 404 not-found
    json_is .detail 'did you mean /jobs, without the slash at its end?'
    get "/jobs/$job/trace/?points=2"
    json_is .detail "did you mean /jobs/$job/trace, without the slash at its end?"
    get /nothing/
    json_is '.detail // "none"' none
}
