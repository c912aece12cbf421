//! What each vendor is asked of one question to all of them.

use crate::world::run;
use runs::adapters::filter::{Created, Filter};
use runs::model::{Place, TriggerKind};
use runs::reading::merge::Question;
use runs::wire::http::{Body, Request};
use runs::{Dialect, Operation, Status, StatusKind, Timestamp};

fn of(dialect: Dialect, statuses: &[StatusKind], filter: &Filter) -> Question {
    Question::of(statuses, filter, &dialect.adapter().capabilities())
}

/// What is asked for one page, as it goes out.
fn asked(dialect: Dialect, statuses: &[StatusKind], flow: Option<&str>, limit: u32) -> Vec<String> {
    let filter = Filter::default();
    let query = of(dialect, statuses, &filter).page(flow, &filter, Place::First, limit);
    match dialect.adapter().list_runs(&query) {
        Operation::Ask(requests, _) => requests.iter().map(whole).collect(),
        Operation::Done(answer) => panic!("nothing was asked: {answer:?}"),
    }
}

/// Its address, and what it sends.
fn whole(request: &Request) -> String {
    match &request.body {
        Body::None => request.target(),
        Body::Bytes { bytes, .. } => request.target() + &String::from_utf8_lossy(bytes),
    }
}

#[test]
fn statuses_go_to_vendors_that_take_all_of_them() {
    let two = [StatusKind::Failed, StatusKind::Waiting];
    let none = Filter::default();
    for (dialect, here) in [
        (Dialect::Retab, false),
        (Dialect::SuperAi, false),
        (Dialect::TableFlow, true),
        (Dialect::FlowStack, true),
        (Dialect::RetabReviews, true),
    ] {
        assert_eq!(of(dialect, &two, &none).statuses_here, here, "{dialect:?}");
        assert!(!of(dialect, &[], &none).kind.here);
        assert!(!of(dialect, &two[..1], &none).kind.here, "each filters by failed: {dialect:?}");
        let lets = |kind: StatusKind| {
            let run = runs::model::Run { status: Status::new(kind, ""), ..run("r", "f", Some(5)) };
            of(dialect, &two, &none).matches(&run, &two, &none, &str::to_lowercase)
        };
        assert!(lets(StatusKind::Failed) && lets(StatusKind::Waiting));
        assert_eq!(lets(StatusKind::Completed), !here, "what the vendor does is not done again");
    }
    assert!(of(Dialect::FlowStack, &[StatusKind::Waiting], &none).kind.never, "nothing waits there");
    assert!(!of(Dialect::TableFlow, &[StatusKind::Waiting], &none).kind.never);
    let by_trigger = Filter { triggers: vec![TriggerKind::Api], ..Filter::default() };
    let superai = of(Dialect::SuperAi, &[], &by_trigger);
    assert!(superai.kind.never && superai.untold.triggers, "its lists tell no trigger: nothing of it is read in vain");
    assert!(!of(Dialect::TableFlow, &[], &by_trigger).kind.never);
    // A status that a vendor has no filter for is told apart here.
    assert!(of(Dialect::TableFlow, &[StatusKind::Cancelled], &none).statuses_here);
}

#[test]
fn the_rest_of_the_filter_is_left_to_whom_it_is() {
    let filter = Filter { triggers: vec![TriggerKind::Api], created: Created::Between(Some(Timestamp(0)), None), ..Filter::default() };
    let left = |dialect: Dialect| {
        let question = of(dialect, &[], &filter);
        (question.here.triggers, question.here.created, question.kind.here)
    };
    assert_eq!(left(Dialect::Retab), (false, false, false));
    assert_eq!(left(Dialect::RetabReviews), (false, false, false));
    assert_eq!(left(Dialect::SuperAi), (true, false, true));
    assert_eq!(left(Dialect::TableFlow), (true, true, true));
    assert_eq!(left(Dialect::FlowStack), (true, true, true));
}

#[test]
fn one_request_a_page_and_no_more_than_the_vendor_gives() {
    for dialect in Dialect::ALL {
        let flow = (!dialect.adapter().capabilities().list_all).then_some("0b7c1a52-6f3e-4d19-9a58-2f1e7c40d801");
        let requests = asked(dialect, &[], flow, 250);
        assert_eq!(requests.len(), 1, "{dialect:?}: nothing is asked for numbers alone: {requests:?}");
        let most = dialect.adapter().capabilities().page_sizes.iter().max().unwrap();
        // Prefect's lists do not say whether there is more: one run more does.
        let limit = if dialect == Dialect::Prefect { format!("\"limit\":{}", most + 1) } else { format!("={}", (*most).min(250)) };
        assert!(requests[0].contains(&limit), "{dialect:?}: {requests:?}");
    }
    assert_eq!(asked(Dialect::Retab, &[], Some("wf_1"), 50).len(), 1);
}
