//! Lists of DAGs and runs, and what is counted of them.

use crate::common::{all, unique};
use std::collections::HashSet;

use runs::adapters::filter::Created;
use runs::adapters::query::RunQuery;
use runs::adapters::{FlowQuery, InputKind};
use runs::model::{Place, Run};
use runs::{Dialect, StatusKind, Timestamp};
use serde_json::json;

use super::server::run_path;
use super::through::Through;

/// Nothing of it is ever taken up.
const ARCHIVE: &str = "archive";

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn dags_have_their_names_words_and_params() {
    let through = Through::new().await;
    let all = through.ask(Dialect::Airflow.adapter().list_flows(&FlowQuery::default())).await.unwrap();
    assert!(all.unread.is_empty(), "{:?}", all.unread);
    let names: HashSet<_> = all.items.iter().map(|flow| flow.name.as_str()).collect();
    for name in ["Archive", "Delivery check", "Delivery entry", "Delivery rounds", "Delivery sorting", "Night watch", "Stocktaking"] {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
    let found = FlowQuery { search: "DELIVERY CH".into(), ..FlowQuery::default() };
    let found = through.ask(Dialect::Airflow.adapter().list_flows(&found)).await.unwrap().items;
    let [check] = &found[..] else { panic!("{found:?}") };
    assert_eq!((check.id.as_str(), check.active), ("delivery_check", Some(true)));
    assert_eq!(check.description.as_deref(), Some("Waits until a person has approved a delivery."));
    let inputs = through.ask(through.adapter().describe_inputs(&check.id)).await.unwrap();
    let InputKind::Json { example } = &inputs.fields[0].kind else { panic!("{inputs:?}") };
    assert_eq!(*example, json!({"number": "D-17", "limit": 400, "lane": "north", "due": null}));
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_history_is_paged_to_its_end_and_filters_give_what_they_say() {
    const RUNS: usize = 60;
    // One test has the archive for itself: the two parts follow each other.
    let through = Through::of("admin", None).await;
    let server = &through.server;
    // What another time left.
    let old = server.does("GET", &format!("dags/{ARCHIVE}/dagRuns?limit=100"), json!(null)).await;
    for run in old["dag_runs"].as_array().unwrap() {
        server.does("DELETE", &run_path(&format!("{ARCHIVE}:{}", run["dag_run_id"].as_str().unwrap())), json!(null)).await;
    }
    let create = async |at: usize| {
        let id = unique("filed");
        // Some are of one moment.
        let body = json!({"dag_run_id": id, "logical_date": null, "run_after": format!("2026-01-02T03:04:{:02}.000001Z", at / 3), "conf": {"at": at}});
        server.does("POST", &format!("dags/{ARCHIVE}/dagRuns"), body).await;
        format!("{ARCHIVE}:{id}")
    };
    let mut made = Vec::new();
    for at in 0..RUNS {
        made.push(create(at).await);
    }
    let ids = |runs: &[Run]| runs.iter().map(|run| run.id.clone()).collect::<HashSet<_>>();
    let wanted: HashSet<_> = made.iter().cloned().collect();
    for limit in [25, 50, 100] {
        let query = RunQuery { flow: Some(ARCHIVE.into()), limit, ..RunQuery::default() };
        let (runs, numbers) = all(async |query| through.page(query).await, &query, &mut async || ()).await;
        assert_eq!((runs.len(), ids(&runs)), (RUNS, wanted.clone()), "pages of {limit}");
        assert!(runs.is_sorted_by(|newer, older| newer.created_at >= older.created_at), "pages of {limit}");
        assert_eq!(numbers, (1..=RUNS as u64).rev().collect::<Vec<_>>(), "pages of {limit}");
        assert_eq!(through.page(&query).await.total, Some(RUNS as u64));
        assert!(runs.iter().all(|run| run.flow == ARCHIVE && run.flow_name.as_deref() == Some("Archive")));
    }
    // The same by offset, as servers before 3.2.2 page.
    let query = RunQuery { flow: Some(ARCHIVE.into()), limit: 25, place: Place::Offset(0), ..RunQuery::default() };
    let (runs, numbers) = all(async |query| through.page(query).await, &query, &mut async || ()).await;
    assert_eq!((runs.len(), numbers.first(), numbers.last()), (RUNS, Some(&(RUNS as u64)), Some(&1)));
    // Somebody starts runs while the pages are turned.
    let query = RunQuery { place: Place::First, limit: 25, ..query };
    let mut more = async || drop(server.does("POST", &format!("dags/{ARCHIVE}/dagRuns"), json!({"logical_date": null})).await);
    let (runs, numbers) = all(async |query| through.page(query).await, &query, &mut more).await;
    assert_eq!((runs.len(), ids(&runs)), (RUNS, wanted));
    assert_eq!(numbers, (1..=RUNS as u64).rev().collect::<Vec<_>>());

    // States that somebody set.
    for (at, state) in [(0, "success"), (1, "success"), (2, "failed")] {
        server.does("PATCH", &run_path(&made[at]), json!({"state": state})).await;
    }
    let of = |kinds: &[StatusKind]| RunQuery { flow: Some(ARCHIVE.into()), statuses: kinds.to_vec(), limit: 100, ..RunQuery::default() };
    for (kinds, count) in [
        (vec![StatusKind::Completed], 2),
        (vec![StatusKind::Failed], 1),
        (vec![StatusKind::Failed, StatusKind::Completed], 3),
        (vec![StatusKind::Running], 0),
        (vec![StatusKind::Waiting], 0),
    ] {
        let page = through.page(&of(&kinds)).await;
        assert!(page.items.iter().all(|run| kinds.contains(&run.status.kind)), "{kinds:?}: {:?}", page.items);
        assert_eq!(page.items.len(), count, "{kinds:?}");
    }
    let told = through.ask(through.adapter().statistics(Some(ARCHIVE))).await.unwrap();
    assert_eq!((told.succeeded, told.failed), (Some(2), Some(1)), "{told:?}");
    assert_eq!(told.total, told.under_way.map(|rest| rest + 3));
    let at = |text: &str| Timestamp::parse(text);
    for (from, to, count) in [
        (None, at("2026-01-02T03:04:00Z"), 0),
        (None, at("2026-01-02T03:04:00.001Z"), 3),
        (at("2026-01-02T03:04:01Z"), at("2026-01-02T03:04:02Z"), 3),
    ] {
        let mut query = of(&[]);
        query.filter.created = Created::Between(from, to);
        assert_eq!(through.page(&query).await.items.len(), count, "{from:?} {to:?}");
    }
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn runs_that_wait_are_told_from_those_that_run() {
    let through = Through::new().await;
    let waits = through.waiting_run("delivery_sorting", "faults", json!({})).await;
    let runs = through.start("night_watch", json!({})).await;
    through.server.until(&runs.id, "watch", -1, &["running"]).await;
    through.review(&waits.run, "where").await;
    for (kinds, waiting, running) in [
        (vec![], true, true),
        (vec![StatusKind::Waiting], true, false),
        (vec![StatusKind::Running], false, true),
        (vec![StatusKind::Waiting, StatusKind::Running], true, true),
        (vec![StatusKind::Completed], false, false),
    ] {
        let page = through.page(&RunQuery { statuses: kinds.clone(), limit: 100, ..RunQuery::default() }).await;
        let status = |id: &str| page.items.iter().find(|run| run.id == id).map(|run| run.status.kind);
        assert_eq!(status(&waits.run), waiting.then_some(StatusKind::Waiting), "{kinds:?}");
        assert_eq!(status(&runs.id), running.then_some(StatusKind::Running), "{kinds:?}");
    }
    // The queue has it once, with both of its questions.
    for flow in [None, Some("delivery_sorting")] {
        let mut place = Place::First;
        let mut found = Vec::new();
        loop {
            let page = through.ask(Dialect::Airflow.adapter().list_waiting(flow, &place)).await.unwrap();
            found.extend(page.items.into_iter().filter(|run| run.id == waits.run));
            let Some(older) = page.older else { break };
            place = older;
        }
        let [run] = &found[..] else { panic!("{found:?}") };
        assert_eq!(run.status.kind, StatusKind::Waiting);
        let reviews: HashSet<_> = run.reviews.iter().flatten().map(|review| review.id.as_str()).collect();
        assert_eq!(reviews, HashSet::from(["faults:1", "where:1"]));
        assert!(run.reviews.iter().flatten().all(|review| !review.about.is_empty()), "what it is about");
    }
    through.ask(through.adapter().cancel(&crate::common::named(&runs.id), "k")).await.unwrap();
}
