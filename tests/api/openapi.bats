# openapi.bats - the interface as OpenAPI 3.1, and the documentation made of it.
# tests/openapi holds every answer against it.

load helpers

setup_file() {
    start_server
}

teardown_file() {
    stop_server
}

docs() {
    echo "$BATS_TEST_DIRNAME/../../docs/$1"
}

@test "the document is JSON, and has every route of the list" {
    get /
    jq -r '.routes[] | .method + " " + .path' <<<"$body" | sort \
        >"$place/listed"
    get /openapi.json
    status_is 200
    header_is Content-Type application/json
    json_is .openapi 3.1.0 .info.title descentd '.servers[0].url' /
    jq -r '.paths | to_entries[] | .key as $path | .value | keys[]
        | ascii_upcase + " " + $path' <<<"$body" | sort >"$place/written"
    diff "$place/listed" "$place/written"
    [ "$(wc -l <"$place/written")" -gt 40 ]
}

@test "every parameter has a type and a sentence, every answer a schema" {
    get /openapi.json
    json_true '[.paths[][].parameters // [] | .[]] | length > 80' \
        '[.paths[][].parameters // [] | .[]] | all(
            (.description | length > 0)
            and (.schema | has("type") or has("anyOf")))' \
        '[.paths[][].parameters // [] | .[] | .schema
            | select(.type == "integer")]
            | all(has("minimum") and has("maximum"))' \
        '[.paths[][].responses | to_entries[] | .value.content // {}
            | to_entries[]] | all(.value | has("schema"))' \
        '[.paths[][]] | all(.responses.default)' \
        '[.paths[][].operationId] | length == (unique | length)'
    # every capture of a path is a parameter of it
    json_true '.paths | to_entries | all(
        [.key | scan("{(\\w+)}")[0]] as $names
        | .value | all([.parameters // [] | .[] | select(.in == "path").name]
            == $names))'
}

@test "what a reference names is there" {
    get /openapi.json
    json_is '. as $all | [.. | objects | select(has("$ref"))."$ref"] | unique
        | map(. as $at | ltrimstr("#/") | split("/") | . as $steps
            | select([$all | getpath($steps)] == [null]) | $at) | tojson' '[]'
}

@test "the document is fixed: a tag, 304, gzip" {
    local plain packed
    get /openapi.json
    plain=$(header ETag)
    cp "$place/body" "$place/plain"
    get /openapi.json -H "If-None-Match: $plain"
    status_is 304
    get /openapi.json -H 'Accept-Encoding: gzip' 2>/dev/null
    header_is Content-Encoding gzip
    header_is Vary Accept-Encoding
    packed=$(header ETag)
    [ "$packed" != "$plain" ]
    gzip -dc <"$place/body" | cmp - "$place/plain"
    get /openapi.json -H 'Accept-Encoding: gzip' -H "If-None-Match: $packed"
    status_is 304
}

@test "the command prints it, and takes no argument" {
    get /openapi.json
    [ "$("$descentd" openapi)" = "$body" ]
    run "$descentd" openapi now
    [ "$status" -eq 2 ]
    [[ $output == *'takes no arguments'* ]]
}

@test "the documentation has the parameters that there are" {
    "$(docs parameters/write)" "$descentd" | diff "$(docs parameters.md)" - ||
        fail 'run: make parameters'
    "$descentd" openapi | jq -r '.paths[][].parameters // [] | .[]
        | select(.in == "query").name' | sort -u >"$place/names"
    while read -r name; do
        grep -qE '[`?&]'"$name"'[`=]' "$(docs api.md)" ||
            fail "docs/api.md does not name the parameter $name"
    done <"$place/names"
    # the chapters' tables of parameters name none that there is not
    cat "$(docs .)"/*.md | awk '
        /^\| parameter/ { inside = 1; next }
        !/^\|/ { inside = 0 }
        inside { split($0, cells, "|"); print cells[2] }' |
        grep -oE '`[a-z_]+' | tr -d '`' | sort -u >"$place/told"
    [ "$(wc -l <"$place/told")" -gt 25 ]
    comm -13 "$place/names" "$place/told" | diff /dev/null -
}

@test "behind a proxy the document says where it is" {
    start_server --base-path /descent
    get /descent/openapi.json
    json_is '.servers[0].url' /descent
    stop_server
}
