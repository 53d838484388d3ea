# list.bats - GET /jobs: filters, order, pages.
load helpers

# Jobs 1 to 9: names, tags, optimizers, objectives and priorities from the
# table; those without "queued" ran on a first server, the others stay in the
# queue of a second one that has no workers. Job 9 is canceled.
setup_file() {
    start_server --workers 2
    make_job alpha '["red"]' gradient_descent 5 0.03
    make_job Beta '["red", "blue"]' sgd 1 0.03
    make_job gamma '["blue"]' adam 3 0.03
    make_job '100%' '[]' sgd 0 0.17
    make_rosenbrock
    stop_server
    start_server --workers 0
    make_job delta '["red"]' gradient_descent -2 0.03 queued
    make_job epsilon '[]' gradient_descent 2 0.03 queued
    create "$(parabola 0.03)" # without a name
    make_job zeta '["blue"]' gradient_descent 9 0.03 queued
    request POST "/jobs/$job/cancel"
    status_is 202
}

teardown_file() {
    stop_server
}

make_job() { # NAME TAGS OPTIMIZER PRIORITY RATE [queued]
    post /jobs "$(parabola "$5" '"name": "'"$1"'", "tags": '"$2"',
        "priority": '"$4" | sed "s/gradient_descent/$3/")"
    status_is 202
    take_id
    [ -n "${6-}" ] || wait_for_state completed
}

make_rosenbrock() {
    finish '{"name": "valley", "objective": {"type": "function",
        "name": "rosenbrock"}, "optimizer": {"type": "adam"},
        "stop": {"max_iterations": 10}}'
}

# names QUERY EXPECTED: the names of the jobs, sorted.
names() {
    get "/jobs?$1"
    status_is 200
    json_is '[.items[] | .name // "-"] | sort | join(" ")' "$2" .next null
}

# ordered QUERY EXPECTED: the names as they come.
ordered() {
    get "/jobs?$1"
    status_is 200
    json_is '[.items[] | .name // "-"] | join(" ")' "$2"
}

# The ids of the jobs as they come.
ids() {
    grep -o '"id":"[^"]*"' <<<"$body" | paste -sd ' '
}

# refused QUERY PARAMETER CODE [SUGGESTION]: the one fault there is.
refused() {
    get "/jobs?$1"
    problem_is 400 invalid-parameter
    fault_is parameter "$2" "$3" "${4-}"
}

@test "without a filter all jobs come, the newest first, as full documents" {
    ordered '' 'zeta - epsilon delta valley 100% gamma Beta alpha'
    json_is .next null
    assert_equal "$(header Link)" ''
    json_true '.items | all(has("state") and has("progress") and has("links"))'
}

@test "by state: one, several, and none twice" {
    names state=queued '- delta epsilon'
    names state=canceled zeta
    names state=completed '100% Beta alpha gamma valley'
    names state=queued,canceled '- delta epsilon zeta'
    names state=canceled,completed '100% Beta alpha gamma valley zeta'
    names state=failed ''
    names state=queued,queued '- delta epsilon'
}

@test "by outcome: one, several, and only of jobs that have one" {
    names outcome=converged 'Beta alpha gamma'
    names outcome=diverged '100%'
    names outcome=budget valley
    names outcome=budget,diverged '100% valley'
    names 'outcome=converged&state=queued' ''
    names 'outcome=converged&tag=red' 'Beta alpha'
    get /jobs
    json_is '.counts | [.converged, .budget, .diverged] | tostring' '[3,1,1]'
}

@test "by tag, optimizer and objective" {
    names tag=red 'Beta alpha delta'
    names tag=blue 'Beta gamma zeta'
    names tag=re ''
    names optimizer=sgd '100% Beta'
    names objective=function valley
    names optimizer=adam 'gamma valley'
}

@test "by a part of the name, whatever the case, and nothing in it is special" {
    names q=ETA 'Beta zeta'
    names q=a 'Beta alpha delta gamma valley zeta'
    names q=%25 '100%'
    names q=_ ''
}

@test "filters hold together" {
    names 'tag=red&state=completed&q=a&optimizer=sgd' Beta
    names 'tag=blue&state=queued' ''
}

