//! Every field of the vendor's page "Flow Runs API" has a typed place.

use runs::adapters::flowstack::{FlowStack, stats};
use runs::adapters::query::RunQuery;
use runs::{Adapter, RunAdapter, StatusKind};

use super::wire::{Wire, answer, changed, json, ok};
use super::{FLOW_ID, GET_RUNS, POST_RUN, RUN, RUNS, STARTED, STATS, get_run};

const TEXT: &str = "\"sentinel-7531\"";
const SHOWN: &str = "sentinel-7531";
const TIME: &str = "\"2031-02-03T04:05:06.789Z\"";
const TIME_SHOWN: &str = "Timestamp(1927857906789)";

const ITEM: &[(&str, &str, &str)] = &[
    ("id", TEXT, SHOWN),
    ("flowId", TEXT, SHOWN),
    ("status", TEXT, SHOWN),
    ("duration", "75319753", "75319753"),
    ("triggerType", TEXT, SHOWN),
    ("startTime", TIME, TIME_SHOWN),
    ("finishTime", TIME, TIME_SHOWN),
    ("stepsCount", "75319753", "steps_total: Some(75319753)"),
    ("stepsSucceeded", "75319753", "steps_done: Some(75319753)"),
    ("error", r#"{"step":"sentinel-7531"}"#, SHOWN),
    ("error", r#"{"message":"sentinel-7531"}"#, SHOWN),
];

const STEP: &[(&str, &str, &str)] = &[
    ("name", TEXT, SHOWN),
    ("status", TEXT, SHOWN),
    ("duration", "75319753", "75319753"),
    ("output", r#"{"k":"sentinel-7531"}"#, SHOWN),
    ("input", r#"{"k":"sentinel-7531"}"#, SHOWN),
];

#[test]
fn of_lists() {
    for (field, value, shown) in ITEM {
        let list = changed(RUNS, &format!("/data/1/{field}"), value);
        let query = RunQuery { flow: Some(FLOW_ID.into()), statuses: vec![StatusKind::Failed], limit: 2, ..RunQuery::default() };
        let page = Wire::new(&FlowStack::RELAYED).on(GET_RUNS, ok(list)).run(FlowStack.list_runs(&query)).expect("a page");
        assert!(format!("{:?}", page.items[1]).contains(shown), "{field} is nowhere in the model");
    }
    for (field, value, shown) in [("cursor", TEXT, "Cursor(\"sentinel-7531\")"), ("hasMore", "false", "older: None")] {
        let query = RunQuery { flow: Some(FLOW_ID.into()), statuses: vec![StatusKind::Failed], limit: 2, ..RunQuery::default() };
        let page =
            Wire::new(&FlowStack::RELAYED).on(GET_RUNS, ok(changed(RUNS, &format!("/{field}"), value))).run(FlowStack.list_runs(&query));
        assert!(format!("{page:?}").contains(shown), "{field}");
    }
}

#[test]
fn of_one_run_and_its_steps() {
    let places = ITEM.iter().map(|entry| ("", entry)).chain(STEP.iter().map(|entry| ("/steps/1", entry)));
    for (parent, (field, value, shown)) in places {
        let mut detail = get_run(&changed(RUN, &format!("{parent}/{field}"), value)).expect("a run");
        detail.raw.clear();
        let steps = detail.steps.iter_mut().flat_map(|step| std::mem::take(&mut step.other));
        let unknown: Vec<_> = steps.chain(std::mem::take(&mut detail.other)).collect();
        assert!(unknown.iter().all(|(name, _)| name != field), "{parent}/{field} is only kept as unknown");
        assert!(format!("{detail:?}").contains(shown), "{parent}/{field} is nowhere in the model");
    }
}

#[test]
fn of_a_started_run() {
    for (field, value, shown) in ITEM.iter().filter(|(field, ..)| STARTED.contains(&format!("\"{field}\""))) {
        let request =
            runs::adapters::StartRequest { flow: FLOW_ID.into(), name: None, metadata: None, values: Vec::new(), key: "k".into() };
        let answered = answer(201, changed(STARTED, &format!("/{field}"), value));
        let started = Wire::new(&FlowStack::RELAYED).on(POST_RUN, answered).run(FlowStack.start(request)).expect("started");
        assert!(format!("{started:?}").contains(shown), "{field}");
    }
}

#[test]
fn of_the_statistics() {
    let read = stats(json(STATS)).expect("stats");
    assert_eq!((read.total, read.succeeded, read.failed, read.average_ms), (Some(145), Some(143), Some(2), Some(2_150)));
    assert_eq!(read.success_rate.expect("a rate").to_string(), "98.60", "with its digits");
    assert_eq!(read.last_run.expect("a time").iso(), "2026-04-21T09:00:00Z");
    assert!(read.other.is_empty());
}
