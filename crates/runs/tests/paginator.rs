//! A list read to its end while it moves.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use runs::adapters::query::RunQuery;
use runs::model::{NoNumber, Numbering, Page, Place, Quota, Run};
use runs::reading::paginator::Paginator;
use runs::{Status, StatusKind, Timestamp};

fn run(id: u64) -> Run {
    Run { number: Some(id), ..Run::new(format!("run_{id}"), "wf", Status::new(StatusKind::Completed, "completed")) }
}

/// A vendor that pages by offset and tells the total; newest first.
fn answer(list: &[u64], query: &RunQuery) -> Page<Run> {
    let from = match query.place {
        Place::Offset(offset) => usize::try_from(offset).unwrap(),
        _ => 0,
    };
    let size = query.limit as usize;
    let items: Vec<Run> = list.iter().skip(from).take(size).map(|id| run(*id)).collect();
    let older = (from + items.len() < list.len() && !items.is_empty()).then(|| Place::Offset((from + items.len()) as u64));
    let first_number = Numbering::From(list.len().saturating_sub(from) as u64);
    Page { items, total: Some(list.len() as u64), older, newer: None, first_number, quota: None, unread: Vec::new() }
}

fn query(limit: u32) -> RunQuery {
    RunQuery { limit, place: Place::Offset(7), first_number: Some(9), ..RunQuery::default() }
}

#[test]
fn every_run_once_with_its_number_from_the_first_page_on() {
    let list: Vec<u64> = (1..=25).rev().collect();
    let mut paginator = Paginator::new(query(10));
    let mut rows = Vec::new();
    while let Some(ask) = paginator.next().cloned() {
        rows.extend(paginator.take(answer(&list, &ask), Timestamp(0)));
    }
    assert_eq!(rows.iter().map(|(number, run)| (number.unwrap(), run.id.clone())).collect::<Vec<_>>(), {
        (1..=25).rev().map(|id| (id, format!("run_{id}"))).collect::<Vec<_>>()
    });
    assert_eq!((paginator.pages, paginator.read, paginator.total), (3, 25, Some(25)));
}

proptest! {
    /// Runs start, or are deleted, between any two pages: what was there all the time is found, once, or it is said to be doubtful.
    #[test]
    fn what_stays_is_found_once(moves in prop::collection::vec((any::<bool>(), prop::collection::vec(0..60usize, 0..3)), 0..12), limit in 3..12u32) {
        let mut list: Vec<u64> = (100..160).rev().collect();
        let began = list.clone();
        let losses = moves.iter().filter(|(start, places)| !start && !places.is_empty()).count();
        let (mut paginator, mut moves, mut next) = (Paginator::new(query(limit)), moves.into_iter(), 1_000);
        let mut rows: Vec<u64> = Vec::new();
        let mut asked = 0;
        while let Some(ask) = paginator.next().cloned() {
            asked += 1;
            prop_assert!(asked < 500, "it never ends");
            rows.extend(paginator.take(answer(&list, &ask), Timestamp(0)).into_iter().filter_map(|(_, run)| run.number));
            for at in moves.next().map(|(start, places)| places.into_iter().map(move |at| (start, at))).into_iter().flatten() {
                match at {
                    (true, _) => {
                        list.insert(0, next);
                        next += 1;
                    }
                    (false, at) if at < list.len() => {
                        list.remove(at);
                    }
                    _ => {}
                }
            }
        }
        let mut unique = rows.clone();
        unique.sort_unstable();
        unique.dedup();
        prop_assert_eq!(unique.len(), rows.len(), "a run came twice");
        prop_assert!(!paginator.doubtful() || losses > 3, "doubtful for no reason");
        for id in began.iter().filter(|id| list.contains(id)) {
            prop_assert!(paginator.doubtful() || rows.contains(id), "run {} is missing from {:?}", id, rows);
        }
    }
}

#[test]
fn it_ends_where_a_place_does_not_move_and_rests_while_a_limit_is_scarce() {
    let mut paginator = Paginator::new(RunQuery { limit: 2, ..RunQuery::default() });
    let page = |quota| Page {
        items: vec![run(2), run(1)],
        total: None,
        older: Some(Place::Cursor("same".into())),
        newer: None,
        first_number: Numbering::Underivable(NoNumber::Filtered),
        quota,
        unread: Vec::new(),
    };
    let quota = |remaining| Some(Quota { limit: 100, remaining, resets_at: Some(Timestamp(100_000)), cost: 1 });
    assert_eq!(paginator.take(page(quota(50)), Timestamp(0)).len(), 2);
    assert_eq!(paginator.rest, 0);
    assert_eq!(paginator.take(page(quota(9)), Timestamp(0)).len(), 0, "the same runs again");
    assert_eq!((paginator.rest, paginator.read), (20_000, 2));
    assert!(paginator.next().is_none());
}

#[test]
fn pages_by_count_are_doubtful() {
    let mut paginator = Paginator::new(RunQuery { limit: 1, ..RunQuery::default() });
    for number in 2..=3 {
        let page = Page {
            items: vec![run(9 - u64::from(number))],
            total: None,
            older: Some(Place::Number(number)),
            newer: None,
            first_number: Numbering::Native,
            quota: None,
            unread: Vec::new(),
        };
        assert!(!paginator.doubtful());
        paginator.take(page, Timestamp(0));
    }
    assert!(paginator.doubtful());
}
