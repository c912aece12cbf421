//! Going to a run by number or id: in every style of list, over gaps, and while the list grows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::cell::{Cell, RefCell};

use runs::adapters::FlowQuery;
use runs::adapters::capability::{Capabilities, NumberSource, Seek};
use runs::adapters::query::RunQuery;
use runs::model::{Flow, NoNumber, Numbering, Page, Place, Run};
use runs::reading::jump::{Landed, Landing, Miss, WALKED, Wish, to_number, to_run};
use runs::{Adapter, Operation, Status, StatusKind, Timestamp};

thread_local! {
    /// The numbers of the runs that are listed, the oldest first.
    static LIST: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    static ASKED: Cell<u32> = const { Cell::new(0) };
    /// So many runs start before each further request.
    static GROWS: Cell<u64> = const { Cell::new(0) };
}

/// A vendor that pages in one style.
struct Vendor {
    seek: Seek,
    numbers: NumberSource,
}

static OFFSET: Vendor = Vendor { seek: Seek::Offset, numbers: NumberSource::Derived };
static PAGES: Vendor = Vendor { seek: Seek::Page { last: 100, largest: 1_000 }, numbers: NumberSource::Native };
static IDS: Vendor = Vendor { seek: Seek::Id, numbers: NumberSource::Derived };
static CURSOR: Vendor = Vendor { seek: Seek::Sequential, numbers: NumberSource::Derived };
static UNNUMBERED: Vendor = Vendor { seek: Seek::Id, numbers: NumberSource::None };

fn run(number: u64, native: bool) -> Run {
    Run {
        number: native.then_some(number),
        // Three runs share each moment, and time does not pass evenly.
        created_at: Some(Timestamp(i64::try_from(number / 3 * 60_000 + number / 3 * (number / 3) * 7).unwrap())),
        ..Run::new(format!("run_{number}"), "flow", Status::new(StatusKind::Completed, "completed"))
    }
}

impl Adapter for Vendor {
    fn capabilities(&self) -> Capabilities {
        Capabilities { seek: self.seek, numbers: self.numbers, ..runs::Dialect::TableFlow.adapter().capabilities() }
    }

    fn list_flows(&self, _query: &FlowQuery) -> Operation<Page<Flow>> {
        panic!("flows are not needed")
    }

    fn list_waiting(&self, _flow: Option<&str>, _place: &Place) -> Operation<Page<Run>> {
        panic!("waiting runs are not needed")
    }

    fn list_runs(&self, query: &RunQuery) -> Operation<Page<Run>> {
        assert!(query.statuses.is_empty() && query.filter.is_empty());
        let asked = ASKED.get() + 1;
        ASKED.set(asked);
        LIST.with_borrow_mut(|list| {
            if asked > 1 {
                let newest = list.last().copied().unwrap_or(0);
                list.extend((1..=GROWS.get()).map(|more| newest + more));
            }
            let limit = query.limit as usize;
            let total = list.len();
            // Places count from the newest.
            let place_of = |id: &str| {
                let number: u64 = id.strip_prefix("run_").unwrap().parse().unwrap();
                total - 1 - list.binary_search(&number).unwrap()
            };
            let from = match (&query.place, self.seek) {
                (Place::First, _) => 0,
                (Place::Offset(offset), Seek::Offset) => usize::try_from(*offset).unwrap(),
                (Place::Number(page), Seek::Page { last, largest }) => {
                    assert!(*page <= last && query.limit <= largest);
                    (*page as usize - 1) * limit
                }
                (Place::After(id), Seek::Id | Seek::Page { .. }) => place_of(id) + 1,
                (Place::Before(id), Seek::Id) => place_of(id).saturating_sub(limit),
                (Place::Cursor(id), Seek::Sequential) => place_of(id) + 1,
                other => panic!("{other:?}"),
            };
            let until = if let Place::Before(id) = &query.place { place_of(id) } else { (from + limit).min(total) };
            let native = self.numbers == NumberSource::Native;
            let items: Vec<Run> = (from..until.max(from)).map(|place| run(list[total - 1 - place], native)).collect();
            let last = items.last().map(|run| run.id.clone()).filter(|_| until < total);
            let older = match self.seek {
                Seek::Offset => last.map(|_| Place::Offset(until as u64)),
                Seek::Page { .. } => last.map(|_| Place::Number(2)),
                Seek::Id => last.map(Place::After),
                Seek::Sequential => last.map(Place::Cursor),
            };
            let derived = self.numbers == NumberSource::Derived;
            let first_number = match (self.seek, &query.place, query.first_number) {
                (Seek::Page { .. }, ..) => Numbering::Native,
                (Seek::Offset, ..) if from <= total => Numbering::From((total - from) as u64),
                (_, Place::First, _) if derived => Numbering::From(total as u64),
                (_, _, Some(number)) if derived => Numbering::From(number),
                _ => Numbering::Underivable(NoNumber::UnknownPlace),
            };
            let total = (self.seek == Seek::Offset).then_some(total as u64);
            Operation::done(Page { items, total, older, newer: None, first_number, quota: None, unread: Vec::new() })
        })
    }
}

