//! Every adapter against the sandbox, over HTTP, through the gateway: the way a browser asks.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use gateway::upstream::{Connection, Key, Upstream};
use runs::adapters::query::RunQuery;
use runs::adapters::{FlowQuery, RunRef};
use runs::model::{ActionOutcome, Place, Statistics};
use runs::reading::summary::{Counts, OutcomeGroup};
use runs::{Dialect, ErrorKind, StatusKind};

use crate::support::*;
use crate::world::*;

#[tokio::test]
async fn flows_and_their_inputs_are_found() {
    let world = World::new().await;
    for dialect in Dialect::IMITATED {
        let vendor = world.vendor(dialect);
        let flows = vendor.flows().await;
        let names: BTreeSet<_> = flows.iter().map(|flow| flow.name.as_str()).collect();
        assert!(names.is_superset(&BTreeSet::from([RECONCILIATION, SHOWCASE, "Ledger sync"])), "{dialect:?}: {names:?}");
        for flow in &flows {
            let form = vendor.carrier.run(vendor.run_adapter().describe_inputs(&flow.id)).await.unwrap();
            assert_eq!(form.flow.name, flow.name);
        }
        let wrong = vendor.carrier.run(vendor.run_adapter().describe_inputs("no-such-flow")).await.unwrap_err();
        assert!(matches!(wrong.kind, ErrorKind::NotFound | ErrorKind::Invalid), "{dialect:?}: {wrong:?}");
    }
}

#[tokio::test]
async fn the_whole_history_is_paged_without_gaps_or_doubles() {
    let world = World::new().await;
    for dialect in Dialect::IMITATED {
        let vendor = world.vendor(dialect);
        let flow = vendor.flow(RECONCILIATION).await;
        let sizes = vendor.adapter.capabilities().page_sizes;
        let (runs, numbers) = vendor.all(&flow, *sizes.last().unwrap()).await;
        let ids: HashSet<_> = runs.iter().map(|run| run.id.as_str()).collect();
        assert_eq!(ids.len(), runs.len(), "{dialect:?}: an id came twice");
        if let Some(newest) = numbers.first() {
            assert!(*newest >= RUNS, "{dialect:?}: {} runs, the newest is number {newest}", runs.len());
        }
        assert!(runs.iter().all(|run| run.flow == flow), "{dialect:?}");
        assert!(runs.is_sorted_by(|newer, older| newer.created_at >= older.created_at), "{dialect:?}: newest first");
        // Native numbers count deleted runs too, which no list shows; derived ones count what is listed.
        let numbered = vendor.adapter.capabilities().numbers != runs::adapters::capability::NumberSource::None;
        assert!(runs.len() as u64 >= RUNS - 20, "{dialect:?}: {} runs", runs.len());
        assert_eq!(numbers.last().copied(), numbered.then_some(1), "{dialect:?}: the oldest run is the first");
        assert!(numbers.is_sorted_by(|newer, older| newer > older), "{dialect:?}");
        if numbered && dialect != Dialect::SuperAi {
            assert_eq!(numbers, (1..=runs.len() as u64).rev().collect::<Vec<_>>(), "{dialect:?}");
        }
        // Another page size walks the same list.
        let (again, same) = vendor.all(&flow, *sizes.first().unwrap()).await;
        assert!(again.iter().map(|run| &run.id).eq(runs.iter().map(|run| &run.id)), "{dialect:?}");
        assert_eq!(numbers, same, "{dialect:?}");
    }
}

#[tokio::test]
async fn the_status_filter_gives_only_what_was_asked() {
    let world = World::new().await;
    for dialect in Dialect::IMITATED {
        let vendor = world.vendor(dialect);
        let flow = vendor.flow(RECONCILIATION).await;
        let (all, _) = vendor.all(&flow, 100).await;
        let capabilities = vendor.adapter.capabilities();
        for kind in capabilities.status_filter {
            let expected = all.iter().filter(|run| run.status.kind == *kind).count();
            let mut query = RunQuery { flow: Some(flow.clone()), statuses: vec![*kind], limit: 100, ..RunQuery::default() };
            let mut found = 0;
            loop {
                let page = vendor.page(&query).await;
                assert!(page.items.iter().all(|run| run.status.kind == *kind), "{dialect:?} {kind:?}: {:?}", page.items);
                found += page.items.len();
                let Some(older) = page.older else { break };
                query.place = older;
            }
            assert_eq!(found, expected, "{dialect:?} {kind:?}");
        }
    }
}

