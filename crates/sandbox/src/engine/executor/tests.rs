#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::demo::catalog;
use crate::demo::catalog::Purpose;
use crate::engine::model::{Dialect, RunDetail, Status, Trigger};
use crate::engine::store::{Database, NewDecision, NewFile, NewRun, Page, RunQuery, Store};
use crate::faults::Faults;
use crate::state::{AppState, Config};

async fn state() -> AppState {
    let store = Store::open(&Database::Memory).await.unwrap();
    crate::demo::seed::fill(&store, crate::demo::seed::Lengths { runs: 100, of: None }).await.unwrap();
    store.watch_counts().await.unwrap();
    AppState { store, config: Arc::new(Config::default()), wake: Arc::new(Notify::new()), faults: Faults::default() }
}

fn flow(dialect: Dialect, part: Purpose) -> String {
    catalog::flows(dialect).into_iter().find(|flow| flow.part == part).unwrap().id.to_owned()
}

async fn until(state: &AppState, dialect: Dialect, id: &str, ends: &[Status]) -> RunDetail {
    for _ in 0..200 {
        let detail = state.store.run_detail(dialect, id).await.unwrap();
        if ends.contains(&detail.run.status) {
            return detail;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{id} did not end");
}

const ENDS: [Status; 4] = [Status::Completed, Status::Failed, Status::Cancelled, Status::Waiting];

#[tokio::test]
async fn the_scheduled_flow_starts_a_run_in_each_dialect_that_completes() {
    let state = state().await;
    let newest = async |dialect| {
        let query = RunQuery { flow: Some(flow(dialect, Purpose::Scheduled)), limit: 1, page: Page::First, ..RunQuery::new(dialect) };
        state.store.list_runs(&query).await.unwrap().remove(0)
    };
    let mut before = Vec::new();
    for dialect in Dialect::ALL {
        before.push(newest(dialect).await.seq);
    }
    super::start_scheduled(&state).await;
    let executor = tokio::spawn(super::run(state.clone()));
    for (dialect, before) in Dialect::ALL.into_iter().zip(before) {
        let run = newest(dialect).await;
        assert_eq!(run.seq, before + 1, "{dialect:?}");
        let detail = until(&state, dialect, &run.id, &ENDS).await;
        assert_eq!(detail.run.status, Status::Completed, "{dialect:?}");
        assert_eq!(detail.run.steps_done, detail.run.steps_total);
    }
    executor.abort();
}

/// The sample pair that differs, in the form the dialect takes.
fn reconciliation(dialect: Dialect) -> NewRun {
    let order = include_bytes!("../../../../../samples/purchase-order-4711.json");
    let invoice = include_bytes!("../../../../../samples/invoice-4711.csv");
    let files = dialect == Dialect::TableFlow;
    let file = |key: &str, name: &str, bytes: &[u8]| NewFile {
        key: key.to_owned(),
        name: name.to_owned(),
        mime: String::new(),
        bytes: bytes.to_vec(),
        metadata: json!({}),
        guidance: None,
    };
    let order_json: Value = serde_json::from_slice(order).unwrap();
    NewRun {
        dialect,
        flow: flow(dialect, Purpose::Reconciliation),
        trigger: Trigger::Api,
        name: None,
        metadata: json!({}),
        input: if files { json!({}) } else { json!({"purchase_order": order_json, "invoice": String::from_utf8_lossy(invoice)}) },
        files: if files { vec![file("purchase_order", "po.json", order), file("invoice", "i.csv", invoice)] } else { Vec::new() },
        created_by: "test".to_owned(),
        restarted_from: None,
    }
}

#[tokio::test]
async fn a_mismatch_ends_as_each_vendor_can_say_it() {
    let state = state().await;
    let executor = tokio::spawn(super::run(state.clone()));
    let table = state.store.create_run(reconciliation(Dialect::TableFlow)).await.unwrap();
    let stack = state.store.create_run(reconciliation(Dialect::FlowStack)).await.unwrap();
    let ai = state.store.create_run(reconciliation(Dialect::SuperAi)).await.unwrap();
    assert_eq!((table.status, stack.status, ai.status), (Status::Running, Status::Running, Status::Queued));
    state.nudge();
    let table = until(&state, Dialect::TableFlow, &table.id, &ENDS).await;
    assert_eq!(table.run.status, Status::Waiting);
    assert_eq!(table.reviews[0].reason, "Totals differ by 50.00");
    assert_eq!(table.events.last().unwrap().status, Status::Waiting);
    let stack = until(&state, Dialect::FlowStack, &stack.id, &ENDS).await;
    assert_eq!(stack.run.status, Status::Completed);
    assert_eq!(stack.run.output["step_4"]["matched"], false);
    assert_eq!(stack.run.output["step_4"]["difference"].to_string(), "50.00");

    // SuperAI: marked as incorrect, the flow goes on all the same.
    let waiting = until(&state, Dialect::SuperAi, &ai.id, &ENDS).await;
    let review = &waiting.reviews[0];
    let mut decision = NewDecision { approved: false, modified: None, command_id: None, by: "dana".to_owned(), needs_start: true };
    let outcome = state.store.decide_review(Dialect::SuperAi, &review.id, &decision).await.unwrap();
    assert!(matches!(outcome, crate::engine::store::DecideOutcome::NotStarted(_)), "{outcome:?}");
    state.store.start_review(Dialect::SuperAi, &review.id, "dana").await.unwrap();
    decision.modified = Some(json!({"note": "wrong invoice"}));
    state.store.decide_review(Dialect::SuperAi, &review.id, &decision).await.unwrap();
    state.nudge();
    let ends = [Status::Completed, Status::Failed, Status::Cancelled];
    let done = until(&state, Dialect::SuperAi, &ai.id, &ends).await;
    assert_eq!(done.run.status, Status::Completed);
    assert_eq!(done.run.output.as_object().unwrap().values().next().unwrap()["note"], "wrong invoice");

    // The same id again: a second attempt beside the first, and a review of its own.
    let again = state.store.execute(Dialect::SuperAi, &ai.id).await.unwrap();
    assert_eq!((again.attempt, again.status, again.finished_at), (2, Status::Queued, None));
    assert!(state.store.execute(Dialect::SuperAi, &ai.id).await.is_err(), "it is under way");
    state.nudge();
    let second = until(&state, Dialect::SuperAi, &ai.id, &ENDS).await;
    assert_eq!((second.run.status, second.reviews.len(), second.attempts.len()), (Status::Waiting, 2, 2));
    assert_eq!(second.steps.iter().filter(|step| step.attempt == 1).count(), 6);
    executor.abort();
}

#[tokio::test]
async fn each_section_of_a_contract_waits_by_itself_and_the_run_for_all_of_them() {
    let state = state().await;
    let executor = tokio::spawn(super::run(state.clone()));
    for dialect in [Dialect::Retab, Dialect::RetabReviews, Dialect::SuperAi] {
        let contract = json!({"sections": [{"heading": "Term"}, {"heading": "Price"}, {"heading": "Law"}]});
        let file = NewFile {
            key: "start-contract".into(),
            name: "contract.json".into(),
            mime: "application/json".into(),
            bytes: contract.to_string().into_bytes(),
            metadata: json!({}),
            guidance: None,
        };
        let (files, input) = if dialect == Dialect::SuperAi { (Vec::new(), contract) } else { (vec![file], json!({})) };
        let new = NewRun {
            dialect,
            flow: flow(dialect, Purpose::Showcase),
            trigger: Trigger::Api,
            name: None,
            metadata: json!({}),
            input,
            files,
            created_by: "test".into(),
            restarted_from: None,
        };
        let run = state.store.create_run(new).await.unwrap();
        let detail = until(&state, dialect, &run.id, &ENDS).await;
        assert_eq!(detail.run.status, Status::Waiting, "{dialect:?}");
        let headings: Vec<_> = detail.reviews.iter().map(|review| review.data["heading"].as_str().unwrap()).collect();
        assert_eq!(headings, ["Term", "Price", "Law"], "{dialect:?}");
        // Decided in another order than they were asked in.
        for (at, review) in [1, 2, 0].into_iter().zip(0..) {
            let new = NewDecision { approved: true, modified: None, command_id: None, by: "test".into(), needs_start: false };
            state.store.decide_review(dialect, &detail.reviews[at].id, &new).await.unwrap();
            state.wake.notify_one();
            let now = state.store.run_detail(dialect, &run.id).await.unwrap();
            assert_eq!(now.run.status, Status::Waiting, "{dialect:?} after {review} others");
        }
        let ended = until(&state, dialect, &run.id, &[Status::Completed, Status::Failed, Status::Cancelled]).await;
        assert_eq!(ended.run.status, Status::Completed, "{dialect:?}");
        assert!(ended.reviews.iter().all(|review| review.decision.as_ref().is_some_and(|decision| decision.applied_at.is_some())));
    }
    executor.abort();
}