/// Runs 1 to `newest`, without those that are gone.
fn list(newest: u64, gone: impl Fn(u64) -> bool) {
    LIST.set((1..=newest).filter(|number| !gone(*number)).collect());
    ASKED.set(0);
    GROWS.set(0);
}

fn query(limit: u32) -> RunQuery {
    RunQuery { flow: Some("flow".into()), limit, ..RunQuery::default() }
}

fn look(operation: Operation<Landed>) -> Landed {
    operation.run_with(|_| panic!("the list answers at once")).unwrap()
}

/// The run is on the page that was named, when that page is read.
fn at(vendor: &'static Vendor, limit: u32, landed: &Landed) -> (u64, Landing) {
    let Landed::At(landing) = landed else { panic!("{landed:?}") };
    let read = RunQuery { place: landing.place.clone(), first_number: landing.first_number, ..query(limit) };
    GROWS.set(0);
    let page = vendor.list_runs(&read).run_with(|_| panic!()).unwrap();
    let at = page.items.iter().position(|run| run.id == landing.run).unwrap_or_else(|| panic!("{landing:?} is not on its page"));
    let number: u64 = landing.run.strip_prefix("run_").unwrap().parse().unwrap();
    if let (Some(first), Numbering::From(read)) = (landing.first_number, page.first_number) {
        assert_eq!(first, read);
        assert_eq!(first - at as u64, number, "{landing:?}");
    }
    (number, landing.clone())
}

#[test]
fn numbers_and_ids_are_told_apart() {
    for text in ["#1,042", "1042", " 1,042 ", "#1.042", "1\u{a0}042", "1\u{202f}042", "# 1042"] {
        assert_eq!(Wish::read(text), Some(Wish::Number(1_042)), "{text}");
    }
    for text in ["run_1042", "dk4g1tUg1uHLs8YU", "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d801", "12345678901234567890"] {
        assert_eq!(Wish::read(text), Some(Wish::Id(text.into())), "{text}");
    }
    for text in [
        " run_1042\n",
        "\"run_1042\"",
        "“run_1042”,",
        "(run_1042)",
        "https://console.example/acme/runs/run_1042",
        "https://console.example/runs/run_1042/steps?at=1#end",
        "http://127.0.0.1:8080/c/retab/runs/run_1042/reviews/check",
        "https://console.example/execution/run%5F1042/",
    ] {
        assert_eq!(Wish::read(text), Some(Wish::Id("run_1042".into())), "{text}");
    }
    for text in ["https://console.example", "https://", "\"\"", "", "  ", "#", "#0", "0", "#abc", "a/b", "..", "two words", "a?b"] {
        assert_eq!(Wish::read(text), None, "{text}");
    }
}

#[test]
fn by_offset_a_million_runs_are_two_requests() {
    for number in [1, 2, 25, 26, 499_999, 999_975, 999_976, 1_000_000] {
        list(1_000_000, |_| false);
        let landed = look(to_number(&OFFSET, &query(25), number));
        assert_eq!(ASKED.get(), 2, "#{number}");
        assert_eq!(at(&OFFSET, 25, &landed).0, number);
    }
    assert_eq!(look(to_number(&OFFSET, &query(25), 1_000_001)), Landed::Missed(Miss::NotYet { newest: 1_000_000 }));
}

