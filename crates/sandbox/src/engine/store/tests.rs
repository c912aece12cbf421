#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{Database, Page, RunQuery, Sort, SortField, Store};
use crate::demo::seed;
use crate::demo::seed::Lengths;
use crate::engine::model::{Dialect, ReviewState, Run, Status};

const FLOW: &str = "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d801";

async fn seeded(runs: u64) -> Store {
    let store = Store::open(&Database::Memory).await.unwrap();
    seed::fill(&store, Lengths { runs, of: None }).await.unwrap();
    store.watch_counts().await.unwrap();
    store
}

fn query(page: Page, limit: u32) -> RunQuery {
    RunQuery { flow: Some(FLOW.to_owned()), page, limit, ..RunQuery::new(Dialect::SuperAi) }
}

/// Counts the instructions of SQLite's virtual machine.
async fn instructions(store: &Store, query: &RunQuery) -> (u64, Vec<Run>) {
    let count = Arc::new(AtomicU64::new(0));
    {
        let mut connection = store.read.acquire().await.unwrap();
        let count = Arc::clone(&count);
        connection.lock_handle().await.unwrap().set_progress_handler(1, move || {
            count.fetch_add(1, Ordering::Relaxed);
            true
        });
    }
    let runs = store.list_runs(query).await.unwrap();
    store.read.acquire().await.unwrap().lock_handle().await.unwrap().remove_progress_handler();
    (count.load(Ordering::Relaxed), runs)
}

/// Instructions that finding a place may cost beyond reading the page; counting rows up to it would cost tens of thousands.
const SEEK: u64 = 8_000;

#[tokio::test]
async fn a_page_costs_the_same_at_any_depth() {
    let store = seeded(6_000).await;
    let failed = RunQuery { statuses: vec![Status::Failed], ..query(Page::First, 25) };
    let two = RunQuery { statuses: vec![Status::Failed, Status::Completed], ..query(Page::First, 25) };
    let without = RunQuery { exclude: vec![Status::Failed], ..query(Page::First, 25) };
    let of_all = RunQuery { limit: 25, ..RunQuery::new(Dialect::SuperAi) };
    let middle = store.list_runs(&query(Page::Offset(3_000), 1)).await.unwrap()[0].created_at;
    let until = RunQuery { created_to: Some(middle), ..failed.clone() };
    for (what, asked) in [
        ("all", query(Page::First, 25)),
        ("of all flows", of_all),
        ("failed", failed),
        ("failed or completed", two),
        ("not failed", without),
        ("failed until", until),
    ] {
        let at = |page| RunQuery { page, ..asked.clone() };
        let total = {
            let whole = RunQuery { limit: 10_000, ..asked.clone() };
            u64::try_from(store.list_runs(&whole).await.unwrap().len()).unwrap()
        };
        assert!(total > 100, "{what}: {total}");
        let (first, runs) = instructions(&store, &at(Page::Offset(0))).await;
        assert_eq!(runs.len(), 25);
        let (deep, runs) = instructions(&store, &at(Page::Offset(total - 25))).await;
        assert_eq!(runs.len(), 25, "{what}");
        assert!(deep < first + SEEK, "{what}: first page {first}, deepest page {deep}");
        let (keyset, rest) = instructions(&store, &at(Page::After(runs[0].id.clone()))).await;
        assert_eq!(rest.len(), 24, "{what}");
        assert!(keyset < first + 400, "{what}: first page {first}, by key {keyset}");
    }
}

