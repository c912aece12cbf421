//! Lists, run numbers, the rate limit, inputs and starting.

use runs::adapters::flowstack::FlowStack;
use runs::adapters::query::RunQuery;
use runs::adapters::route::KeyHeader;
use runs::adapters::{FlowQuery, InputKind, InputValue, StartRequest};
use runs::model::{NoNumber, Numbering, Page, Place, Quota, Run, TriggerKind};
use runs::{Adapter, ErrorKind, RunAdapter, StatusKind, Timestamp};

use super::wire::{Wire, answer, changed, json, ok, with_headers};
use super::{FLOW_ID, FLOWS, GET_FLOW, GET_FLOWS, GET_RUNS, GET_STATS, POST_RUN, RUNS, STARTED, STATS, not_found, reference};

fn query(place: Place) -> RunQuery {
    RunQuery { flow: Some(FLOW_ID.into()), place, limit: 25, ..RunQuery::default() }
}

fn list(runs: &str, stats: runs::wire::http::Reply, query: &RunQuery) -> Page<Run> {
    Wire::new(&FlowStack::RELAYED).on(GET_RUNS, ok(runs)).on(GET_STATS, stats).run(FlowStack.list_runs(query)).expect("a page")
}

#[test]
fn the_first_page_is_numbered_by_the_total() {
    let mut wire = Wire::new(&FlowStack::RELAYED).on(GET_RUNS, ok(RUNS)).on(GET_STATS, ok(STATS));
    let page = wire.run(FlowStack.list_runs(&query(Place::First))).expect("a page");
    assert_eq!(wire.calls(), [GET_RUNS, GET_STATS]);
    assert_eq!(wire.query(0), ["limit=25"]);
    assert_eq!((page.total, page.first_number), (Some(145), Numbering::From(145)));
    assert_eq!(page.older, Some(Place::Cursor("eyJpZCI6InJ1bl91dncyMzQifQ==".into())));
    let (first, second) = (&page.items[0], &page.items[1]);
    assert_eq!((first.status.kind, first.duration_ms), (StatusKind::Completed, Some(2_340)));
    assert_eq!(first.trigger.as_ref().map(|trigger| (trigger.kind, trigger.raw.as_str())), Some((TriggerKind::Schedule, "SCHEDULE")));
    assert_eq!((second.steps_total, second.steps_done), (Some(5), Some(3)));
    let error = second.error.as_ref().expect("an error");
    assert_eq!(error.step_name.as_deref(), Some("Send Slack Message"));
    assert_eq!(error.message, "channel_not_found: The specified channel does not exist");
}

#[test]
fn numbers_are_never_guessed() {
    let number = |runs: &str, stats, query: &RunQuery| list(runs, stats, query).first_number;
    let first = query(Place::First);
    let moved = changed(STATS, "/lastRun", "\"2026-04-21T09:05:00Z\"");
    assert_eq!(number(RUNS, ok(moved), &first), Numbering::Underivable(NoNumber::Moving));
    assert_eq!(number(RUNS, ok(changed(STATS, "/totalRuns", "1")), &first), Numbering::Underivable(NoNumber::Moving));
    assert_eq!(number(RUNS, not_found(), &first), Numbering::Underivable(NoNumber::NoTotal));
    assert_eq!(number(RUNS, ok("{}"), &first), Numbering::Underivable(NoNumber::NoTotal));
    let last = changed(RUNS, "/hasMore", "false");
    assert_eq!(number(&last, ok(STATS), &first), Numbering::Underivable(NoNumber::Moving), "two runs of 145 cannot be all");
    assert_eq!(number(&last, ok(changed(STATS, "/totalRuns", "2")), &first), Numbering::From(2));
    let cursor = query(Place::Cursor("c".into()));
    assert_eq!(number(RUNS, ok(STATS), &cursor), Numbering::Underivable(NoNumber::UnknownPlace));
    assert_eq!(number(RUNS, ok(STATS), &RunQuery { first_number: Some(120), ..cursor }), Numbering::From(120));
    let failed = RunQuery { statuses: vec![StatusKind::Failed], first_number: Some(120), ..first };
    assert_eq!(number(RUNS, ok(STATS), &failed), Numbering::Underivable(NoNumber::Filtered));
}

#[test]
fn stats_are_asked_for_only_where_they_help() {
    for asked in [query(Place::Cursor("c/+=".into())), RunQuery { statuses: vec![StatusKind::Running], ..query(Place::First) }] {
        let mut wire = Wire::new(&FlowStack::RELAYED).on(GET_RUNS, ok(RUNS));
        wire.run(FlowStack.list_runs(&asked)).expect("a page");
        assert_eq!(wire.calls(), [GET_RUNS], "the hour's allowance is small");
        let expected = if asked.statuses.is_empty() { "cursor=c/+=" } else { "status=RUNNING" };
        assert_eq!(wire.query(0)[1], expected);
    }
}