#[test]
fn by_page_gaps_are_searched_through() {
    type Gone = fn(u64) -> bool;
    let lists: [(&str, Gone); 5] = [
        ("no gaps", |_| false),
        ("every seventh is gone", |number| number % 7 == 0),
        ("a large gap", |number| (20_001..70_000).contains(&number)),
        ("a gap at the newest end", |number| number > 50_000 && number < 99_990),
        ("gaps that grow", |number| number % 1_000 < number / 120),
    ];
    for (name, gone) in lists {
        for number in [1, 2, 3, 999, 19_999, 20_000, 70_000, 70_001, 99_989, 99_999, 100_000] {
            list(100_000, gone);
            let landed = look(to_number(&PAGES, &query(50), number));
            assert!(ASKED.get() <= 26, "{name}, #{number}: {} requests", ASKED.get());
            let newest = LIST.with_borrow(|list| list.last().copied().unwrap());
            if number > newest {
                assert_eq!(landed, Landed::Missed(Miss::NotYet { newest }), "{name}, #{number}");
            } else if gone(number) {
                assert_eq!(landed, Landed::Missed(Miss::Gone), "{name}, #{number}");
            } else {
                assert_eq!(at(&PAGES, 50, &landed).0, number, "{name}");
            }
        }
    }
    list(100_000, |_| false);
    assert_eq!(look(to_number(&PAGES, &query(50), 100_001)), Landed::Missed(Miss::NotYet { newest: 100_000 }));
    look(to_number(&PAGES, &query(50), 97_000));
    assert_eq!(ASKED.get(), 3, "one for the newest and too high a number, two for a place without gaps");
}

#[test]
fn deeper_than_pages_go_it_goes_on_behind_an_id() {
    // A hundred pages of 50 reach 5,000 runs; larger ones 100,000.
    list(150_000, |_| false);
    for number in [144_990, 100_000, 99_951, 50_001, 149_000 - 1, 145_000, 145_001] {
        let landed = look(to_number(&PAGES, &query(50), number));
        let (found, landing) = at(&PAGES, 50, &landed);
        assert_eq!(found, number);
        if number <= 145_000 {
            assert!(matches!(landing.place, Place::After(_)), "{landing:?}");
        }
    }
    assert_eq!(look(to_number(&PAGES, &query(50), 50_000)), Landed::Missed(Miss::TooFar { back: Some(100_000) }));
}

#[test]
fn a_number_that_another_run_has_is_not_taken_for_the_one() {
    list(1_000, |_| false);
    let other = Run { id: "run_other".into(), ..run(500, true) };
    assert_eq!(look(to_run(&PAGES, &query(50), &other)), Landed::Missed(Miss::Gone));
}

#[test]
fn from_page_to_page_so_far_and_no_further() {
    for vendor in [&IDS, &CURSOR] {
        list(1_000, |_| false);
        let landed = look(to_number(vendor, &query(50), 801));
        assert_eq!(ASKED.get(), 4);
        let (number, landing) = at(vendor, 50, &landed);
        assert_eq!(number, 801);
        assert_eq!(landing.first_number, Some(850));
        let trail: Vec<_> = landing.trail.iter().map(|(_, number)| *number).collect();
        assert_eq!(trail, [Some(1_000), Some(950), Some(900)]);
        list(1_000, |_| false);
        assert_eq!(look(to_number(vendor, &query(50), 500)), Landed::Missed(Miss::TooFar { back: Some(500) }));
        assert_eq!(ASKED.get(), 1, "nothing is walked in vain");
        list(1_000, |_| false);
        assert_eq!(at(vendor, 50, &look(to_number(vendor, &query(50), 501))).0, 501);
        assert_eq!(look(to_number(vendor, &query(50), 1_001)), Landed::Missed(Miss::NotYet { newest: 1_000 }));
    }
    list(1_000, |_| false);
    assert_eq!(at(&CURSOR, 50, &look(to_run(&CURSOR, &query(50), &run(740, false)))).0, 740);
    list(1_000, |_| false);
    assert_eq!(look(to_run(&CURSOR, &query(50), &run(10, false))), Landed::Missed(Miss::TooFar { back: None }));
    assert_eq!(ASKED.get(), WALKED);
    list(70, |_| false);
    assert_eq!(look(to_run(&CURSOR, &query(50), &run(71, false))), Landed::Missed(Miss::Gone));
}

