# datasets.bats - files become datasets: upload, look, use, delete.
load helpers

files=../../../shared/cases/files

setup_file() {
    start_server --workers 1 --dataset-bytes-max 300000000
}

teardown_file() {
    stop_server
}

# upload NAME TYPE FILE [CURL-OPTION...]: NAME may have more of the query
# behind it.
upload() {
    local name=$1 type=$2 file=$3
    shift 3
    request POST "/datasets?name=$name" -H "Content-Type: $type" -H 'Expect:' \
        --data-binary @"$file" "$@"
}

# text NAME TEXT [CURL-OPTION...]: the same with CSV that is given here.
text() {
    printf '%b' "$2" >"$BATS_TEST_TMPDIR/text"
    upload "$1" text/csv "$BATS_TEST_TMPDIR/text" "${@:3}"
}

# How many files are in the folder, and whether any is in the making.
kept() {
    find "$database-datasets" -type f | wc -l
}

nothing_is_in_the_making() {
    [ -z "$(find "$database-datasets" -name '*.new')" ]
}

# line_is LINE COLUMN: of the first fault.
line_is() {
    json_is '.errors[0] | [.line, .column] | tostring' "[$1,$2]"
}

@test "an upload is answered with what was found in it, and can be looked at" {
    text people 'age;size;city\n31;1,75;Köln\n28;1,62;Bonn\n40;1,80;Bonn\n'
    status_is 201
    local id
    id=$(jq -r .id <<<"$body")
    [[ $id =~ ^ds_[0-9a-z]{26}$ ]]
    header_is Location "/datasets/$id"
    json_is .name people .rows 3 .features 3 .sparse false .nonzeros null \
        '.columns[0] | [.name, .kind, .missing, .mean, .min, .max] | tostring' \
        '["age","integer",0,33,28,40]' \
        '.columns[1].kind' number \
        '.columns[2] | [.name, .kind, .values] | tostring' \
        '["city","category",["Bonn","Köln"]]' \
        '.read_as | [.format, .delimiter, .decimal, .header] | tostring' \
        '["csv",";",",",true]' \
        .sha256 "$(sha256sum <"$BATS_TEST_TMPDIR/text" | cut -d ' ' -f 1)"
    json_true '.columns[0].deviation - 6.244997998398398 | fabs < 1e-12' \
        '.bytes > 0'
    cp "$place/body" "$BATS_TEST_TMPDIR/first"
    get "/datasets/$id"
    status_is 200
    cmp "$place/body" "$BATS_TEST_TMPDIR/first"
    get /datasets/people
    status_is 200
    cmp "$place/body" "$BATS_TEST_TMPDIR/first"
    get /datasets/people/preview
    status_is 200
    json_is .rows_total 3 '.columns | tostring' '["age","size","city"]' \
        '.rows | tostring' \
        '[[31,1.75,"Köln"],[28,1.62,"Bonn"],[40,1.8,"Bonn"]]'
    get '/datasets/people/preview?limit=1'
    json_is '.rows | length' 1
    get '/datasets/people/preview?limit=101'
    problem_is 400 invalid-parameter
    head_of /datasets/people
    status_is 200
}

@test "the folder is the server's own, and a file has its dataset's id" {
    text mode 'x\n1\n'
    local id
    id=$(jq -r .id <<<"$body")
    assert_equal "$(stat -c %a "$database-datasets")" 700
    assert_equal "$(stat -c %a "$database-datasets/$id")" 600
    assert_equal "$(stat -c %s "$database-datasets/$id")" \
        "$(jq .bytes <<<"$body")"
}

@test "the same content is stored once, whatever it is called" {
    text once 'x,y\n1,2\n3,4\n'
    status_is 201
    local id before
    id=$(jq -r .id <<<"$body")
    before=$(kept)
    text once 'x,y\n1,2\n3,4\n'
    status_is 200
    json_is .id "$id" .name once
    text again 'x,y\n1,2\n3,4\n'
    status_is 200
    json_is .id "$id" .name again '.names | tostring' '["again","once"]'
    header_is Location "/datasets/$id"
    gzip -c "$BATS_TEST_TMPDIR/text" >"$BATS_TEST_TMPDIR/text.gz"
    upload once text/csv "$BATS_TEST_TMPDIR/text.gz" -H 'Content-Encoding: gzip'
    status_is 200
    json_is .id "$id"
    get /datasets/again
    json_is .id "$id" .name again
    assert_equal "$(kept)" "$before"
    # Read in another way it is something else.
    text 'other&header=false' 'x,y\n1,2\n3,4\n'
    status_is 201
}