#[tokio::test]
async fn what_a_vendor_counts_by_itself_is_what_its_lists_hold() {
    let world = World::new().await;
    for dialect in Dialect::IMITATED {
        let vendor = world.vendor(dialect);
        let flow = vendor.flow(RECONCILIATION).await;
        let (all, _) = vendor.all(&flow, 100).await;
        let said = vendor.carrier.run(vendor.run_adapter().statistics(Some(&flow))).await.unwrap();
        let counts = Counts::of(&all);
        let count = |became| Some(counts.get(became));
        match dialect {
            Dialect::RetabReviews => assert_eq!(said, Statistics::default()),
            Dialect::SuperAi => assert!(said.with_deleted && said.total >= Some(counts.all()), "{said:?}"),
            _ => {
                assert_eq!(said.total, Some(counts.all()), "{dialect:?}");
                assert_eq!((said.succeeded, said.failed), (count(OutcomeGroup::Succeeded), count(OutcomeGroup::Failed)), "{dialect:?}");
                assert_eq!(said.under_way, count(OutcomeGroup::UnderWay), "{dialect:?}");
            }
        }
        if said.waiting.is_some() {
            assert_eq!(said.waiting, count(OutcomeGroup::Waiting), "{dialect:?}");
        }
        if said.last_run.is_some() {
            assert_eq!(said.last_run, all.first().and_then(|run| run.created_at.or(run.started_at)), "{dialect:?}");
        }
    }
    // Over all flows, where the dialect lists them.
    let vendor = world.vendor(Dialect::Retab);
    let (one, all) = (vendor.flow(RECONCILIATION).await, vendor.carrier.run(vendor.run_adapter().statistics(None)).await.unwrap());
    assert!(all.total > vendor.carrier.run(vendor.run_adapter().statistics(Some(&one))).await.unwrap().total);
}

#[tokio::test]
async fn a_run_of_every_status_opens() {
    let world = World::new().await;
    for (dialect, words) in [
        (Dialect::Retab, &["pending", "running", "waiting_for_human", "completed", "error", "cancelled"][..]),
        (Dialect::RetabReviews, &["pending", "running", "awaiting_review", "completed", "error", "cancelled"][..]),
        (Dialect::TableFlow, &["processing", "review", "completed", "failed"][..]),
        (Dialect::FlowStack, &["RUNNING", "SUCCEEDED", "FAILED"][..]),
        (
            Dialect::SuperAi,
            &["queued", "running", "awaiting_input", "completed", "failed", "cancel_requested", "cancelled", "edited", "stale"][..],
        ),
    ] {
        let vendor = world.vendor(dialect);
        let flow = vendor.flow(SHOWCASE).await;
        let mut query = RunQuery { flow: Some(flow), limit: 100, ..RunQuery::default() };
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let page = vendor.page(&query).await;
            for run in &page.items {
                let detail = vendor.detail(run).await;
                assert_eq!(detail.run.id, run.id);
                assert_eq!(detail.run.flow, run.flow, "{dialect:?}");
                assert_ne!(run.status.kind, StatusKind::Unknown, "{dialect:?}: {:?}", run.status);
                assert!(!detail.raw.is_empty());
                let steps: HashSet<_> = detail.steps.iter().map(|step| &step.id).collect();
                assert_eq!(steps.len(), detail.steps.len(), "{dialect:?} {}: a step's id came twice", run.id);
                *seen.entry(detail.run.status.raw.clone()).or_default() += 1;
            }
            let Some(older) = page.older else { break };
            query.place = older;
        }
        for word in words {
            assert!(seen.contains_key(*word), "{dialect:?}: no run is {word}: {seen:?}");
        }
        let gone =
            vendor.carrier.run(vendor.run_adapter().get_run(&RunRef { id: "no-such-run".into(), flow: query.flow })).await.unwrap_err();
        assert!(matches!(gone.kind, ErrorKind::NotFound | ErrorKind::Invalid), "{dialect:?}: {gone:?}");
    }
}

#[tokio::test]
async fn runs_start_with_the_sample_files_and_end_as_their_totals_say() {
    let world = World::new().await;
    for dialect in Dialect::IMITATED {
        let vendor = world.vendor(dialect);
        let good = vendor.start("purchase-order-4712.pdf", "invoice-4712.json", "key-good").await;
        let bad = vendor.start("purchase-order-4711.csv", "invoice-4711.pdf", "key-bad").await;
        let flow = vendor.flow(RECONCILIATION).await;
        let newest = vendor.page(&RunQuery { flow: Some(flow), limit: 25, place: Place::First, ..RunQuery::default() }).await;
        let ids: Vec<_> = newest.items.iter().take(2).map(|run| run.id.as_str()).collect();
        assert_eq!(ids, [bad.id.as_str(), good.id.as_str()], "{dialect:?}: the newest come first");

        let good = vendor.until(&good, |detail| detail.run.status.kind.is_final()).await;
        assert_eq!(good.run.status.kind, StatusKind::Completed, "{dialect:?}: {:?}", good.run.error);
        let shown = format!("{:?}{:?}", good.outputs, good.steps);
        assert!(shown.contains("INV-20931"), "{dialect:?}: the invoice's own number is not in {shown}");
        if dialect == Dialect::FlowStack {
            // It has no paused state: the mismatch is in the result.
            let bad = vendor.until(&bad, |detail| detail.run.status.kind.is_final()).await;
            assert!(format!("{:?}{:?}{:?}", bad.outputs, bad.steps, bad.run.error).contains("INV-88214"));
        } else {
            let bad = vendor.until(&bad, |detail| detail.run.status.kind == StatusKind::Waiting).await;
            assert!(!bad.run.status.kind.is_final());
        }
    }
}

