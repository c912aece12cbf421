//! Pages, export and figures of the log.

use super::*;

on_both!(
    values_keep_their_digits,
    the_whole_log_is_paged_through_in_its_order,
    a_list_is_narrowed_down,
    the_export_is_no_formula_and_no_page,
    the_export_can_be_made_for_a_spreadsheet_with_a_decimal_comma,
    figures_count_what_was_recorded
);

async fn read(gateway: &Gateway, path: &str) -> Value {
    let answer = gateway.get(path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

fn names(page: &Value) -> Vec<&str> {
    page["entries"].as_array().unwrap().iter().map(|entry| entry["key"].as_str().unwrap()).collect()
}

async fn values_keep_their_digits(place: Place) {
    let gateway = log(&place).await;
    let text = intent("k1").to_string().replace(
        "\"changes\":[]",
        r#""changes":[{"path":"/total","before":1234.560,"after":9007199254740993},{"path":"/note","before":null,"after":""},{"path":"/lines/0","after":{"a":[1.50]}},{"path":"/gone","before":"x"}]"#,
    );
    assert_eq!(append_text(&gateway, &text).await.0, 201);
    let page = read(&gateway, "/api/audit").await;
    assert_eq!(
        page["entries"][0]["changes"],
        json!([
            { "path": "/total", "before": "1234.560", "after": "9007199254740993", "cut": false },
            { "path": "/note", "before": "null", "after": "\"\"", "cut": false },
            { "path": "/lines/0", "before": null, "after": "{\"a\":[1.50]}", "cut": false },
            { "path": "/gone", "before": "\"x\"", "after": null, "cut": false },
        ])
    );
    let csv = gateway.get("/api/audit.csv").send().await.unwrap().text().await.unwrap();
    assert!(csv.contains(",/total,1234.560,9007199254740993,k1\r\n"), "{csv}");
}

async fn the_whole_log_is_paged_through_in_its_order(place: Place) {
    let gateway = log(&place).await;
    for at in 0..57 {
        assert_eq!(append(&gateway, &intent(&format!("k{at}"))).await.0, 201);
    }
    let (mut found, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = read(&gateway, &format!("/api/audit?limit=5{after}")).await;
        found.extend(names(&page).into_iter().map(str::to_owned));
        pages += 1;
        // What comes in meanwhile neither shifts nor repeats anything.
        append(&gateway, &intent(&format!("later{pages}"))).await;
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let expected: Vec<String> = (0..57).rev().map(|at| format!("k{at}")).collect();
    assert_eq!((found, pages), (expected, 12));
}

async fn a_list_is_narrowed_down(place: Place) {
    let gateway = log(&place).await;
    append(&gateway, &intent("k1")).await;
    append(&gateway, &with(&with(&intent("k2"), "run", json!("run/2 &x=1")), "who", json!("Grace Hopper"))).await;
    append(&gateway, &with(&intent("k3"), "flow", json!("wf_2"))).await;
    // Told out of order: what was known last counts.
    append(&gateway, &with(&outcome("k1", "accepted"), "client_at", json!(1_700_000_070_000i64))).await;
    append(&gateway, &outcome("k1", "not_confirmed")).await;
    assert_eq!(append(&gateway, &with(&outcome("k2", "decided_by_another"), "run", json!("run/2 &x=1"))).await.0, 201);
    for (query, expected) in [
        ("", vec!["k3", "k2", "k1"]),
        ("connection=retab", vec!["k3", "k2", "k1"]),
        ("connection=other", vec![]),
        ("connection=retab&flow=wf_2", vec!["k3"]),
        ("run=run%2F2%20%26x%3D1", vec!["k2"]),
        ("run=run_1&review=node-1&flow=wf_1", vec!["k1"]),
        ("who=Grace+Hopper", vec!["k2"]),
        ("who=%27+OR+1%3D1+--", vec![]),
        ("outcome=accepted", vec!["k1"]),
        ("outcome=not_confirmed", vec![]),
        ("outcome=unknown", vec!["k3"]),
        ("from=2020-01-01T00:00:00Z", vec!["k3", "k2", "k1"]),
        ("to=2020-01-01T00:00:00Z", vec![]),
        ("from=2999-01-01T00:00:00Z", vec![]),
    ] {
        assert_eq!(names(&read(&gateway, &format!("/api/audit?{query}")).await), expected, "{query}");
        let csv = gateway.get(&format!("/api/audit.csv?{query}")).send().await.unwrap().text().await.unwrap();
        let keys: Vec<&str> = csv.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
        assert_eq!(keys, expected, "{query}");
    }
    let outcomes = read(&gateway, "/api/audit?outcome=accepted").await["entries"][0]["outcomes"].clone();
    let words: Vec<&str> = outcomes.as_array().unwrap().iter().map(|outcome| outcome["outcome"].as_str().unwrap()).collect();
    assert_eq!(words, ["not_confirmed", "accepted"]);
    for query in ["outcome=fine", "from=yesterday", "limit=0", "limit=201", "limit=x", "after=x", "page=2", "run=a&run=b"] {
        let answer = gateway.get(&format!("/api/audit?{query}")).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{query}");
        detail(answer).await;
    }
    assert_eq!(gateway.get("/api/audit.csv?limit=5").send().await.unwrap().status(), 400);
}

async fn the_export_is_no_formula_and_no_page(place: Place) {
    let gateway = log(&place).await;
    let hostile =
        with(&with(&intent("k1"), "who", json!("=HYPERLINK(\"http://evil.example\")")), "reason", json!("line one\nsays \"no\", twice"));
    append(&gateway, &with(&hostile, "changes", json!([{ "path": "/total", "before": -5, "after": "@SUM(A1)" }]))).await;
    let answer = gateway.get("/api/audit.csv").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let text = answer.text().await.unwrap();
    let mut lines = csv_lines(text.strip_prefix('\u{feff}').expect("a mark for Excel"));
    let head = lines.remove(0);
    let cell = |name: &str| lines[0][head.iter().position(|column| column == name).unwrap()].clone();
    assert_eq!(lines.len(), 1);
    assert_eq!(cell("who (self-declared)"), "'=HYPERLINK(\"http://evil.example\")");
    assert_eq!(cell("reason"), "line one\nsays \"no\", twice");
    assert_eq!((cell("before"), cell("after")), ("-5".into(), "'@SUM(A1)".into()));
    assert_eq!(cell("waiting since"), "2023-11-14T22:13:20Z");
}

async fn the_export_can_be_made_for_a_spreadsheet_with_a_decimal_comma(place: Place) {
    let gateway = log(&place).await;
    append(&gateway, &intent("k1")).await;
    let text = |word: &'static str| {
        let call = gateway.get(&format!("/api/audit.csv?separator={word}"));
        async move { call.send().await.unwrap().text().await.unwrap() }
    };
    assert!(text("semicolon").await.contains("at;who (self-declared);connection;"));
    assert!(text("tab").await.contains("at\twho (self-declared)\tconnection\t"));
    assert_eq!(gateway.get("/api/audit.csv?separator=pipe").send().await.unwrap().status(), 400);
}

/// RFC 4180, written anew: the reader must not share the writer's mistakes.
fn csv_lines(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut rest = text.chars().peekable();
    while let Some(one) = rest.next() {
        match (one, quoted) {
            ('"', true) if rest.peek() == Some(&'"') => cell.push(rest.next().unwrap()),
            ('"', _) => quoted = !quoted,
            (',', false) => line.push(std::mem::take(&mut cell)),
            ('\r', false) if rest.peek() == Some(&'\n') => {
                rest.next();
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            (other, _) => cell.push(other),
        }
    }
    lines
}

async fn figures_count_what_was_recorded(place: Place) {
    let gateway = log(&place).await;
    let since = |entry: &Value, minutes: i64| with(entry, "waiting_since", json!(1_700_000_000_000i64 - minutes * 60_000));
    for (key, minutes, path, word) in [
        ("k1", 10, Some("/lines/0/amount"), "accepted"),
        ("k2", 20, Some("/lines/7/amount"), "accepted"),
        ("k3", 30, None, "already_mine"),
        ("k4", 40, Some("/lines/1/amount"), "decided_by_another"),
    ] {
        let changes = path.map_or(json!([]), |path| json!([{ "path": path, "before": 1, "after": 2 }]));
        append(&gateway, &with(&since(&intent(key), minutes), "changes", changes)).await;
        append(&gateway, &with(&since(&outcome(key, word), minutes), "recorded_at", json!(1_700_000_000_000i64))).await;
    }
    for (key, reason) in [("r1", json!("wrong supplier")), ("r2", json!("wrong supplier")), ("r3", Value::Null)] {
        let entry = with(&with(&intent(key), "decision", json!("reject")), "reason", reason);
        let entry = with(&entry, "waiting_since", Value::Null);
        append(&gateway, &with(&entry, "flow", json!("wf_2"))).await;
        append(&gateway, &with(&with(&entry, "kind", json!("outcome")), "outcome", json!("accepted"))).await;
    }
    // Two clocks that do not agree: recorded a minute before it waited.
    append(&gateway, &since(&intent("k5"), -1)).await;
    append(&gateway, &with(&since(&outcome("k5", "accepted"), -1), "recorded_at", json!(1_700_000_000_000i64))).await;
    append(&gateway, &intent("open")).await;
    let figures = read(&gateway, "/api/audit/figures?days=7").await;
    assert_eq!(figures["decisions"], 9);
    assert_eq!(
        figures["sum"],
        json!({ "recorded": 7, "approved": 2, "edited": 2, "rejected": 3, "timed": 3, "median": 1_200_000, "p90": 1_800_000 })
    );
    assert_eq!(
        figures["outcomes"],
        json!([
            { "outcome": "accepted", "count": 6 },
            { "outcome": "already_mine", "count": 1 },
            { "outcome": "decided_by_another", "count": 1 },
            { "outcome": "unknown", "count": 1 },
        ])
    );
    assert_eq!(figures["fields"], json!([{ "field": "/lines/*/amount", "edits": 2, "decisions": 2 }]));
    assert_eq!((&figures["reasons"], &figures["unreasoned"]), (&json!([{ "reason": "wrong supplier", "count": 2 }]), &json!(1)));
    assert_eq!(figures["flows"].as_array().unwrap().len(), 2);
    let days = figures["days"].as_array().unwrap();
    assert_eq!(days.len(), 7);
    let recorded: i64 = days.iter().flat_map(|day| ["approved", "edited", "rejected"].map(|kind| day[kind].as_i64().unwrap())).sum();
    assert_eq!(recorded, 7);

    let narrow = read(&gateway, "/api/audit/figures?days=90&connection=retab&flow=wf_2&offset=60").await;
    assert_eq!((&narrow["sum"]["recorded"], &narrow["sum"]["median"]), (&json!(3), &Value::Null));
    for query in ["", "days=8", "days=7&offset=100000", "days=7&who=x"] {
        assert_eq!(gateway.get(&format!("/api/audit/figures?{query}")).send().await.unwrap().status(), 400, "{query}");
    }
}