@test "a name stands for one dataset: other content gets 409, and advice" {
    text mine 'x\n1\n2\n'
    status_is 201
    local before
    before=$(kept)
    text mine 'x\n1\n3\n'
    problem_is 409 name-in-use
    json_true '.detail | test("another")'
    assert_equal "$(kept)" "$before"
    text iris 'x\n1\n3\n'
    problem_is 409 name-in-use
    text 'a%2Fb' 'x\n1\n'
    problem_is 400 invalid-parameter
    fault_is parameter name syntax
    text '' 'x\n1\n'
    problem_is 400 invalid-parameter
    local name
    for name in . ..; do # clients take them out of a path
        text "$name" 'x\n1\n'
        problem_is 400 invalid-parameter
        fault_is parameter name syntax
    done
    text "$(printf 'n%.0s' {1..201})" 'x\n1\n'
    problem_is 400 invalid-parameter
    text ds_01m8dvmt67f5mtnpmx97fkcsgj 'x\n1\n'
    problem_is 400 invalid-parameter
}

@test "a dataset needs no name, and no Content-Type where it is CSV" {
    printf 'x,y\n7,8\n' >"$BATS_TEST_TMPDIR/text"
    request POST /datasets --data-binary @"$BATS_TEST_TMPDIR/text"
    status_is 201
    json_is .name null '.names | tostring' '[]'
    request POST /datasets -H 'Content-Type:' \
        --data-binary @"$BATS_TEST_TMPDIR/text"
    status_is 200
    request POST /datasets -H 'Content-Type: application/json' \
        --data-binary @"$BATS_TEST_TMPDIR/text"
    problem_is 415 unsupported-media-type
}

@test "what is said in the query is checked, all of it at once" {
    text 'q&delimiter=colon&decimal=x&header=maybe&base=2&missing=nope&nme=1' \
        'x\n1\n'
    problem_is 400 invalid-parameter
    json_is '.errors | length' 6 \
        '[.errors[].parameter] | sort | tostring' \
        '["base","decimal","delimiter","header","missing","nme"]'
    text 'q&missing=meen' 'x\n1\n'
    fault_is parameter missing unknown_name mean
    text 'words&missing=keep&missing_words=,none' 'x,y\n1,none\n,2\n'
    status_is 201
    json_is '[.columns[].missing] | tostring' '[1,1]'
}

@test "other words for a missing value make another dataset" {
    local cells='x;y\n1;a\n2;b\n3;a b\n4;c\n5;d\n'
    text 'w1&missing=keep&missing_words=a%20b' "$cells"
    status_is 201
    json_is .missing 1
    text 'w2&missing=keep&missing_words=a,b' "$cells"
    status_is 201
    json_is .missing 2
}

@test "every faulty line is told, with line and column, and nothing is kept" {
    local before
    before=$(kept)
    text broken 'x,y\n1,2\n3\n5,6\n7,8,9\n'
    problem_is 422 invalid-dataset
    json_is '[.errors[] | .line] | tostring' '[3,5]' \
        '.errors[0] | has("pointer")' false
    text broken 'x,y\n1,2\n3,\n'
    problem_is 422 invalid-dataset
    line_is 3 3
    text broken ''
    problem_is 422 invalid-dataset
    assert_equal "$(kept)" "$before"
    get /datasets/broken
    problem_is 404 not-found
    text broken 'x,y\n1,2\n3,4.5\n'
    status_is 201
}

