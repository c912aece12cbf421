//! What is read for a page, and what is not.

use crate::world::*;
use runs::model::{Flow, Place, Run};
use runs::reading::merge::{Fetch, Kind, MOST_FLOWS, PageState, Pages};
use runs::{Status, StatusKind, Timestamp};

/// Five connections, two of which list flow by flow: seven lists, of which the first has most of the newest runs.
fn five() -> Vec<Vendor> {
    vec![
        Vendor { kind: ALL, lists: vec![list(10_000, 1, 400)], page: 50 },
        Vendor { kind: ALL, lists: vec![list(9_990, 100, 100)], page: 50 },
        Vendor { kind: EACH, lists: vec![list(9_980, 100, 100), list(5_000, 1, 100)], page: 50 },
        Vendor { kind: EACH, lists: vec![list(9_970, 100, 100), list(4_000, 1, 100)], page: 50 },
        Vendor { kind: ALL, lists: vec![list(3_000, 1, 500)], page: 50 },
    ]
}

#[test]
fn the_first_page_costs_one_request_a_list_and_further_ones_only_what_ran_dry() {
    let mut world = World::new(five(), 50);
    world.fill();
    let (flows, heads): (Vec<_>, Vec<_>) = world.asked.drain(..).partition(|(_, list)| list.is_none());
    assert_eq!(flows.len(), 2, "two vendors are asked for their flows");
    assert_eq!(heads.len(), 7, "the head of every list once");
    assert!(heads.iter().all(|(_, list)| list.is_some_and(|(_, from)| from == 0)));
    let first = world.ids(0);

    // The first list gave nearly all rows: it alone is read on, one page of it for each page that is shown.
    for page in 1..4u64 {
        assert!(world.pages.turn());
        world.fill();
        assert_eq!(world.asked.drain(..).collect::<Vec<_>>(), [(0, Some((0, page * 50)))], "page {page}");
    }
    // Back to what was shown costs nothing, and is as it was.
    assert_eq!(world.ids(0), first);
    assert_eq!(world.asked.len(), 0);
}

#[test]
fn no_page_costs_more_requests_than_there_are_lists() {
    let mut world = World::new(five(), 50);
    world.fill();
    world.asked.clear();
    while world.pages.turn() {
        world.fill();
        let asked: Vec<_> = world.asked.drain(..).collect();
        assert!(asked.len() <= 7, "{asked:?}");
    }
    let shown: usize = world.pages.pages().iter().map(|page| page.to - page.from).sum();
    assert_eq!(shown, 400 + 100 + 200 + 200 + 500);
}

#[test]
fn what_cannot_be_there_is_not_read_and_older_than_wanted_neither() {
    let mut vendors = five();
    vendors[3].kind = Kind { never: true, ..EACH };
    let mut world = World::since(vendors, 50, 9_900);
    world.fill();
    while world.pages.turn() {
        world.fill();
    }
    let shown: Vec<String> = (0..world.pages.pages().len()).flat_map(|page| world.ids(page)).collect();
    assert_eq!(shown.len(), 101 + 1 + 1, "the moment itself is within");
    assert!(world.asked.iter().all(|(source, _)| *source != 3));
    // Lists that begin before the moment are read once, to know that.
    assert_eq!(world.asked.iter().filter(|(source, _)| *source == 4).count(), 1);
    assert_eq!(world.state(), PageState::Ended);
}

#[test]
fn a_list_filtered_here_is_read_once_a_page_and_further_only_on_request() {
    let here = Kind { here: true, ..ALL };
    let mut world = World::new(
        vec![
            Vendor { kind: here, lists: vec![list(1_000, 1, 600)], page: 50 },
            Vendor { kind: ALL, lists: vec![list(990, 90, 10)], page: 50 },
        ],
        20,
    );
    let every_100th = |source: usize, run: &Run| source == 1 || run.id.ends_with("00") || run.id == "0-0-0";
    world.fill_with(&every_100th);
    assert_eq!(world.state(), PageState::Cut);
    assert_eq!(world.ids(0), ["0-0-0", "1-0-0"]);
    assert_eq!(world.pages.pages()[0].looked, 51, "50 of one and one of the other");
    assert_eq!(world.asked.len(), 2);
    assert!(world.pages.older(0));

    world.pages.search_on();
    assert!(world.pages.searching());
    world.fill_with(&every_100th);
    assert_eq!(world.state(), PageState::Ended);
    assert_eq!(world.ids(0).len(), 6 + 10);
    assert_eq!(world.pages.pages()[0].looked, 610);
    assert!(!world.pages.searching() && !world.pages.turn());
}