@test "by time of creation, its ends left out" {
    local first last
    get '/jobs?sort=created_at'
    first=$(jq -r '.items[0].created_at' <<<"$body")
    last=$(jq -r '.items[-1].created_at' <<<"$body")
    get "/jobs?created_after=$first&created_before=$last"
    json_true '.items | all(.name != "alpha" and .name != "zeta")' \
        '.items | length >= 5'
    names "created_before=$first" ''
    names "created_after=$last" ''
    get '/jobs?created_after=2020-01-01T00:00:00Z&limit=500'
    json_is '.items | length' 9
    get '/jobs?created_before=2020-01-01T00:00:00%2B01:00'
    json_is '.items | length' 0
}

@test "in the order of creation, name, priority, iterations and loss, both ways" {
    ordered sort=created_at 'alpha Beta gamma 100% valley delta epsilon - zeta'
    ordered sort=-created_at 'zeta - epsilon delta valley 100% gamma Beta alpha'
    ordered sort=name '100% Beta alpha delta epsilon gamma valley zeta -'
    ordered sort=-name 'zeta valley gamma epsilon delta alpha Beta 100% -'
    get '/jobs?sort=priority'
    json_is '[.items[].priority] | tostring' '[-2,0,0,0,1,2,3,5,9]'
    get '/jobs?sort=-priority'
    json_is '[.items[].priority] | tostring' '[9,5,3,2,1,0,0,0,-2]'
    get '/jobs?sort=loss&state=completed'
    json_true '[.items[].current.loss] | . == sort'
    get '/jobs?sort=-loss&state=completed'
    json_true '[.items[].current.loss] | . == (sort | reverse)' \
        '.items[0].name == "100%"'
    get '/jobs?sort=iterations&state=completed'
    json_true '[.items[].progress.iteration] | . == sort'
    get '/jobs?sort=-iterations&state=completed'
    json_true '[.items[].progress.iteration] | . == (sort | reverse)'
}