@test "450 broken files of six formats: 4xx, line, column, nothing kept" {
    local before answers=$BATS_TEST_TMPDIR/answers folder=$BATS_TEST_TMPDIR/f
    mkdir "$folder"
    before=$(kept)
    python3 broken_files.py "$folder" >"$BATS_TEST_TMPDIR/list"
    while read -r name type; do
        printf -- '-sS\n-H "Content-Type: %s"\n--data-binary "@%s"\n' \
            "$type" "$folder/$name"
        printf 'url = "%s/datasets"\n' "$url"
        printf 'write-out = "\\n%s %%{http_code}\\n"\nnext\n' "$name"
    done <"$BATS_TEST_TMPDIR/list" | sed '$d' >"$BATS_TEST_TMPDIR/requests"
    curl -K "$BATS_TEST_TMPDIR/requests" >"$answers"
    assert_equal "$(grep -cE '^[a-z]+_[0-9_]+\.[a-z]+ 4[0-9][0-9]$' "$answers")" \
        "$(wc -l <"$BATS_TEST_TMPDIR/list")"
    assert_equal "$(grep -c '"errors":\[{"line":[0-9]*,"column":[0-9]*,' \
        "$answers")" "$(wc -l <"$BATS_TEST_TMPDIR/list")"
    assert_equal "$(kept)" "$before"
}

@test "files as people have them become what the list says" {
    [ -f "$files/files.json" ] || skip "no ../shared/cases/files"
    local file type query coding expect options failed=
    while IFS=$'\x1f' read -r file type query coding expect; do
        options=()
        [ -z "$coding" ] || options=(-H "Content-Encoding: $coding")
        upload "file-$file${query:+&$query}" "$type" "$files/$file" \
            "${options[@]}"
        jq -e --argjson e "$expect" --argjson status "$status" -f \
            expected_file.jq <<<"$body" >/dev/null ||
            failed+="$file: $status $body"$'\n'
    done < <(jq -r '.files[] | [.file, .content_type, .query,
        .content_encoding // "", (.expect | tojson)] | join("\u001f")' \
        "$files/files.json")
    [ -z "$failed" ] || fail "$failed"
}

@test "gzip: cut, damaged, no gzip at all, or with something behind it" {
    local gz=$BATS_TEST_TMPDIR/gz before
    before=$(kept)
    { echo x; seq 1 5000; } | gzip -c >"$gz"
    head -c 3000 "$gz" >"$gz.cut"
    upload gz text/csv "$gz.cut" -H 'Content-Encoding: gzip'
    problem_is 422 invalid-dataset
    { cat "$gz"; echo more; } >"$gz.more"
    upload gz text/csv "$gz.more" -H 'Content-Encoding: gzip'
    problem_is 422 invalid-dataset
    { head -c 2000 "$gz"; printf abcd; tail -c +2005 "$gz"; } >"$gz.hurt"
    upload gz text/csv "$gz.hurt" -H 'Content-Encoding: gzip'
    problem_is 422 invalid-dataset
    text gz 'x\n1\n' -H 'Content-Encoding: gzip'
    problem_is 422 invalid-dataset
    text gz 'x\n1\n' -H 'Content-Encoding: br'
    problem_is 415 unsupported-media-type
    assert_equal "$(kept)" "$before"
    upload gz text/csv "$gz" -H 'Content-Encoding: gzip'
    status_is 201
    json_is .rows 5000
}

@test "a gzip bomb is 413, and leaves nothing" {
    local bomb=$BATS_TEST_TMPDIR/bomb before
    before=$(kept)
    { echo x; yes 1 | head -c 20000000; } | gzip -9c >"$bomb"
    upload bomb text/csv "$bomb" -H 'Content-Encoding: gzip'
    problem_is 413 too-large
    json_true '.limit > 0'
    assert_equal "$(kept)" "$before"
}

@test "too large is 413 with the limit: announced, and in chunks" {
    request POST /datasets -H 'Content-Type: text/csv' -H 'Expect:' \
        -H 'Content-Length: 300000001' --data-binary x
    problem_is 413 too-large
    json_is .limit 300000000
}

@test "a chunked body is taken as well" {
    { echo x; seq 1 3000; } >"$BATS_TEST_TMPDIR/text"
    upload chunks text/csv "$BATS_TEST_TMPDIR/text" \
        -H 'Transfer-Encoding: chunked'
    status_is 201
    json_is .rows 3000
}

