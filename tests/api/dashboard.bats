# dashboard.bats - the page at /, what it refers to, and who gets which.
load helpers

# As chromium 120 and firefox 121 ask for a page.
browser='Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'
dist=$BATS_TEST_DIRNAME/../../server/web/dist
embed=$BATS_TEST_DIRNAME/../../server/web/embed

setup_file() {
    start_server --workers 1 --base-path /descent
    grep -q 'dashboard="built in"' "$log" ||
        skip "the program was built without the dashboard"
}

teardown_file() {
    [ ! -e "$place/pid" ] || stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

# page [CURL-OPTION...]: the page, in body
page() {
    get / -H "$browser" "$@"
    status_is 200
}

# asset FILE: the name under which the page refers to a file of dist
asset() {
    grep -o "=\"assets/${1%.*}\.[0-9a-f]\{16\}\.${1##*.}\"" <<<"$body" |
        cut -d '"' -f 2
}

# received FILE: the last answer's bytes are those of a file of dist
received() {
    cmp "$place/body" "$dist/$1"
}

@test "browsers get the page at /, programs the list of routes" {
    local accept
    for accept in '*/*' application/json 'application/json, */*' image/png; do
        get / -H "Accept: $accept"
        status_is 200
        header_is Content-Type application/json
        header_is Vary Accept
    done
    for accept in "${browser#*: }" text/html 'text/*, application/json;q=0.9'; do
        get / -H "Accept: $accept"
        status_is 200
        header_is Content-Type 'text/html; charset=utf-8'
        header_is Vary 'Accept, Accept-Encoding'
    done
}

@test "the page may run its own scripts, ask its own server, and no more" {
    page
    header_is Content-Security-Policy "default-src 'none'; script-src 'self'; \
style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
require-trusted-types-for 'script'"
    header_is X-Content-Type-Options nosniff
    header_is Referrer-Policy no-referrer
    header_is Cache-Control no-cache
}

@test "what the page refers to is there, byte for byte, and stays for ever" {
    local file name
    for file in app.js app.css; do
        page
        name=$(asset "$file")
        [ -n "$name" ] || fail "no reference to $file in: $body"
        get "/$name"
        status_is 200
        received "$file"
        header_is Cache-Control 'public, max-age=31536000, immutable'
        header_is Vary Accept-Encoding
        header_is X-Content-Type-Options nosniff
        assert_equal "$(sha256sum <"$dist/$file" | cut -c 1-16)" \
            "$(cut -d . -f 2 <<<"$name")"
    done
    assert_equal "$(header Content-Type)" 'text/css; charset=utf-8'
}

@test "gzip goes to who takes it, under a tag of its own" {
    local plain packed
    page
    plain=$(header ETag)
    cp "$place/body" "$place/plain"
    assert_equal "$(header Content-Encoding)" ''
    page -H 'Accept-Encoding: gzip, deflate'
    header_is Content-Encoding gzip
    packed=$(header ETag)
    assert_equal "$packed" "${plain%\"}.gzip\""
    gzip -dc <"$place/body" | cmp - "$place/plain"
    page -H 'Accept-Encoding: br, gzip;q=0'
    assert_equal "$(header Content-Encoding)" ''
    header_is ETag "$plain"
}

@test "who has it already is told so, by the tag of its coding" {
    local tag
    page
    tag=$(header ETag)
    get / -H "$browser" -H "If-None-Match: $tag"
    status_is 304
    [ ! -s "$place/body" ]
    header_is ETag "$tag"
    header_is Cache-Control no-cache
    page -H "If-None-Match: $tag" -H 'Accept-Encoding: gzip'
    get / -H "$browser" -H "If-None-Match: ${tag%\"}.gzip\"" \
        -H 'Accept-Encoding: gzip'
    status_is 304
    page
    get "/$(asset app.js)" -H 'If-None-Match: *'
    status_is 304
}

@test "HEAD says what GET would, and the connection is kept" {
    local bytes
    page
    bytes=$(wc -c <"$place/body")
    head_of / -H "$browser"
    status_is 200
    header_is Content-Length "$bytes"
    run curl -sS -o /dev/null -o /dev/null -w '%{http_code} %{num_connects},' \
        -H "$browser" "$url/" "$url/livez"
    assert_output '200 1,200 0,'
}

@test "another name in /assets is not there" {
    local name
    page
    for name in app.js index.html "$(basename "$(asset app.js)" .js)" \
        app.0000000000000000.js ..%2fapp.js %2e%2e; do
        get "/assets/$name"
        problem_is 404 not-found
    done
}

@test "below a base path the page's references lead below it too" {
    get /descent -H "$browser"
    status_is 308
    header_is Location /descent/
    get /descent/ -H "$browser"
    status_is 200
    get "/descent/$(asset app.css)"
    status_is 200
    received app.css
    get /descent -H 'Accept: application/json'
    status_is 200
}

@test "--web-root takes the files of its table from a folder, as they are now" {
    mkdir "$place/root"
    echo '<script src="app.js"></script><a href="other.js">' \
        >"$place/root/index.html"
    echo 'one' >"$place/root/app.js"
    echo 'none of it' >"$place/root/other.js"
    mkfifo "$place/root/app.css"
    start_server --workers 0 --web-root "$place/root"
    page
    assert_equal "$body" '<script src="assets/app.js"></script><a href="other.js">'
    header_is Cache-Control no-store
    [[ $(header Content-Security-Policy) == *"script-src 'self'"* ]]
    get /assets/app.js
    assert_equal "$status $body" '200 one'
    header_is Content-Type 'text/javascript; charset=utf-8'
    echo two >"$place/root/app.js"
    get /assets/app.js
    assert_equal "$body" two
    local name
    for name in other.js app.css ../root/app.js ..%2froot%2fapp.js; do
        get "/assets/$name" --path-as-is
        problem_is 404 not-found
    done
    rm "$place/root/app.js"
    get /assets/app.js
    problem_is 404 not-found
    stop_server
}

@test "a folder without a page is no --web-root" {
    run "$descentd" serve --listen 127.0.0.1:0 --store "$place/none.db" \
        --web-root "$place/nothing"
    assert_failure
    assert_output --partial "--web-root: $place/nothing/index.html cannot be read"
    [ ! -e "$place/none.db" ]
}

@test "embed makes an empty table of nothing, and says what it cannot take" {
    run "$embed" "$place/made"
    assert_success
    run grep -c '{"' "$place/made/table.c"
    assert_output 0
    cp -r "$dist" "$place/dist"
    echo x >"$place/dist/more.js"
    run "$embed" "$place/made" "$place/dist/index.html" "$place/dist/more.js"
    assert_failure
    assert_output --partial "more.js: has no row in WEB_FILE_TABLE"
    run "$embed" "$place/made" "$place/dist/app.js"
    assert_failure
    assert_output "embed: there is no index.html"
    echo '<p>nothing</p>' >"$place/dist/index.html"
    run "$embed" "$place/made" "$place/dist/app.js" "$place/dist/index.html"
    assert_failure
    assert_output --partial 'does not refer to app.js, as by src="app.js"'
}