#[test]
fn a_search_stops_when_told_and_goes_on_from_there() {
    let here = Kind { here: true, ..ALL };
    let mut world = World::new(vec![Vendor { kind: here, lists: vec![list(1_000, 1, 600)], page: 50 }], 20);
    let none = |_: usize, _: &Run| false;
    world.fill_with(&none);
    world.pages.search_on();
    world.advance(&none);
    world.answer(0, None);
    world.advance(&none);
    assert_eq!(world.asked.len(), 3);
    world.pages.stop();
    world.answer(0, None);
    world.advance(&none);
    assert_eq!((world.asked.len(), world.state(), world.under_way.len()), (3, PageState::Full, 0));
    world.pages.search_on();
    world.fill_with(&none);
    assert_eq!((world.asked.len(), world.state()), (12, PageState::Ended));
    assert_eq!(world.pages.pages()[0].looked, 600);
}

#[test]
fn flows_beyond_the_bound_are_told() {
    let flows = |count: usize| {
        (0..count).map(|at| Flow {
            id: format!("0f{at}"),
            name: String::new(),
            description: None,
            version: None,
            active: None,
            runs: None,
            other: Vec::new(),
        })
    };
    let read = |items: usize, total: Option<u64>, more: bool| {
        let mut pages = Pages::new(&[EACH], None, 10);
        let asks = pages.advance(&everything);
        assert_eq!(asks, [Fetch::Flows { source: 0, place: Place::First }]);
        let answer = page(flows(items).collect(), more.then_some(Place::Number(2)));
        pages.merge.flows(0, &Place::First, Ok(runs::model::Page { total, ..answer }));
        let asks = pages.advance(&everything);
        (asks.len(), pages.merge.left_out(0))
    };
    assert_eq!(read(3, None, false), (3, None));
    assert_eq!(read(MOST_FLOWS, None, false), (MOST_FLOWS, None));
    assert_eq!(read(MOST_FLOWS + 5, None, false), (MOST_FLOWS, Some(Some(5))));
    assert_eq!(read(100, Some(340), true), (MOST_FLOWS, Some(Some(320))));
    assert_eq!(read(100, None, true), (MOST_FLOWS, Some(None)));
    // Fewer than the bound, and more to come: the rest of the flows is read before any order is told.
    assert_eq!(read(3, None, true), (4, None));
}

#[test]
fn a_list_that_shifts_while_it_is_read_shows_no_run_twice() {
    let mut world = World::new(vec![Vendor { kind: ALL, lists: vec![list(100, 1, 30)], page: 10 }], 10);
    world.fill();
    // Three runs start: what was at 7 to 9 comes again at 10 to 12.
    let mut pages = world.pages.clone();
    assert!(pages.turn());
    let asks = pages.advance(&everything);
    assert_eq!(asks, [Fetch::Runs { stream: 0, place: Place::Offset(10) }]);
    let shifted = (7..17).map(|at| run(&format!("0-0-{at}"), "0f0", Some(100 - at))).collect();
    pages.merge.runs(0, &Place::Offset(10), Ok(page(shifted, Some(Place::Offset(20)))));
    pages.advance(&everything);
    assert_eq!(ids(pages.rows(1).unwrap()), (10..17).map(|at| format!("0-0-{at}")).collect::<Vec<_>>());
}

#[test]
fn a_list_that_never_advances_is_told_as_a_failure() {
    let mut world = World::new(vec![Vendor { kind: ALL, lists: vec![list(100, 1, 30)], page: 10 }], 10);
    world.fill();
    world.pages.turn();
    let same: Vec<Run> = (0..10).map(|at| run(&format!("0-0-{at}"), "0f0", Some(100 - at))).collect();
    let mut asked = 0;
    loop {
        let asks = world.pages.advance(&everything);
        let Some(Fetch::Runs { stream, place }) = asks.first() else { break };
        asked += 1;
        let older = Place::Offset(offset(place) + 10);
        world.pages.merge.runs(*stream, place, Ok(page(same.clone(), Some(older))));
    }
    assert_eq!(asked, 10);
    assert!(world.pages.merge.missing(0).error.is_some());
}

