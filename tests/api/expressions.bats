# expressions.bats - formulas: their language, looking at one, minimising it.
load helpers

setup_file() {
    start_server --workers 1
}

teardown_file() {
    stop_server
}

# check BODY: POST /expressions/check.
check() {
    post /expressions/check "$1"
}

@test "the language is there as data, and can be cached" {
    get /expressions
    status_is 200
    header_is Cache-Control 'public, max-age=3600'
    json_true '.functions | map(.name) | . == sort and . == unique' \
        '[.functions[], .operators[], .constants[], .examples[]]
            | all(.sentence | length > 0)' \
        '.functions | all(.arguments | length > 0)'
    json_is '.functions[] | select(.name == "atan2") | .arguments' 'y, x' \
        '.operators[] | select(.name == "^") | .precedence, .associates' '8
right' \
        '.aliases[] | select(.name == "ln") | .meaning' log \
        '.limits' '{"bytes":4096,"operations":4096,"depth":64,"sums_within_sums":8,"counters":64,"lets":64,"let_elements":1000000,"indices_among_data":64,"points":10000000,"work":100000000,"name_bytes":64,"dimension":1000000}'
    get /expressions -H "If-None-Match: $(header ETag)"
    status_is 304
}

@test "the grammar is the README's" {
    get /expressions
    assert_equal "$(jq -r '.grammar[]' <<<"$body")" \
        "$(sed -n '/^```ebnf/,/^```$/p' ../../core/expression/README.md |
            sed '1d;$d')"
}

@test "every example of the language is good" {
    local example
    get /expressions
    while read -r example; do
        check "$example"
        status_is 200
        json_true '.form | length > 0'
    done < <(jq -c '.examples[] | del(.sentence)
        | with_entries(select(.value != null))' <<<"$body")
}

# f(1, 2) = 2 + 4 and its gradient (2 + 2, 1) for x^2 y + y^2 x, by hand:
# f = 1*2 + 4*1 = 6, f_x = 2xy + y^2 = 8, f_y = x^2 + 2xy = 5.
@test "a formula is shown as understood, with gradients beside differences" {
    check '{"expression": "x^2*y + y^2*x", "variables": ["x", "y"],
        "points": [[1, 2], [0, 0]]}'
    status_is 200
    json_is .form '(((x ^ 2) * y) + ((y ^ 2) * x))' .dimension 2 \
        .variables '[{"name":"x","size":1},{"name":"y","size":1}]' \
        '.points | length' 2 .points[0].x '[1,2]' .points[0].loss 6 \
        .points[0].gradient '[8,5]' .points[0].nonfinite '[]' \
        .points[1].gradient '[0,0]'
    json_true '.points[0] | [.gradient, .finite_difference] | transpose
        | all(.[0] - .[1] | fabs < 1e-8)'
}

# 3 * 2^2 + log(e) - 1/2 = 12.5; its derivative 6x - 1/x^2 * ... by hand:
# f = 3x^2 + 1 - 1/x, f' = 6x + 1/x^2 = 12.25 at 2.
@test "a formula is taken as it was pasted, and shown as it was understood" {
    check '{"expression": "f(x) = 3x² + np.log(math.e) − 1/x**1",
        "variables": ["x"], "points": [[2]]}'
    status_is 200
    json_is .form '(((3 * (x ^ 2)) + log(e)) - (1 / (x ^ 1)))' \
        .points[0].loss 12.5 .points[0].gradient '[12.25]'
    check '{"expression": "if(x > 1 && !(x == 2) or x < 0, ln(x), sigmoid(x))",
        "variables": ["x"], "points": [[0]]}'
    status_is 200
    json_is .form 'if((((x > 1) and (not (x == 2))) or (x < 0)), log(x), logistic(x))' \
        .points[0].loss 0.5
}

@test "what can mean two things is asked, with line and column" {
    check '{"expression": "x +\n1/2x", "variables": ["x"]}'
    status_is 422
    json_is .errors[0].pointer /expression .errors[0].line 2 \
        .errors[0].column 4 .errors[0].code syntax
    json_true '.errors[0].detail | contains("a/b*c, or a/(b*c)")'
    check '{"expression": "acot(x) + sinhh(x)", "variables": ["x"]}'
    status_is 422
    json_is '.errors | map(.suggestion)' '[null,"sinh"]' \
        '.errors | map(.column)' '[1,11]'
}

