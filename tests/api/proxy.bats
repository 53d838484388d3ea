# proxy.bats - behind a real nginx: a page's own origin, and the base path.
load helpers

setup_file() {
    command -v nginx >/dev/null || skip "nginx is not installed"
    # Not a port that the next socket would be given.
    front=$((20000 + $$ % 10000))
    export front
    start_server --workers 1 --trusted-proxies 127.0.0.1 --base-path /descent
    direct=$url
    sed -e "s|PLACE|$place|" -e "s|FRONT|$front|" \
        -e "s|UPSTREAM|${url#http://}|" nginx.conf >"$place/nginx.conf"
    nginx -e stderr -p "$place" -c "$place/nginx.conf" 2>"$place/nginx.log" \
        3>&- &
    echo $! >"$place/nginx"
    url=http://127.0.0.1:$front
    export url direct
    eventually answers || fail "nginx: $(<"$place/nginx.log")"
}

answers() {
    curl -sf -o /dev/null "$url/descent/livez"
}

teardown_file() {
    [ ! -e "$place/nginx" ] || kill "$(<"$place/nginx")"
    [ ! -e "$place/pid" ] || stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

@test "a page's own origin writes, whether nginx cuts the path or not" {
    local path
    for path in /descent /cut; do
        post "$path/jobs" "$(parabola 0.03)" -H "Origin: $url" \
            -H 'Prefer: wait=20'
        status_is 201
        assert_equal "$(header Access-Control-Allow-Origin)" ''
        take_id
        header_is Location "/descent/jobs/$job"
        json_is .links.trace "/descent/jobs/$job/trace"
        get "$(header Location)"
        status_is 200
        json_is .id "$job"
    done
}

@test "another name of the same proxy is its origin as well" {
    post /descent/jobs "$(parabola 0.03)" -H 'Host: pages.example' \
        -H 'Origin: http://pages.example'
    status_is 202
    post /descent/jobs "$(parabola 0.03)" -H 'Host: pages.example' \
        -H 'Origin: https://pages.example'
    problem_is 403 forbidden-origin # nginx says that it was http
}

@test "a page of another origin does not write through the proxy" {
    post /descent/jobs "$(parabola 0.03)" -H 'Origin: http://evil.example'
    problem_is 403 forbidden-origin
    post /descent/jobs "$(parabola 0.03)" -H 'Origin: http://evil.example' \
        -H 'X-Forwarded-Host: evil.example'
    problem_is 403 forbidden-origin # nginx says another
}

@test "a browser's own word is enough where nginx says nothing" {
    post /bare/jobs "$(parabola 0.03)" -H "Origin: $url"
    problem_is 403 forbidden-origin
    post /bare/jobs "$(parabola 0.03)" -H "Origin: $url" \
        -H 'Sec-Fetch-Site: same-origin'
    status_is 202
}

@test "pages of a list lead on through the proxy" {
    local path ids=0
    path='/descent/jobs?limit=1'
    while [ -n "$path" ]; do
        get "$path"
        status_is 200
        ids=$((ids + $(jq '.items | length' <<<"$body")))
        path=$(header Link) path=${path#<} path=${path%%>*}
        [[ -z $path || $path == '/descent/jobs?limit=1&cursor='* ]]
    done
    get /descent/jobs?limit=500
    assert_equal "$ids" "$(jq '.items | length' <<<"$body")"
}

@test "who is not a trusted proxy is not believed" {
    start_server --workers 0 --trusted-proxies 10.0.0.0/8
    post /jobs "$(parabola 0.03)" -H 'X-Forwarded-Host: evil.example' \
        -H 'Origin: http://evil.example'
    problem_is 403 forbidden-origin
    get /livez -H 'Host: pages.example'
    problem_is 421 misdirected-request
    stop_server
}

@test "30 bodies of 1.9 MB all get their 413 behind nginx" {
    run timeout 120 python3 bodies.py http.client "$url/descent/jobs" 30 1900000
    assert_output '30 x 413'
}