@test "Content-Digest is checked" {
    local digest
    printf 'x\n11\n' >"$BATS_TEST_TMPDIR/text"
    digest=$(openssl dgst -sha256 -binary "$BATS_TEST_TMPDIR/text" | base64)
    upload digest text/csv "$BATS_TEST_TMPDIR/text" \
        -H "Content-Digest: sha-512=:AAAA:, sha-256=:$digest:"
    status_is 201
    printf 'x\n12\n' >"$BATS_TEST_TMPDIR/text"
    upload digest2 text/csv "$BATS_TEST_TMPDIR/text" \
        -H "Content-Digest: sha-256=:$digest:"
    problem_is 400 digest-mismatch
    upload digest2 text/csv "$BATS_TEST_TMPDIR/text" \
        -H 'Content-Digest: sha-256=:abc:'
    problem_is 400 malformed-request
    get /datasets/digest2
    problem_is 404 not-found
}

@test "the list has pages: uploaded ones from the newest on, then built-in" {
    local pages=0 cursor='' all=
    for i in 1 2 3; do text "page$i" "x\n$i\n$RANDOM$RANDOM\n"; done
    while :; do
        get "/datasets?limit=4${cursor:+&cursor=$cursor}"
        status_is 200
        json_true '.items | length <= 4'
        all+=$(jq -r '.items[].name' <<<"$body")$'\n'
        cursor=$(jq -r '.next // empty' <<<"$body")
        pages=$((pages + 1))
        [ -n "$cursor" ] || break
        [[ $(header Link) == *"cursor=$cursor"*'rel="next"' ]]
    done
    ((pages > 3))
    assert_equal "$(head -3 <<<"$all" | tr '\n' ' ')" 'page3 page2 page1 '
    assert_equal "$(grep -cx iris <<<"$all")" 1
    assert_equal "$(sort <<<"$all" | grep -v '^null$' | uniq -d)" ''
    get '/datasets?limit=500'
    json_true '.next == null' '[.items[] | has("columns")] | any | not'
    get '/datasets?cursor=nonsense'
    problem_is 400 invalid-parameter
    fault_is parameter cursor syntax
}

@test "built-in datasets are there by name, and stay" {
    get /datasets/iris
    status_is 200
    json_is .rows 150 .built_in true .id null '.columns | length' 5
    get /datasets/iris/preview
    json_is '.rows[0] | length' 5
    get /datasets/two_moons
    json_is .built_in true '.parameters[0].name' rows
    delete /datasets/iris
    problem_is 409 built-in
}

# fit_on DATASET [MEMBERS]: a line through its columns x and y.
fit_on() {
    printf '{"objective": {"type": "fit", "dataset": %s, "formula": "a + b*x",
        "target": "y", "parameters": ["a", "b"]}, "start": [0, 0],
        "optimizer": {"type": "levenberg_marquardt"}%s}' "$1" "${2-}"
}

@test "a fit takes a dataset by name or id, and keeps the id" {
    local id digest
    text line 'x,y,city\n0,6,a\n1,0,b\n2,0,b\n'
    id=$(jq -r .id <<<"$body")
    finish "$(fit_on '"line"')"
    get "/jobs/$job/result?residuals=true"
    json_true '.parameters.a - 5 | fabs < 1e-9' \
        '.parameters.b + 3 | fabs < 1e-9' '.residuals[0] - 1 | fabs < 1e-9'
    digest=$(jq -r .trace_sha256 <<<"$body")
    get "/jobs/$job/spec"
    json_is .objective.dataset "$id"
    finish "$body"
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
    local of_line=$job
    # The same numbers in the spec itself, and from a file.
    finish "$(fit_on '{"columns": {"x": [0, 1, 2], "y": [6, 0, 0]}}')"
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
    fit_on "{\"file\": \"$BATS_TEST_TMPDIR/text\"}" >"$BATS_TEST_TMPDIR/spec"
    assert_equal "$("$descentd" solve "$BATS_TEST_TMPDIR/spec" |
        jq -r .trace_sha256)" "$digest"
    # Without its dataset a job keeps its result, but has no residuals.
    delete /datasets/line
    status_is 204
    get "/jobs/$of_line/result"
    status_is 200
    get "/jobs/$of_line/result?residuals=true"
    problem_is 404 not-found
}