#[tokio::test]
async fn an_unreadable_upload_fails_its_run_with_the_reason() {
    let world = World::new().await;
    for dialect in [Dialect::Retab, Dialect::TableFlow, Dialect::RetabReviews] {
        let vendor = world.vendor(dialect);
        let run = vendor.start("unreadable.pdf", "invoice-4712.csv", "key-1").await;
        let detail = vendor.until(&run, |detail| detail.run.status.kind.is_final()).await;
        assert_eq!(detail.run.status.kind, StatusKind::Failed, "{dialect:?}");
        assert!(!detail.run.error.unwrap().message.is_empty(), "{dialect:?}");
    }
}

#[tokio::test]
async fn waiting_runs_are_listed_and_can_be_cancelled() {
    let world = World::new().await;
    for dialect in [Dialect::Retab, Dialect::SuperAi, Dialect::RetabReviews] {
        let vendor = world.vendor(dialect);
        let (run, _) = vendor.waiting_review("key-start").await;
        let mut place = Place::First;
        let mut listed = false;
        loop {
            let page = vendor.carrier.run(vendor.adapter.list_waiting(Some(&run.flow), &place)).await.unwrap();
            assert!(page.items.iter().all(|run| run.status.kind == StatusKind::Waiting), "{dialect:?}");
            listed |= page.items.iter().any(|found| found.id == run.id);
            let Some(next) = page.newer.or(page.older) else { break };
            place = next;
        }
        assert!(listed, "{dialect:?}: the run that waits is not among the waiting");
        let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        let outcome = vendor.carrier.run(vendor.run_adapter().cancel(&named, "cancel-1")).await.unwrap();
        assert!(matches!(outcome, ActionOutcome::Requested | ActionOutcome::Done), "{dialect:?}: {outcome:?}");
        let done = vendor.until(&run, |detail| detail.run.status.kind.is_final()).await;
        assert_eq!(done.run.status.kind, StatusKind::Cancelled, "{dialect:?}");
    }
}

#[tokio::test]
async fn the_vendors_rate_limit_is_seen_and_obeyed() {
    let config = sandbox::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        runs: 100,
        quiet: true,
        flowstack_limit: 3,
        ..sandbox::Config::default()
    };
    let running = sandbox::serve(config, std::future::pending()).await.unwrap();
    let mut connections = gateway::sandboxed::connections(&running).unwrap();
    connections.iter_mut().for_each(|connection| connection.traffic.share = std::time::Duration::ZERO);
    let world = World { sandbox: running.addr, gateway: gateway(connections.clone()).await, connections };
    for left in [2, 1, 0] {
        let answer = world.gateway.get("/api/c/flowstack/flows").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["x-ratelimit-remaining"], left.to_string().as_str());
    }
    let vendor = world.vendor(Dialect::FlowStack);
    let error = vendor.carrier.run(vendor.adapter.list_flows(&FlowQuery::default())).await.unwrap_err();
    // The gateway knows, and does not ask in vain.
    assert_eq!((error.kind, error.status), (ErrorKind::RateLimited, Some(503)));
    assert!(error.retry_after.is_some_and(|seconds| seconds > 0), "{error:?}");
}

#[tokio::test]
async fn check_tells_a_good_key_from_a_wrong_one_at_every_vendor() {
    let config = sandbox::Config { listen: "127.0.0.1:0".parse().unwrap(), runs: 100, quiet: true, ..sandbox::Config::default() };
    let running = sandbox::serve(config, std::future::pending()).await.unwrap();
    for (key, ok, says) in [("sandbox", true, "key accepted, "), (SECRET, false, "refused the key (401")] {
        let connections = gateway::sandboxed::connections(&running).unwrap().into_iter();
        let upstreams = connections.map(|one| Upstream::new(Connection { key: Key::new(key).unwrap(), ..one }).unwrap());
        let verdicts = gateway::check::all(upstreams.collect()).await;
        assert_eq!(verdicts.len(), Dialect::IMITATED.len());
        for verdict in verdicts {
            assert_eq!(verdict.ok, ok, "{}", verdict.line);
            assert!(verdict.line.contains(says) && !verdict.line.contains(SECRET), "{}", verdict.line);
        }
    }
}