#[test]
fn only_has_more_leads_on() {
    assert_eq!(list(&changed(RUNS, "/hasMore", "false"), ok(STATS), &query(Place::First)).older, None, "a cursor may come all the same");
    assert_eq!(list(&changed(RUNS, "/cursor", "null"), ok(STATS), &query(Place::First)).older, None);
    let empty = list(r#"{"data":[],"cursor":null,"hasMore":false}"#, ok(r#"{"totalRuns":0,"lastRun":null}"#), &query(Place::First));
    assert_eq!((empty.items.len(), empty.total, empty.first_number), (0, Some(0), Numbering::From(0)));
}

#[test]
fn what_the_vendor_cannot_do_is_said() {
    let fails = |query: &RunQuery| Wire::new(&FlowStack::RELAYED).run(FlowStack.list_runs(query)).expect_err("unsupported");
    let none = fails(&RunQuery::default());
    assert!(none.kind == ErrorKind::Unsupported && none.detail.contains("choose a flow"), "{none:?}");
    let many = RunQuery { statuses: vec![StatusKind::Failed, StatusKind::Running], ..query(Place::First) };
    assert_eq!(fails(&many).kind, ErrorKind::Unsupported);
    assert_eq!(fails(&RunQuery { statuses: vec![StatusKind::Waiting], ..query(Place::First) }).kind, ErrorKind::Unsupported);
    let mut wire = Wire::new(&FlowStack::RELAYED);
    assert_eq!(wire.run(FlowStack.cancel(&reference(), "k")).expect_err("no such call").kind, ErrorKind::Unsupported);
    assert_eq!(wire.run(FlowStack.delete(&reference())).expect_err("no such call").kind, ErrorKind::Unsupported);
    assert_eq!(wire.run(FlowStack.get_review(&reference(), "x")).expect_err("no such call").kind, ErrorKind::Unsupported);
    let waiting = wire.run(FlowStack.list_waiting(None, &Place::First)).expect("nothing waits");
    assert!(waiting.items.is_empty() && wire.sent.is_empty());
    let can = FlowStack.capabilities();
    assert!(!can.list_all && !can.walks_back && !can.status_filter_many && !can.cancel && !can.review.decides());
    assert_eq!(FlowStack::RELAYED.key_headers, [KeyHeader::Bearer]);
}

#[test]
fn the_rate_limit_is_read_from_the_later_answer() {
    let limited = |remaining| [("x-ratelimit-limit", "100"), ("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", "1776765600")];
    let mut wire = Wire::new(&FlowStack::RELAYED)
        .on(GET_RUNS, with_headers(ok(RUNS), &limited("42")))
        .on(GET_STATS, with_headers(ok(STATS), &limited("41")));
    let page = wire.run(FlowStack.list_runs(&query(Place::First))).expect("a page");
    assert_eq!(page.quota, Some(Quota { limit: 100, remaining: 41, resets_at: Some(Timestamp(1_776_765_600_000)), cost: 2 }));
    let unreadable = [("x-ratelimit-limit", "-1"), ("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "x")];
    let mut wire = Wire::new(&FlowStack::RELAYED).on(GET_FLOWS, with_headers(ok(FLOWS), &unreadable));
    assert_eq!(wire.run(FlowStack.list_flows(&FlowQuery::default())).expect("a page").quota, None);
    let refused = r#"{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"Too many requests","statusCode":429}}"#;
    let refused = with_headers(answer(429, refused), &[("retry-after", "37")]);
    let error =
        Wire::new(&FlowStack::RELAYED).on(GET_FLOWS, refused).run(FlowStack.list_flows(&FlowQuery::default())).expect_err("too many");
    assert_eq!((error.kind, error.retry_after), (ErrorKind::RateLimited, Some(37)));
    assert_eq!(error.detail, "Too many requests (RATE_LIMIT_EXCEEDED)");
}

#[test]
fn flows_keep_what_the_vendor_says() {
    let mut wire = Wire::new(&FlowStack::RELAYED).on(GET_FLOWS, ok(FLOWS));
    let page = wire.run(FlowStack.list_flows(&FlowQuery { search: "x".into(), place: Place::Cursor("c".into()) })).expect("flows");
    assert_eq!(wire.query(0), ["limit=100", "cursor=c"], "the vendor cannot search");
    let told: Vec<_> = page.items.iter().map(|flow| (flow.name.as_str(), flow.active, flow.runs)).collect();
    assert_eq!(told, [("Daily report", Some(true), Some(145)), ("Orders", Some(false), Some(0))]);
    assert_eq!(page.items[0].other[0], ("engine".into(), "activepieces".into()));
    assert_eq!(page.older, None);
}

#[test]
fn a_start_sends_the_data_with_its_digits() {
    let start = |values| StartRequest { flow: FLOW_ID.into(), name: None, metadata: None, values, key: "k".into() };
    let mut wire = Wire::new(&FlowStack::RELAYED).on(POST_RUN, answer(201, STARTED));
    let data = InputValue::Json(json(r#"{"amount":1234.560,"n":9007199254740993}"#));
    let started = wire.run(FlowStack.start(start(vec![(String::new(), data)]))).expect("started");
    assert_eq!((started.run.id.as_str(), started.run.status.kind), ("run_new123", StatusKind::Running));
    assert_eq!(wire.body(POST_RUN), r#"{"data":{"amount":1234.560,"n":9007199254740993}}"#);
    assert!(!wire.sent[0].repeatable, "the vendor has no idempotency key");
    wire.run(FlowStack.start(start(Vec::new()))).expect("started");
    assert_eq!(wire.body(POST_RUN), r#"{"data":{}}"#);
    for value in [InputValue::Json(json("3")), InputValue::Text("x".into())] {
        let error = wire.run(FlowStack.start(start(vec![(String::new(), value)]))).expect_err("no object");
        assert_eq!(error.kind, ErrorKind::Invalid);
    }
    assert_eq!(wire.sent.len(), 2, "nothing was sent");
}

#[test]
fn a_flow_takes_one_json_object() {
    for body in [r#"{"id":"flow_abc123","name":"Daily report"}"#, r#"{"data":{"id":"flow_abc123","name":"Daily report"}}"#] {
        let inputs = Wire::new(&FlowStack::RELAYED).on(GET_FLOW, ok(body)).run(FlowStack.describe_inputs(FLOW_ID)).expect("inputs");
        assert_eq!((inputs.flow.name.as_str(), inputs.fields.len()), ("Daily report", 1));
        assert_eq!(inputs.fields[0].kind, InputKind::Json { example: json("{}") });
    }
}
