# site.bats - a proxy with a certificate and passwords, as docker/README.md
# says it is made fit for a public address.
load helpers

# The two files of README.md, and what they name.
setup_file() {
    local site=$BATS_FILE_TMPDIR/site
    command -v openssl >/dev/null || skip "openssl is not installed"
    mkdir "$site"
    readme_file listen.conf >"$site/listen.conf"
    readme_file access.conf >"$site/access.conf"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=gd.example \
        -addext subjectAltName=DNS:gd.example -keyout "$site/key.pem" \
        -out "$site/certificate.pem" 2>/dev/null
    printf 'ada:%s\n' "$(openssl passwd -apr1 secret)" >"$site/passwords"
    # Read by the proxy's user, and only a test's: these are nobody's secrets.
    chmod -R a+rX "$BATS_RUN_TMPDIR"
    chmod a+r "$site"/*
    DESCENTD_PROXY_SITE=$site DESCENTD_HOSTS=gd.example
    export DESCENTD_PROXY_SITE DESCENTD_HOSTS
    compose_up
}

teardown_file() {
    compose_down
}

setup() {
    cd "$place" || exit
    port=$(published proxy 8090)
    port=${port##*:}
    url=https://gd.example:$port
    printf '%s\n' "resolve = gd.example:$port:127.0.0.1" \
        "cacert = $BATS_FILE_TMPDIR/site/certificate.pem" >curlrc
}

# readme_file NAME: the block of README.md that begins with "# site/NAME".
readme_file() {
    awk -v name="# site/$1" '
        /^```/ { inside = 0 }
        inside || $0 == name { inside = 1; print }' \
        "$BATS_TEST_DIRNAME/../../docker/README.md"
}

welcomed() {
    get /readyz -K curlrc -u ada:secret
    [ "$status" = 200 ]
}

@test "who has no password stays out" {
    eventually welcomed || fail "$body"
    get /jobs -K curlrc
    status_is 401
    get /jobs -K curlrc -u ada:guess
    status_is 401
    post /jobs "$(first_job)" -K curlrc
    status_is 401
}

@test "who has one posts a job, over TLS, under the site's name" {
    eventually welcomed || fail "$body"
    post /jobs "$(first_job)" -K curlrc -u ada:secret -H 'Prefer: wait=30' \
        -H "Origin: $url"
    status_is 201
    take_id
    get "/jobs/$job/result" -K curlrc -u ada:secret
    json_is .iterations 49
}

@test "without TLS nothing is answered" {
    url=http://127.0.0.1:$port
    get /jobs -u ada:secret
    status_is 400
}
