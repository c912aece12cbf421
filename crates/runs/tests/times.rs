//! Times that contradict each other, and what is told of a run's time in more than one place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use runs::adapters::RunRef;
use runs::adapters::filter::Filter;
use runs::adapters::query::RunQuery;
use runs::model::{Run, RunDetail};
use runs::reading::summary::{Durations, took};
use runs::reading::timeline::{Spent, status_segments};
use runs::wire::http::{Reply, Response};
use runs::{Dialect, Status, StatusKind, Timestamp};

fn says(status: u16, body: &str) -> Reply {
    Ok(Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

fn ended(from: i64, to: i64) -> Run {
    let status = Status::new(StatusKind::Completed, "completed");
    Run { started_at: Some(Timestamp(from)), finished_at: Some(Timestamp(to)), ..Run::new("r", "f", status) }
}

fn read(dialect: Dialect, body: &str) -> RunDetail {
    let run = RunRef { id: "r".into(), flow: Some("f".into()) };
    dialect.run_adapter().get_run(&run).run_with(|request| says(if request.path.ends_with("r/steps") { 404 } else { 200 }, body)).unwrap()
}

#[test]
fn a_run_that_ends_before_it_starts_has_no_duration_and_enters_no_median() {
    let backwards = Run { duration_ms: Some(0), ..ended(5_000, 1_000) };
    assert!(backwards.ends_before_it_starts());
    assert_eq!((backwards.lasted(Some(Timestamp(9_000))), took(&backwards)), (None, None));
    let runs = [ended(0, 3_000), backwards.clone(), ended(0, 5_000), backwards.clone()];
    let durations = Durations::of(&runs).unwrap();
    assert_eq!((durations.runs, durations.median, durations.mean), (2, 4_000, 4_000));
    let longest = Filter { at_most_ms: Some(1), ..Filter::default() };
    assert!(!longest.matches(&backwards, &|text| text.to_lowercase()));
    assert!(!ended(1_000, 1_000).ends_before_it_starts(), "no time at all is a duration");
    let reviews = r#"{"id": "r", "lifecycle": {"status": "completed"}, "data": [],
        "timing": {"created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:09Z", "completed_at": "2026-01-01T00:00:01Z"}}"#;
    let detail = read(Dialect::RetabReviews, reviews);
    assert_eq!((detail.run.duration_ms, detail.run.ends_before_it_starts()), (None, true));
}

#[test]
fn equal_times_of_a_status_history_follow_the_vendors_order_whichever_way_round() {
    let event = |word: &str, at: u32| format!(r#"{{"status": "{word}", "time": {at}}}"#);
    let words = |history: &[String], status: &str| {
        let body = format!(r#"{{"id": "r", "status": "{status}", "status_history": [{}]}}"#, history.join(","));
        let history = read(Dialect::TableFlow, &body).history;
        history.into_iter().map(|event| event.status.raw).collect::<Vec<_>>()
    };
    let told = [event("processing", 10), event("review", 20), event("processing", 30), event("completed", 30)];
    let turned: Vec<String> = told.iter().rev().cloned().collect();
    let wanted = ["processing", "review", "processing", "completed"];
    assert_eq!(words(&told, "completed"), wanted);
    assert_eq!(words(&turned, "completed"), wanted);
    // All within one second: the run's own status tells which end is the last.
    let told = [event("processing", 30), event("completed", 30)];
    assert_eq!(words(&told, "completed"), ["processing", "completed"]);
    assert_eq!(words(&[told[1].clone(), told[0].clone()], "completed"), ["processing", "completed"]);
    assert_eq!(words(&told, "processing"), ["completed", "processing"]);
}

#[test]
fn status_history_and_header_name_the_same_totals() {
    // The vendor's own sum is another than that of the history it keeps.
    let body = r#"{"id": "r", "workflow_id": "f", "status": "completed", "created_at": "2026-01-01T00:00:00Z",
        "started_at": "2026-01-01T00:00:10Z", "completed_at": "2026-01-01T00:10:00Z", "duration_ms": 590000, "human_waiting_duration_ms": 1000,
        "steps": [{"node_id": "hil", "node_type": "hil", "status": "completed", "requires_human_review": true,
            "started_at": "2026-01-01T00:01:00Z", "human_reviewed_at": "2026-01-01T00:06:00Z"}]}"#;
    let detail = read(Dialect::Retab, body);
    let end = detail.run.finished_at.unwrap();
    let totals = status_segments(&detail.history, end, true, false).totals;
    let spent = Spent::of(&detail.run, &totals, end).unwrap();
    assert_eq!((spent.all_ms, spent.working_ms, spent.waiting_ms), (590_000, totals.working_ms, totals.waiting_ms));
    let of = |kind| totals.per_status.iter().find(|(known, _)| *known == kind).unwrap().1;
    assert_eq!((of(StatusKind::Running), of(StatusKind::Waiting)), (spent.working_ms, spent.waiting_ms));
    // Without a history the vendor's word counts.
    let bare = Run { waited_ms: Some(1_000), ..ended(0, 3_000) };
    let spent = Spent::of(&bare, &runs::reading::timeline::Totals::default(), Timestamp(3_000)).unwrap();
    assert_eq!((spent.all_ms, spent.working_ms, spent.waiting_ms), (3_000, 2_000, 1_000));
}

#[test]
fn runs_in_the_older_generations_word_are_found_by_the_filter() {
    let query = RunQuery { flow: Some("f".into()), limit: 50, statuses: vec![StatusKind::Running], ..RunQuery::default() };
    for refuses in [false, true] {
        let mut asked = Vec::new();
        let page = Dialect::SuperAi.adapter().list_runs(&query).run_with(|request| {
            let words: Vec<String> = request.query.iter().filter(|(name, _)| *name == "status").map(|(_, word)| word.clone()).collect();
            let older = words.contains(&"in_progress".to_owned());
            asked.push(words);
            if older && refuses {
                says(400, r#"{"detail": "no such status"}"#)
            } else {
                says(200, r#"[{"id": "r", "flow_id": "f", "status": "in_progress"}]"#)
            }
        });
        assert_eq!(page.unwrap().items.len(), 1);
        let both = vec!["running".to_owned(), "in_progress".to_owned()];
        assert_eq!(asked, if refuses { vec![both, vec!["running".to_owned()]] } else { vec![both] });
    }
}

#[test]
fn a_list_of_steps_that_is_cut_says_so() {
    let run = RunRef { id: "r".into(), flow: None };
    for (pages, cut) in [(3, false), (50, false), (51, true)] {
        let mut page = 0;
        let detail = Dialect::RetabReviews.run_adapter().get_run(&run).run_with(|request| match request.path.as_str() {
            "workflows/steps" => {
                page += 1;
                let after = if page < pages { format!("\"{page}\"") } else { "null".into() };
                says(200, &format!(r#"{{"data": [{{"block_id": "b{page}"}}], "list_metadata": {{"after": {after}}}}}"#))
            }
            "workflows/reviews" => says(200, r#"{"data": []}"#),
            _ => says(200, r#"{"id": "r"}"#),
        });
        let detail = detail.unwrap();
        assert_eq!((detail.steps.len(), detail.steps_cut), (pages.min(50), cut));
    }
}

#[test]
fn a_tableflow_field_that_says_nothing_takes_several_files() {
    let field = |said: &str| format!(r#"[{{"id": "f", "file_input_config": {{"file_fields": [{{"key": "po"{said}}}]}}}}]"#);
    for (said, many) in [("", true), (r#", "multiple": true"#, true), (r#", "multiple": false"#, false)] {
        let inputs = Dialect::TableFlow.run_adapter().describe_inputs("f").run_with(|_| says(200, &field(said))).unwrap();
        assert!(matches!(inputs.fields[0].kind, runs::adapters::InputKind::File { many: found, .. } if found == many), "{said}");
    }
}