@test "pages lead through all jobs, none twice, in every order" {
    local order cursor all pages
    for order in -created_at created_at name -name priority -priority \
        iterations -iterations loss -loss; do
        get "/jobs?sort=$order"
        all=$(ids)
        cursor='' pages=''
        while :; do
            get "/jobs?sort=$order&limit=4${cursor:+&cursor=$cursor}"
            status_is 200
            pages+=${pages:+ }$(ids)
            [[ $body =~ \"next\":\"([^\"]+)\"\}$ ]] || break
            cursor=${BASH_REMATCH[1]}
        done
        assert_equal "$pages" "$all"
    done
}

@test "the Link header leads to the next page, with the same filters" {
    local link
    get '/jobs?state=completed&sort=created_at&limit=2'
    link=$(header Link)
    [[ $link =~ ^\<(/jobs\?[^\>]*)\>\;\ rel=\"next\"$ ]] || fail "Link: $link"
    get "${BASH_REMATCH[1]}"
    json_is '[.items[].name] | join(" ")' 'gamma 100%'
    link=$(header Link)
    [[ $link =~ ^\<(/jobs\?[^\>]*)\>\;\ rel=\"next\"$ ]] || fail "Link: $link"
    get "${BASH_REMATCH[1]}"
    json_is '[.items[].name] | join(" ")' valley .next null
    assert_equal "$(header Link)" ''
}

@test "a page that is just full has no next one" {
    get '/jobs?limit=9'
    json_is '.items | length' 9 .next null
    get '/jobs?limit=8'
    json_true '.next != null'
}

@test "a list says how many jobs the whole store has, by state and outcome" {
    local filter
    for filter in '' 'tag=red&limit=1' 'q=nothing'; do
        get "/jobs?$filter"
        json_is '.counts | tojson' '{"queued":3,"running":0,"completed":5,'\
'"failed":0,"canceled":1,"converged":3,"budget":1,"diverged":1}'
    done
}

@test "named jobs come as they are named; those that are gone are told" {
    local all some gone=job_00000000000000000000000000
    get /jobs
    mapfile -t all < <(jq -r '.items[].id' <<<"$body")
    some=${all[6]},$gone,${all[0]}
    get "/jobs?ids=$some"
    status_is 200
    json_is '[.items[].id] | join(",")' "${all[6]},${all[0]}" \
        '.missing | join(",")' "$gone" .next null .counts.queued 3
    get "/jobs?ids=${all[0]}"
    json_is '.items[0].id' "${all[0]}" '.missing | length' 0
    refused ids= ids required
    refused "ids=${all[0]}," ids required
    refused "ids=${all[0]},${all[0]}" ids duplicate
    refused "ids=$gone,$gone" ids duplicate
    refused ids=job_1 ids unknown_name
    refused "ids=$(printf "$gone,%.0s" {1..100})$gone" ids too_large
    refused "ids=${all[0]}&state=queued" state conflict
    refused "ids=${all[0]}&limit=5" limit conflict
}

@test "a sparkline is the loss in few points, its ends and extremes among them" {
    local job
    get '/jobs?sparkline=5&sort=created_at'
    json_true '.items[:5] | all(.sparkline.loss | length >= 2 and length <= 5)' \
        '.items[5:] | all(.sparkline == null)'
    for job in $(jq -r '.items[:5][].id' <<<"$body"); do
        get "/jobs?ids=$job&sparkline=64"
        jq -c '.items[0].sparkline.loss' <<<"$body" >"$BATS_TEST_TMPDIR/drawn"
        get "/jobs/$job/trace?fields=loss"
        json_true '.next == null'
        jq -ce --slurpfile drawn "$BATS_TEST_TMPDIR/drawn" '.columns.loss as $all
            | $drawn[0] | length <= 64 and .[0] == $all[0]
                and .[-1] == $all[-1] and min == ($all | min)
                and max == ($all | max)
                and (length == 64 or . == $all)' <<<"$body" ||
            fail "$(<"$BATS_TEST_TMPDIR/drawn") of $body"
    done
    get '/jobs?state=queued'
    json_true '.items | all(has("sparkline") | not)'
    refused sparkline=1 sparkline out_of_range
    refused sparkline=65 sparkline out_of_range
    refused sparkline=yes sparkline out_of_range
}

@test "bad parameters are named" {
    refused state=runing state unknown_name running
    refused state= state unknown_name
    refused outcome=convergd outcome unknown_name converged
    refused outcome=completed outcome unknown_name
    refused sort=nmae sort unknown_name name
    refused sort=--name sort unknown_name
    refused limit=0 limit out_of_range
    refused limit=501 limit out_of_range
    refused limit=1x limit out_of_range
    refused limit=%2B5 limit out_of_range
    refused limit=99999999999999999999 limit out_of_range
    refused created_after=yesterday created_after syntax
    refused created_before=2026-02-30T00:00:00Z created_before syntax
    refused cursor=nonsense cursor syntax
    refused colour=red colour unknown_name
    refused 'limit=1&limit=2' limit duplicate
}

@test "a cursor of another order is no cursor" {
    get '/jobs?sort=name&limit=2'
    local cursor
    cursor=$(jq -r .next <<<"$body")
    refused "sort=priority&cursor=$cursor" cursor syntax
    refused "sort=-name&cursor=$cursor" cursor syntax
}

@test "all bad parameters come at once" {
    local query='state=x,queud&sort=y&limit=-1&limit=2&colour=red'
    get "/jobs?$query&created_after=z&created_before=z"
    problem_is 400 invalid-parameter
    json_is '[.errors[].parameter] | sort | join(" ")' \
        'colour created_after created_before limit limit sort state state' \
        .detail '8 faults'
}

@test "times are of any zone, as Python writes them" {
    local time
    for time in 2000-01-01T00:00:00.123456%2B00:00 2000-01-01t00:00:00z \
        2000-01-01T00:00:00%2B01:00 2000-01-01T00:00:00+01:00 \
        2000-01-01T00:00:00-08:00; do
        get "/jobs?created_after=$time"
        status_is 200
    done
    refused created_after=2000-01-01T00:00:00 created_after syntax
}

@test "ids of one millisecond are in the order of their posting" {
    local ids
    for _ in 1 2 3 4 5 6; do # over one connection, so that they come quickly
        seq 40 | sed "s|.*|url=$url/jobs|" |
            curl -sS -K - -d "$(parabola 0.03)"
    done | jq -r .id >"$BATS_TEST_TMPDIR/ids"
    ids=$(<"$BATS_TEST_TMPDIR/ids")
    assert_equal "$(wc -l <<<"$ids")" 240
    assert_equal "$(LC_ALL=C sort -u <<<"$ids")" "$ids"
}