#[test]
fn the_page_of_an_id_is_found_at_any_depth() {
    for number in [1, 2, 24, 25, 26, 500, 999_970, 999_999, 1_000_000] {
        list(1_000_000, |_| false);
        let landed = look(to_run(&IDS, &query(50), &run(number, false)));
        assert_eq!(ASKED.get(), 2, "#{number}");
        assert_eq!(at(&IDS, 50, &landed).0, number);
        list(1_000_000, |number| number % 9 == 0);
        if number % 9 != 0 {
            let landed = look(to_run(&OFFSET, &query(50), &run(number, false)));
            assert!(ASKED.get() <= 24, "#{number}: {} requests", ASKED.get());
            let Landed::At(landing) = landed else { panic!("#{number}: {landed:?} after {}", ASKED.get()) };
            assert_eq!(landing.run, format!("run_{number}"));
            assert!(landing.trail.is_empty());
        }
    }
    list(1_000_000, |number| number == 4_711);
    assert_eq!(look(to_run(&OFFSET, &query(50), &run(4_711, false))), Landed::Missed(Miss::Gone));
}

#[test]
fn while_the_list_grows_the_answer_is_still_right() {
    for grows in [1, 10, 40] {
        for vendor in [&OFFSET, &PAGES] {
            list(4_000, |number| vendor.numbers == NumberSource::Native && number % 5 == 0);
            GROWS.set(grows);
            let landed = look(to_number(vendor, &query(50), 1_001));
            let Landed::At(landing) = &landed else { panic!("{grows}: {landed:?}") };
            assert_eq!(landing.run, "run_1001", "{grows}");
        }
        list(4_000, |_| false);
        GROWS.set(grows);
        let Landed::At(landing) = look(to_run(&OFFSET, &query(50), &run(1_001, false))) else { panic!("{grows}") };
        assert_eq!(landing.run, "run_1001");
        // A page by its id does not move.
        list(4_000, |_| false);
        GROWS.set(grows);
        let landed = look(to_run(&IDS, &query(50), &run(1_001, false)));
        assert_eq!(at(&IDS, 50, &landed).0, 1_001);
    }
    // By more than a page between two requests: no place holds long enough.
    list(4_000, |_| false);
    GROWS.set(60);
    assert_eq!(look(to_number(&OFFSET, &query(50), 1_001)), Landed::Missed(Miss::Moving));
}

#[test]
fn what_cannot_be_found_is_said_without_a_request() {
    list(100, |_| false);
    assert_eq!(look(to_number(&UNNUMBERED, &query(50), 7)), Landed::Missed(Miss::NoNumbers));
    for vendor in [&OFFSET, &PAGES, &IDS, &CURSOR] {
        assert_eq!(look(to_number(vendor, &RunQuery { limit: 50, ..RunQuery::default() }, 7)), Landed::Missed(Miss::NoFlow));
    }
    assert_eq!(look(to_run(&OFFSET, &query(50), &Run { created_at: None, ..run(7, false) })), Landed::Missed(Miss::NoWay));
    assert_eq!(look(to_run(&PAGES, &query(50), &run(7, false))), Landed::Missed(Miss::NoWay));
    assert_eq!(ASKED.get(), 0);
    for vendor in [&OFFSET, &PAGES, &IDS, &CURSOR] {
        list(0, |_| false);
        assert_eq!(look(to_number(vendor, &query(50), 7)), Landed::Missed(Miss::NotYet { newest: 0 }));
    }
}