#[tokio::test]
async fn an_offset_is_the_same_row_whatever_is_filtered() {
    let store = seeded(400).await;
    let some = store.list_runs(&query(Page::First, 200)).await.unwrap();
    // What changes and goes is counted by triggers.
    let done: Vec<&Run> = some.iter().filter(|run| run.status == Status::Completed).collect();
    store.delete(Dialect::SuperAi, &done[3].id, true).await.unwrap();
    store.delete(Dialect::SuperAi, &done[9].id, false).await.unwrap();
    store.execute(Dialect::SuperAi, &done[20].id).await.unwrap();
    let (from, to) = (some[150].created_at, some[40].created_at);
    for ascending in [false, true] {
        let sort = Sort { field: SortField::CreatedAt, ascending };
        for asked in [
            RunQuery { statuses: vec![Status::Failed], ..query(Page::First, 9) },
            RunQuery { statuses: vec![Status::Failed, Status::Completed, Status::Queued], ..query(Page::First, 9) },
            RunQuery { exclude: vec![Status::Completed], ..query(Page::First, 9) },
            RunQuery { include_deleted: true, ..query(Page::First, 9) },
            RunQuery { created_from: Some(from), created_to: Some(to), ..query(Page::First, 9) },
            RunQuery { statuses: vec![Status::Failed], flow: None, created_to: Some(to), ..query(Page::First, 9) },
            RunQuery { updated_from: Some(from), ..query(Page::First, 9) },
        ] {
            let asked = RunQuery { sort, ..asked };
            let all = store.list_runs(&RunQuery { limit: 5_000, ..asked.clone() }).await.unwrap();
            let all: Vec<String> = all.into_iter().map(|run| run.id).collect();
            assert!(all.len() > 5, "{asked:?}");
            for offset in (0..all.len() + 3).step_by(7) {
                let page = store.list_runs(&RunQuery { page: Page::Offset(offset as u64), ..asked.clone() }).await.unwrap();
                let page: Vec<String> = page.into_iter().map(|run| run.id).collect();
                let end = (offset + 9).min(all.len());
                assert_eq!(page, all[offset.min(end)..end], "offset {offset} of {asked:?}");
                let Some(id) = all.get(offset) else { continue };
                let past = RunQuery { page: Page::Past(id.clone(), 4), ..asked.clone() };
                let past: Vec<String> = store.list_runs(&past).await.unwrap().into_iter().map(|run| run.id).collect();
                let (start, end) = ((offset + 5).min(all.len()), (offset + 14).min(all.len()));
                assert_eq!(past, all[start..end], "four past {offset} of {asked:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_database_from_before_there_were_blocks_is_counted_once() {
    let store = seeded(300).await;
    let deep = query(Page::Offset(200), 10);
    let before: Vec<String> = store.list_runs(&deep).await.unwrap().into_iter().map(|run| run.id).collect();
    sqlx::query("DELETE FROM run_blocks").execute(&store.write).await.unwrap();
    store.complete_blocks().await.unwrap();
    store.complete_blocks().await.unwrap();
    let after: Vec<String> = store.list_runs(&deep).await.unwrap().into_iter().map(|run| run.id).collect();
    assert_eq!((after.len(), after), (10, before));
}

#[tokio::test]
async fn offsets_and_keys_walk_the_same_list() {
    let store = seeded(400).await;
    for ascending in [false, true] {
        let sort = Sort { field: SortField::CreatedAt, ascending };
        let all = RunQuery { sort, ..query(Page::First, 1_000) };
        let all: Vec<String> = store.list_runs(&all).await.unwrap().into_iter().map(|run| run.id).collect();
        assert_eq!(all.len() as u64, store.count_runs(&query(Page::First, 1)).await.unwrap());
        for offset in (0..all.len()).step_by(37) {
            let page = RunQuery { sort, ..query(Page::Offset(offset as u64), 10) };
            let page: Vec<String> = store.list_runs(&page).await.unwrap().into_iter().map(|run| run.id).collect();
            assert_eq!(page, all[offset..(offset + 10).min(all.len())], "offset {offset}, ascending {ascending}");
            let from = RunQuery { sort, ..query(Page::From(all[offset].clone()), 10) };
            let from: Vec<String> = store.list_runs(&from).await.unwrap().into_iter().map(|run| run.id).collect();
            assert_eq!(from, page);
        }
    }
    let past = store.list_runs(&query(Page::Offset(1_000_000), 10)).await.unwrap();
    assert!(past.is_empty());
}

#[tokio::test]
async fn other_orders_page_without_loss() {
    let store = seeded(300).await;
    for field in [SortField::UpdatedAt, SortField::Duration, SortField::FinishedAt, SortField::Status] {
        let sort = Sort { field, ascending: false };
        let whole = store.list_runs(&RunQuery { sort, ..query(Page::First, 1_000) }).await.unwrap();
        let mut walked: Vec<String> = Vec::new();
        let mut page = Page::First;
        loop {
            let runs = store.list_runs(&RunQuery { sort, ..query(page, 70) }).await.unwrap();
            let Some(last) = runs.last() else { break };
            page = Page::After(last.id.clone());
            walked.extend(runs.into_iter().map(|run| run.id));
        }
        assert_eq!(walked, whole.into_iter().map(|run| run.id).collect::<Vec<_>>(), "{field:?}");
    }
}

async fn counted(store: &Store) -> (i64, i64) {
    let kept = sqlx::query_scalar("SELECT sum(total) + sum(timed) * 7 + sum(duration_ms) * 13 FROM run_counts WHERE total <> 0");
    let real = sqlx::query_scalar("SELECT count(*) + count(duration_ms) * 7 + sum(duration_ms) * 13 FROM runs");
    (kept.fetch_one(&store.read).await.unwrap(), real.fetch_one(&store.read).await.unwrap())
}

#[tokio::test]
async fn counters_follow_every_change() {
    let store = seeded(200).await;
    let (kept, real) = counted(&store).await;
    assert_eq!(kept, real);
    let runs = store.list_runs(&query(Page::First, 60)).await.unwrap();
    let done: Vec<&Run> = runs.iter().filter(|run| run.status == Status::Completed).collect();
    store.execute(Dialect::SuperAi, &done[0].id).await.unwrap();
    store.delete(Dialect::SuperAi, &done[1].id, true).await.unwrap();
    store.delete(Dialect::SuperAi, &done[1].id, true).await.unwrap();
    store.delete(Dialect::SuperAi, &done[2].id, false).await.unwrap();
    store.edit_step(Dialect::SuperAi, &done[3].id, 1, &serde_json::json!({"edited": true})).await.unwrap();
    store.cancel(Dialect::SuperAi, &done[0].id).await.unwrap();
    let (kept, real) = counted(&store).await;
    assert_eq!(kept, real);
    let list = store.list_runs(&query(Page::First, 1_000)).await.unwrap();
    assert_eq!(list.len() as u64, store.count_runs(&query(Page::First, 1)).await.unwrap());
    assert!(list.iter().all(|run| run.id != done[1].id && run.id != done[2].id));
    let edited = store.run_detail(Dialect::SuperAi, &done[3].id).await.unwrap();
    assert_eq!((edited.run.status, edited.steps[1].status), (Status::Edited, Status::Edited));
}

#[tokio::test]
async fn the_history_is_the_same_every_time() {
    let (one, two) = (seeded(150).await, seeded(150).await);
    for dialect in Dialect::ALL {
        let ask = RunQuery { limit: 2_000, include_deleted: true, ..RunQuery::new(dialect) };
        let (a, b) = (one.list_runs(&ask).await.unwrap(), two.list_runs(&ask).await.unwrap());
        // Times hang on the first start; everything else is fixed.
        let shape = |run: &Run| (run.id.clone(), run.seq, run.status, run.trigger, run.duration_ms, run.metadata.to_string());
        assert_eq!(a.iter().map(shape).collect::<Vec<_>>(), b.iter().map(shape).collect::<Vec<_>>());
        assert!(a.windows(2).all(|pair| pair[0].created_at >= pair[1].created_at));
    }
}

#[tokio::test]
async fn writing_a_computed_run_down_changes_nothing_that_shows() {
    let store = seeded(300).await;
    let runs = store.list_runs(&query(Page::First, 300)).await.unwrap();
    for status in [Status::Completed, Status::Failed, Status::Cancelled] {
        let run = runs.iter().find(|run| run.status == status && run.thin).unwrap();
        let before = store.run_detail(Dialect::SuperAi, &run.id).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        super::write_out(&mut tx, Dialect::SuperAi, &run.id).await.unwrap();
        tx.commit().await.unwrap();
        let after = store.run_detail(Dialect::SuperAi, &run.id).await.unwrap();
        assert!(before.run.thin && !after.run.thin);
        assert_eq!(format!("{:?}", before.steps), format!("{:?}", after.steps));
        assert_eq!(format!("{:?}", before.events), format!("{:?}", after.events));
        assert_eq!(before.run.output, after.run.output);
        assert_eq!(before.run.input, after.run.input);
    }
}

#[tokio::test]
async fn reviews_are_started_given_back_and_not_taken_twice() {
    let store = seeded(300).await;
    let open = store.reviews(Dialect::SuperAi, &[ReviewState::Pending], None, None, true).await.unwrap();
    assert!(open.len() >= 3, "{} wait", open.len());
    let id = &open[0].id;
    let started = store.start_review(Dialect::SuperAi, id, "dana").await.unwrap();
    assert_eq!(started.state, ReviewState::Started);
    store.start_review(Dialect::SuperAi, id, "dana").await.unwrap();
    assert!(store.start_review(Dialect::SuperAi, id, "li").await.is_err());
    assert_eq!(store.unstart_review(Dialect::SuperAi, id).await.unwrap().state, ReviewState::Pending);
    assert!(store.unstart_review(Dialect::SuperAi, id).await.is_err());
}

/// A browser that goes away cancels its request, and with it the query: the pool then closes that connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_in_memory_outlives_its_connections() {
    let store = seeded(300).await;
    let before = store.list_runs(&query(Page::First, 300)).await.unwrap().len();
    for _ in 0..20 {
        let (store, query) = (store.clone(), query(Page::First, 300));
        let asked = tokio::spawn(async move { store.list_runs(&query).await.map(|runs| runs.len()) });
        tokio::time::sleep(std::time::Duration::from_micros(300)).await;
        asked.abort();
        asked.await.ok();
    }
    store.read.acquire().await.unwrap().close().await.unwrap();
    assert_eq!(store.list_runs(&query(Page::First, 300)).await.unwrap().len(), before);
}

/// A database of a version that knew fewer dialects: its triggers count already while the missing one is seeded.
#[tokio::test]
async fn a_dialect_that_came_later_is_planted_into_an_older_database() {
    let store = seeded(150).await;
    let before = store.count_runs(&RunQuery::new(Dialect::RetabReviews)).await.unwrap();
    for sql in [
        "DELETE FROM runs WHERE dialect = 'retab-reviews'",
        "DELETE FROM flows WHERE dialect = 'retab-reviews'",
        "DELETE FROM run_counts WHERE dialect = 'retab-reviews'",
        "DELETE FROM run_blocks WHERE dialect = 'retab-reviews'",
    ] {
        sqlx::query(sql).execute(&store.write).await.unwrap();
    }
    let others = store.count_runs(&RunQuery::new(Dialect::Retab)).await.unwrap();
    // As long a history as the others have, whatever is asked for now.
    seed::fill(&store, Lengths { runs: 4_000, of: None }).await.unwrap();
    store.watch_counts().await.unwrap();
    let ask = RunQuery { limit: 5_000, ..RunQuery::new(Dialect::RetabReviews) };
    let listed = store.list_runs(&ask).await.unwrap().len() as u64;
    assert_eq!((store.count_runs(&ask).await.unwrap(), listed), (before, before));
    assert_eq!(store.count_runs(&RunQuery::new(Dialect::Retab)).await.unwrap(), others);
    seed::fill(&store, Lengths { runs: 4_000, of: None }).await.unwrap();
    assert_eq!(store.count_runs(&ask).await.unwrap(), before, "once is enough");
}