@test "vectors, matrices and constants come by name" {
    check '{"expression": "sum(i, 1, length(A), (dot(A[i], x) - b[i])^2) + c*y",
        "variables": {"x": 2, "y": 1}, "points": [[1, 1, 3]],
        "constants": {"A": [[1, 2], [3, 4]], "b": [1, 2], "c": 10}}'
    status_is 200
    # (3 - 1)^2 + (7 - 2)^2 + 30; 2*2*(1, 2) + 2*5*(3, 4)
    json_is .points[0].loss 59 .points[0].gradient '[34,48,10]' \
        .variables '[{"name":"x","size":2},{"name":"y","size":1}]'
}

@test "without points there is the form alone" {
    check '{"expression": "-x^2", "variables": ["x"]}'
    status_is 200
    json_is .form '(-(x ^ 2))' .points '[]'
}

@test "what is not finite is null, and named" {
    check '{"expression": "log(x)", "variables": ["x"], "points": [[0], [-1]]}'
    status_is 200
    json_is .points[0].loss null .points[0].gradient '[null]' \
        '.points[0].nonfinite | map(select(.field == "loss"))[0].value' -inf \
        '.points[0].nonfinite | map(select(.field == "gradient.0"))[0].value' \
        +inf \
        '.points[1].nonfinite | map(.field)' \
        '["loss","finite_difference.0"]'
}

@test "a faulty formula gets line, column and a caret" {
    check '{"expression": "x +\n2 * * y", "variables": ["x", "y"]}'
    problem_is 422 invalid-expression
    fault_is pointer /expression syntax
    json_is '.errors[0].detail' 'line 2, column 5: a number, a name or ( is needed here
2 * * y
    ^'
}

@test "all faults of a check are named at once" {
    check '{"expression": "sqrrt(x) + q + z[4]", "variables": {"x": 1, "z": 3},
        "point": []}'
    problem_is 422 invalid-expression
    json_is '[.errors[] | [.pointer, .code, .suggestion]]' \
        '[["/expression","unknown_name","sqrt"],["/expression","unknown_name",null],["/expression","out_of_range",null],["/point","unknown_member","points"]]'
    check '{}'
    problem_is 422 invalid-expression
    json_is '[.errors[] | [.pointer, .code]]' \
        '[["/expression","required"],["/variables","required"]]'
    check '{"expression": "x", "variables": ["x"], "points": [[1, 2], 3, []]}'
    problem_is 422 invalid-expression
    json_is '[.errors[] | [.pointer, .code]]' \
        '[["/points/0","wrong_size"],["/points/1","wrong_type"],["/points/2","wrong_size"]]'
}

@test "names are spelt and used once" {
    check '{"expression": "1", "variables": ["x", "x", "exp", "2y"],
        "constants": {"x": 1, "pi": 3, "v": [], "t": "1", "": 2}}'
    problem_is 422 invalid-expression
    json_is '[.errors[] | [.pointer, .code]]' \
        '[["/constants/v","wrong_size"],["/constants/t","wrong_type"]]'
    check '{"expression": "1", "variables": ["x", "x", "exp", "2y"],
        "constants": {"x": 1, "pi": 3, "": 2}}'
    problem_is 422 invalid-expression
    json_is '[.errors[] | [.pointer, .code]]' \
        '[["/variables/2","conflict"],["/variables/3","out_of_range"],["/constants/pi","conflict"],["/constants/","out_of_range"],["/variables/1","duplicate"],["/constants/x","conflict"]]'
}

@test "a body that is no JSON gets its line and column" {
    check '{"expression": }'
    problem_is 400 malformed-json
    json_is .line 1 .column 16
}

@test "the work of a check has a limit" {
    local points
    check '{"expression": "sum(i, 1, 2000000, i*x[1])", "variables": {"x": 10},
        "points": [[1,1,1,1,1,1,1,1,1,1]]}'
    problem_is 422 invalid-expression
    fault_is pointer /points too_large
    points=$(jq -nc '[range(101) | [1]]')
    check '{"expression": "x", "variables": ["x"], "points": '"$points"'}'
    problem_is 422 invalid-expression
    fault_is pointer /points too_large
    points=$(jq -nc '[range(100) | [1]]')
    check '{"expression": "x", "variables": ["x"], "points": '"$points"'}'
    status_is 200
}

