//! Several lists read one after the other.
#![allow(clippy::unwrap_used, clippy::panic)]

use runs::adapters::query::RunQuery;
use runs::model::{Flow, NoNumber, Numbering, Page, Place, Run};
use runs::reading::paginator::{ChainedPaginator, Next};
use runs::{Status, StatusKind, Timestamp};

fn page<T>(items: Vec<T>, older: Option<Place>) -> Page<T> {
    Page {
        items,
        total: Some(9),
        older,
        newer: None,
        first_number: Numbering::Underivable(NoNumber::AllFlows),
        quota: None,
        unread: Vec::new(),
    }
}

fn runs(ids: &[&str], older: Option<Place>) -> Page<Run> {
    page(ids.iter().map(|id| Run::new(*id, "wf", Status::new(StatusKind::Completed, "completed"))).collect(), older)
}

fn flow(id: &str) -> Flow {
    Flow { id: id.into(), name: id.to_uppercase(), description: None, version: None, active: None, runs: None, other: Vec::new() }
}

/// What is asked next, in short: the source, and the flow or the place of flows.
fn asked(paginator: &ChainedPaginator) -> String {
    match paginator.next() {
        None => "end".into(),
        Some(Next::Flows { source, place }) => format!("{source} flows {place:?}"),
        Some(Next::Runs { source, query }) => format!("{source} {} {:?}", query.flow.unwrap_or_default(), query.place),
    }
}

fn take(paginator: &mut ChainedPaginator, page: Page<Run>) -> Vec<String> {
    paginator.runs(page, Timestamp(0)).into_iter().map(|(_, run)| run.id).collect()
}

#[test]
fn each_source_is_read_to_its_end_and_flows_come_before_their_runs() {
    let mut paginator = ChainedPaginator::new([(RunQuery::default(), true), (RunQuery { limit: 7, ..RunQuery::default() }, false)]);
    assert_eq!(asked(&paginator), "0  First");
    assert_eq!(take(&mut paginator, runs(&["a", "b"], Some(Place::Offset(2)))), ["a", "b"]);
    assert_eq!(asked(&paginator), "0  Offset(2)");
    // The row that moved down is taken once.
    assert_eq!(take(&mut paginator, runs(&["b", "c"], None)), ["c"]);
    assert_eq!(asked(&paginator), "1 flows First");
    paginator.flows(&page(vec![flow("x"), flow("y")], Some(Place::Number(2))));
    assert_eq!(asked(&paginator), "1 x First");
    assert!(matches!(paginator.next(), Some(Next::Runs { query, .. }) if query.limit == 7));
    take(&mut paginator, runs(&["d"], None));
    assert_eq!(asked(&paginator), "1 y First");
    take(&mut paginator, runs(&[], None));
    assert_eq!(asked(&paginator), "1 flows Number(2)");
    paginator.flows(&page(vec![flow("z")], Some(Place::Number(2))));
    assert_eq!(asked(&paginator), "1 z First", "and flows that do not advance are at their end");
    take(&mut paginator, runs(&["e"], None));
    assert_eq!((asked(&paginator), paginator.read(), paginator.pages(), paginator.total()), ("end".into(), 5, 5, None));
}

#[test]
fn one_list_tells_its_total_to_the_end() {
    let mut paginator = ChainedPaginator::new([(RunQuery::default(), true)]);
    take(&mut paginator, runs(&["a"], None));
    assert_eq!((asked(&paginator), paginator.read(), paginator.pages(), paginator.total()), ("end".into(), 1, 1, Some(9)));
}

#[test]
fn what_fails_holds_up_nothing_and_is_tried_again_after_the_others() {
    let whole = |flow: &str| (RunQuery { flow: Some(flow.into()), ..RunQuery::default() }, true);
    let mut paginator = ChainedPaginator::new([whole("a"), whole("b"), whole("c")]);
    assert!(!paginator.fail());
    assert_eq!(asked(&paginator), "1 b First");
    take(&mut paginator, runs(&["1"], None));
    assert_eq!(asked(&paginator), "2 c First");
    assert!(!paginator.fail());
    assert_eq!(asked(&paginator), "0 a First");
    assert!(paginator.fail(), "nothing else is left to try");
    assert_eq!(asked(&paginator), "0 a First", "which is told, and can be tried again");
    take(&mut paginator, runs(&["2"], None));
    take(&mut paginator, runs(&["3"], None));
    assert_eq!((asked(&paginator), paginator.read()), ("end".into(), 3));
}

#[test]
fn a_limit_is_waited_for_only_where_it_holds() {
    let mut paginator = ChainedPaginator::new([(RunQuery::default(), true), (RunQuery::default(), true)]);
    let quota = runs::model::Quota { limit: 100, remaining: 1, resets_at: Some(Timestamp(3_600_000)), cost: 1 };
    take(&mut paginator, Page { quota: Some(quota), ..runs(&["a"], Some(Place::Offset(1))) });
    assert!(paginator.rest() > 0);
    take(&mut paginator, Page { quota: Some(quota), ..runs(&["b"], None) });
    assert_eq!(paginator.rest(), 0, "the next list is another vendor's");
}