@test "the server reads no files; names that are not there are told" {
    post /jobs "$(fit_on '{"file": "/etc/passwd"}')"
    problem_is 422 invalid-spec
    fault_is pointer /objective/dataset/file conflict
    post /jobs "$(fit_on '"data.csv"')"
    problem_is 422 invalid-spec
    fault_is pointer /objective/dataset unknown_name
    post /jobs "$(fit_on '"ires"')"
    fault_is pointer /objective/dataset unknown_name iris
    post /jobs "$(fit_on '"ds_01m8dvmt67f5mtnpmx97fkcsgj"')"
    fault_is pointer /objective/dataset unknown_name
    post /jobs "$(fit_on '{"generated": "spirals", "rows": 10, "sed": 1}')"
    json_true '[.errors[].suggestion] | any(. == "seed")'
    text colors 'x,y\n1,red\n2,blue\n'
    post /jobs "$(fit_on '"colors"')"
    fault_is pointer /objective/dataset wrong_type
    text 'gaps&missing=keep' 'x,y\n1,2\n2,\n3,4\n'
    post /jobs "$(fit_on '"gaps"')"
    fault_is pointer /objective/dataset required
}

@test "a dataset in use is 409 with the jobs that use it" {
    local id
    text used 'x,y\n0,6\n1,0\n2,0\n'
    id=$(jq -r .id <<<"$body")
    create "{\"objective\": {\"type\": \"fit\", \"dataset\": \"used\",
        \"formula\": \"a + b*x\", \"target\": \"y\",
        \"parameters\": [\"a\", \"b\"]}, \"start\": [1, 1],
        \"optimizer\": {\"type\": \"gradient_descent\",
        \"learning_rate\": 1e-12}, \"stop\": {\"max_iterations\": 1000000000},
        \"trace\": {\"every\": 100000}}"
    delete /datasets/used
    problem_is 409 dataset-in-use
    json_is '.jobs | tostring' "[\"$job\"]"
    wait_for_state running
    delete "/datasets/$id"
    problem_is 409 dataset-in-use
    post "/jobs/$job/cancel"
    wait_for_state canceled
    delete "/datasets/$id"
    status_is 204
    get /datasets/used
    problem_is 404 not-found
    delete /datasets/used
    problem_is 404 not-found
    eventually [ ! -e "$database-datasets/$id" ]
    post /jobs "$(fit_on '"used"')"
    fault_is pointer /objective/dataset unknown_name
}

@test "a client that goes away in the middle leaves nothing" {
    local before
    before=$(kept)
    { printf 'POST /datasets HTTP/1.1\r\nHost: localhost\r\n'
      printf 'Content-Type: text/csv\r\nContent-Length: 100000000\r\n\r\nx\n'
      seq 1 200000; } |
        timeout 5 nc -q 0 127.0.0.1 "${url##*:}" >/dev/null || true
    eventually nothing_is_in_the_making
    assert_equal "$(kept)" "$before"
    get /livez
    status_is 200
}

@test "200 MB: bounded memory, and the server answers meanwhile" {
    local before after worst
    { echo a,b,c; yes '12345.678,87654,0.25' | head -c 200000000; } \
        >"$BATS_TEST_TMPDIR/big"
    sed -i '$d' "$BATS_TEST_TMPDIR/big"
    before=$(awk '/VmHWM/ { print $2 }' "/proc/$server/status")
    upload big text/csv "$BATS_TEST_TMPDIR/big" &
    local uploading=$!
    while kill -0 $uploading 2>/dev/null; do
        curl -sS -o /dev/null -w '%{time_total}\n' "$url/livez"
    done >"$BATS_TEST_TMPDIR/times"
    wait $uploading
    get /datasets/big
    status_is 200
    json_is .rows 9523809
    after=$(awk '/VmHWM/ { print $2 }' "/proc/$server/status")
    worst=$(sort -n "$BATS_TEST_TMPDIR/times" | tail -1)
    echo "# measured: 200 MB: $((after - before)) kB more at most; /livez at most" \
        "$worst s" >&3
    [[ $descentd != */test/* && $descentd != */release/* ]] ||
        ((after - before <= 8192))
}