# The README's own: 6(x - 1)^2 + 9(y - 7/9)^2 - 76/9.
@test "a formula is minimised, and its spec can be posted again" {
    local spec digest
    spec='{"objective": {"type": "expression",
            "expression": "6*x^2 + 9*y^2 - 12*x - 14*y + c",
            "variables": ["x", "y"], "constants": {"c": 3}},
        "start": [-5, 5], "optimizer": {"type": "bfgs"}}'
    finish "$spec"
    get "/jobs/$job/result"
    json_true '.x[0] - 1 | fabs < 1e-6' '.x[1] - 7/9 | fabs < 1e-6' \
        '.loss + 76/9 | fabs < 1e-12'
    digest=$(jq -r .trace_sha256 <<<"$body")
    get "/jobs/$job/spec"
    json_is .objective '{"type":"expression","expression":"6*x^2 + 9*y^2 - 12*x - 14*y + c","variables":["x","y"],"constants":{"c":3}}'
    finish "$body"
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
    get '/jobs?objective=expression'
    json_is '.items | length' 2
}

@test "a formula has no default start, and its faults are the spec's" {
    post /jobs '{"objective": {"type": "expression", "expression": "x[3]",
        "variables": {"x": 2}}, "optimizer": {"type": "adam"}}'
    problem_is 422 invalid-spec
    fault_is pointer /objective/expression out_of_range
    post /jobs '{"objective": {"type": "expression", "expression": "x[2]",
        "variables": {"x": 2}}, "optimizer": {"type": "adam"}}'
    problem_is 422 invalid-spec
    fault_is pointer /start required
}

@test "a run into a pole ends as diverged, not as a crash" {
    finish '{"objective": {"type": "expression", "expression": "log(x) - x",
        "variables": ["x"]}, "start": [0.5], "optimizer":
        {"type": "gradient_descent", "learning_rate": 1}}'
    json_is .outcome.class diverged
}

@test "let, matrices and indices among data are shown as understood" {
    check '{"expression": "let h[j]=W[j,1]*x; h[p[1]]+log_sum_exp(h)",
        "variables": {"W": [2, 2], "x": 1}, "constants": {"p": [2, 1]},
        "points": [[1, 2, 3, 4, 5]]}'
    status_is 200
    json_is .form 'let h[j] = (W[j, 1] * x); (h[p[1]] + log_sum_exp(h))' \
        .variables '[{"name":"W","size":4,"shape":[2,2]},{"name":"x","size":1}]'
    # 15 + log(e^5 + e^15); dx = 3 + (e^5 + 3 e^15)/(e^5 + e^15)
    json_true '.points[0] | .loss - 30.000045398899218 | fabs < 1e-12' \
        '.points[0] | .gradient[4] - 5.99990920426259 | fabs < 1e-12' \
        '.points[0] | [.gradient, .finite_difference] | transpose
            | all(.[0] - .[1] | fabs < 1e-6)'
    check '{"expression": "let h[j] = y; h[1]", "variables": ["y"]}'
    problem_is 422 invalid-expression
}

@test "the variables of a formula stand in its heading, where there are none" {
    check '{"expression": "f(x, y) = x^2 + 3*y", "points": [[2, 5]]}'
    status_is 200
    json_is .variables '[{"name":"x","size":1},{"name":"y","size":1}]' \
        '.points[0].loss' 19 .form "$(jq -nr '"((x ^ 2) + (3 * y))"')"
    check '{"expression": "g = x^2"}'
    fault_is pointer /variables required
    check '{"expression": "f(x) == 2"}'
    fault_is pointer /variables required
    check '{"expression": "f(x) = x + y", "variables": ["y"]}'
    problem_is 422 invalid-expression
}

@test "a Greek letter is told its Latin name" {
    check '{"expression": "a", "variables": ["α"]}'
    fault_is pointer /variables/0 out_of_range alpha
    assert_regex "$(jq -r '.errors[0].detail' <<<"$body")" \
        'letters are A to Z and a to z$'
    check '{"expression": "x + Ω^2", "variables": ["x"]}'
    fault_is pointer /expression syntax Omega
    check '{"expression": "x + ς", "variables": ["x"]}'
    fault_is pointer /expression syntax sigma
}

@test "x[0] is told where counting begins" {
    check '{"expression": "x[0]^2", "variables": {"x": 2}}'
    assert_regex "$(jq -r '.errors[0].detail' <<<"$body")" \
        'it must be in 1 \.\.\. 2: counting begins at 1'
    check '{"expression": "sum(i, 0, 1, x[i])", "variables": {"x": 2}}'
    assert_regex "$(jq -r '.errors[0].detail' <<<"$body")" \
        'counting begins at 1'
}