#[test]
fn rows_are_kept_to_a_bound_and_pages_before_it_are_gone() {
    let mut world = World::new(vec![Vendor { kind: ALL, lists: vec![list(1_000_000, 1, 6_000)], page: 100 }], 100);
    world.fill();
    for _ in 0..55 {
        assert!(world.pages.turn());
        world.fill();
    }
    assert!(world.pages.rows(0).is_none() && world.pages.rows(4).is_none());
    assert_eq!(world.ids(55)[0], "0-0-5500");
    assert_eq!(world.ids(30)[0], "0-0-3000");
}

#[test]
fn read_again_rows_change_in_place_and_new_runs_wait() {
    let mut world = World::new(
        vec![Vendor { kind: ALL, lists: vec![list(100, 1, 30)], page: 10 }, Vendor { kind: ALL, lists: vec![list(95, 1, 5)], page: 10 }],
        12,
    );
    world.fill();
    let before = world.ids(0);
    let watched = world.pages.merge.watched(0, 12, true);
    assert_eq!(watched.len(), 2, "both lists' first pages: {watched:?}");
    assert_eq!(world.pages.merge.watched(0, 12, false).len(), 2);

    let failed = Run { status: Status::new(StatusKind::Failed, "failed"), updated_at: Some(Timestamp(5)), ..run("0-0-3", "0f0", Some(97)) };
    let mut items = vec![run("new", "0f0", Some(101))];
    items.extend(world.page(0, &Place::First).items);
    items.pop();
    items[4] = failed.clone();
    assert!(world.pages.merge.again(&watched[0], page(items.clone(), Some(Place::Offset(10))), Timestamp(0)));
    assert_eq!(world.ids(0), before, "nothing moves");
    assert_eq!(world.pages.rows(0).unwrap()[3].run, failed);
    assert_eq!(world.pages.merge.fresh().map(|(source, run)| (source, run.id.as_str())).collect::<Vec<_>>(), [(0, "new")]);
    assert!(!world.pages.merge.again(&watched[0], page(items.clone(), None), Timestamp(0)), "the same answer changes nothing");
    let newest = items.clone();
    // An older answer never replaces a newer one.
    items[4] = Run { updated_at: Some(Timestamp(1)), ..run("0-0-3", "0f0", Some(97)) };
    assert!(!world.pages.merge.again(&watched[0], page(items, None), Timestamp(0)));

    let absent = |world: &World| -> Vec<_> {
        world.pages.rows(0).unwrap().iter().filter_map(|row| Some((row.run.id.clone(), row.absent?))).collect()
    };
    let whole = world.page(0, &Place::First);
    world.pages.merge.again(&watched[0], whole.clone(), Timestamp(60));
    assert!(absent(&world).is_empty(), "the page holds all that is shown");
    let mut without = world.page(0, &Place::First).items;
    without.remove(2);
    world.pages.merge.again(&watched[0], page(without.clone(), Some(Place::Offset(10))), Timestamp(70));
    world.pages.merge.again(&watched[0], page(without, Some(Place::Offset(10))), Timestamp(80));
    assert_eq!(absent(&world), [("0-0-2".to_owned(), Timestamp(70))], "it was there until then; other lists' rows are not missed");
    world.pages.merge.again(&watched[0], whole, Timestamp(90));
    assert!(absent(&world).is_empty());
    world.pages.merge.again(&watched[0], page(newest, Some(Place::Offset(10))), Timestamp(100));

    let asked = world.asked.len();
    world.pages = world.pages.renewed();
    world.advance(&everything);
    assert_eq!(world.asked.len(), asked, "what is known is not asked for again");
    assert_eq!(world.ids(0)[..5], ["new", "0-0-0", "0-0-1", "0-0-2", "0-0-3"]);
    assert_eq!(world.pages.rows(0).unwrap()[4].run, failed, "nor does the older version come back");
    assert_eq!(world.pages.merge.fresh().count(), 0);
}
