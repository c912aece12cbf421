//! Lists of flows and runs, and what is counted of them.

use crate::common::{all, named};
use std::collections::HashSet;

use runs::adapters::filter::Created;
use runs::adapters::query::RunQuery;
use runs::adapters::{FlowQuery, InputKind};
use runs::model::Place;
use runs::{Dialect, StatusKind, Timestamp};
use serde_json::json;

use super::through::{BY_HAND, Through};

const SCHEDULED: &str = "SCHEDULED";

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn flows_have_their_names_words_and_parameters() {
    let through = Through::new().await;
    let all = through.ask(Dialect::Prefect.adapter().list_flows(&FlowQuery::default())).await.unwrap();
    assert!(all.unread.is_empty(), "{:?}", all.unread);
    let names: HashSet<_> = all.items.iter().map(|flow| flow.name.as_str()).collect();
    for name in [BY_HAND, "Delivery check, suspended/served", "Gate/served", "Rounds/served", "Nightly count/served", "Stocktaking/served"]
    {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
    let found = FlowQuery { search: "DELIVERY".into(), ..FlowQuery::default() };
    let found = through.ask(Dialect::Prefect.adapter().list_flows(&found)).await.unwrap().items;
    assert_eq!(found.len(), 2, "{found:?}");
    let check = found.iter().find(|flow| flow.name == BY_HAND).unwrap();
    assert_eq!(check.description.as_deref(), Some("Waits in its process until a person answered."));
    assert_eq!(check.active, Some(true));
    let inputs = through.ask(through.adapter().describe_inputs(&check.id)).await.unwrap();
    let InputKind::Json { example } = &inputs.fields[0].kind else { panic!("{inputs:?}") };
    assert_eq!(*example, json!({"number": "D-17", "failures": 0}));
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_history_is_paged_to_its_end_without_gaps_or_doubles() {
    const RUNS: u64 = 130;
    let through = Through::new().await;
    let (_, flow) = through.server.flow().await;
    let create = format!("deployments/{flow}/create_flow_run");
    let at = |time: &str| json!({"state": {"type": SCHEDULED, "state_details": {"scheduled_time": time}}});
    let mut made = HashSet::new();
    for number in 0..RUNS {
        // Some are of one time, and more than a page has.
        let time = match number {
            0..40 => format!("2026-01-02T03:04:{:02}.{number:06}Z", number % 60),
            40..110 => "2026-01-03T00:00:00.123456Z".to_owned(),
            _ => format!("2026-01-04T00:00:00.{:06}Z", number / 3),
        };
        made.insert(through.server.does("POST", &create, at(&time)).await["id"].as_str().unwrap().to_owned());
    }
    through.server.does("POST", &create, at("2099-01-01T00:00:00Z")).await;
    for limit in [25, 50, 100] {
        let query = RunQuery { flow: Some(flow.clone()), limit, ..RunQuery::default() };
        let (runs, numbers) = all(async |query| through.page(query).await, &query, &mut async || ()).await;
        let ids: HashSet<_> = runs.iter().map(|run| run.id.clone()).collect();
        assert_eq!((runs.len(), &ids), (RUNS as usize, &made), "pages of {limit}");
        assert!(runs.is_sorted_by(|newer, older| newer.created_at >= older.created_at), "pages of {limit}");
        assert_eq!(numbers, (1..=RUNS).rev().collect::<Vec<_>>(), "pages of {limit}");
        assert!(runs.iter().all(|run| run.status.kind == StatusKind::Queued && run.flow == flow));
        let first = through.page(&query).await;
        assert_eq!(first.total, Some(RUNS), "what is to come is none of it");
    }
    // Somebody starts runs while the pages are turned.
    let query = RunQuery { flow: Some(flow.clone()), limit: 25, ..RunQuery::default() };
    let mut more = async || drop(through.server.does("POST", &create, json!({})).await);
    let (runs, numbers) = all(async |query| through.page(query).await, &query, &mut more).await;
    let ids: HashSet<_> = runs.iter().map(|run| run.id.clone()).collect();
    assert_eq!((runs.len(), ids), (RUNS as usize, made));
    assert_eq!(numbers, (1..=RUNS).rev().collect::<Vec<_>>());
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn filters_give_what_they_say_and_counts_agree() {
    let through = Through::new().await;
    let (of, flow) = through.server.flow().await;
    let states = [
        (SCHEDULED, "Scheduled", StatusKind::Queued),
        (SCHEDULED, "Late", StatusKind::Queued),
        (SCHEDULED, "AwaitingRetry", StatusKind::Queued),
        (SCHEDULED, "Resuming", StatusKind::Resuming),
        ("PENDING", "Submitting", StatusKind::Queued),
        ("RUNNING", "Retrying", StatusKind::Running),
        ("PAUSED", "Paused", StatusKind::Waiting),
        ("PAUSED", "Suspended", StatusKind::Waiting),
        ("COMPLETED", "Completed", StatusKind::Completed),
        ("COMPLETED", "Cached", StatusKind::Completed),
        ("FAILED", "Failed", StatusKind::Failed),
        ("FAILED", "TimedOut", StatusKind::TimedOut),
        ("CRASHED", "Crashed", StatusKind::Failed),
        ("CANCELLING", "Cancelling", StatusKind::Cancelling),
        ("CANCELLED", "Cancelled", StatusKind::Cancelled),
        ("CANCELLED", "Rejected", StatusKind::Rejected),
    ];
    for (kind, name, _) in states {
        through.server.run_in(&of, Some(&flow), json!({"type": kind, "name": name, "state_details": {}})).await;
    }
    let expected = |kinds: &[StatusKind]| states.iter().filter(|(.., kind)| kinds.contains(kind)).count();
    let offered = Dialect::Prefect.adapter().capabilities().status_filter;
    let pairs = offered.iter().flat_map(|one| offered.iter().map(|other| vec![*one, *other]));
    for kinds in pairs.chain([offered.to_vec()]) {
        let query = RunQuery { flow: Some(flow.clone()), statuses: kinds.clone(), limit: 100, ..RunQuery::default() };
        let page = through.page(&query).await;
        assert!(page.items.iter().all(|run| kinds.contains(&run.status.kind)), "{kinds:?}: {:?}", page.items);
        assert_eq!(page.items.len(), expected(&kinds), "{kinds:?}");
        assert!(page.total.is_none_or(|total| total as usize == page.items.len()), "{kinds:?}: {:?}", page.total);
    }
    let told = through.ask(Dialect::Prefect.run_adapter().statistics(Some(&flow))).await.unwrap();
    assert_eq!((told.total, told.succeeded, told.failed, told.waiting), (Some(16), Some(2), Some(3), Some(2)), "{told:?}");
    let place = Place::First;
    let waiting = through.ask(Dialect::Prefect.adapter().list_waiting(Some(&flow), &place)).await.unwrap().items;
    assert!(waiting.iter().all(|run| run.waiting_since.is_some() && run.waiting_on.len() == 1), "{waiting:?}");
    assert_eq!(waiting.len(), 2);

    let hour = |offset: i64| {
        Timestamp(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64 + offset * 3_600_000)
    };
    for (from, to, count) in
        [(Some(hour(-1)), None, 16), (None, Some(hour(-1)), 0), (Some(hour(-1)), Some(hour(1)), 16), (Some(hour(1)), None, 0)]
    {
        let mut query = RunQuery { flow: Some(flow.clone()), limit: 100, ..RunQuery::default() };
        query.filter.created = Created::Between(from, to);
        assert_eq!(through.page(&query).await.items.len(), count, "{from:?} {to:?}");
    }

    // A run without a deployment is in the list of all, under its flow's own name.
    let alone = through.server.run_in(&of, None, json!({"type": "COMPLETED", "state_details": {}})).await;
    let all = through.page(&RunQuery { limit: 100, ..RunQuery::default() }).await;
    let found = all.items.iter().find(|run| run.id == alone).expect("the newest run is on the first page");
    assert!(found.flow_name.as_ref().is_some_and(|name| name.starts_with("unserved")), "{found:?}");
    assert!(through.ask(through.adapter().get_run(&named(&alone))).await.unwrap().run.flow_name.is_some());
}
