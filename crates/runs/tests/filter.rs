//! What narrows a list down: in the address, at the vendor, and on what was loaded.
#![allow(clippy::unwrap_used, clippy::panic)]

use runs::adapters::filter::{Created, Filter, FilterParts};
use runs::adapters::query::RunQuery;
use runs::adapters::{
    flowstack::FlowStack, prefect::Prefect, retab::Retab, retab_reviews::RetabReviews, superai::SuperAi, tableflow::TableFlow,
};
use runs::model::{Run, TriggerKind};
use runs::reading::address::HistoryAddress;
use runs::{Adapter, Operation, Status, StatusKind, Timestamp};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn all_of_it() -> Filter {
    Filter {
        triggers: vec![TriggerKind::Api, TriggerKind::Email],
        created: Created::Between(Some(at("2026-11-01T09:30:00Z")), Some(at("2026-11-02T10:00:00Z"))),
        at_least_ms: Some(5_000),
        at_most_ms: Some(60_000),
        text: "customer_id:12 & more".into(),
        statuses: Vec::new(),
    }
}

#[test]
fn an_address_keeps_the_whole_filter() {
    for filter in [
        Filter::default(),
        all_of_it(),
        Filter { created: Created::Last(1_440), ..Filter::default() },
        Filter { created: Created::Between(None, Some(at("2026-11-02T10:00:00.250Z"))), ..Filter::default() },
    ] {
        let address = HistoryAddress { connection: Some("retab".into()), filter, ..HistoryAddress::default() };
        assert_eq!(HistoryAddress::read(&address.write()), address, "{}", address.write());
    }
}

#[test]
fn statuses_that_a_vendor_cannot_tell_apart_are_left_to_the_caller() {
    let address = HistoryAddress { statuses: vec![StatusKind::Waiting, StatusKind::Failed], ..HistoryAddress::default() };
    let one = HistoryAddress { statuses: vec![StatusKind::Failed], ..HistoryAddress::default() };
    let never = HistoryAddress { statuses: vec![StatusKind::Failed, StatusKind::Deleted], ..HistoryAddress::default() };
    for (adapter, many) in
        [(&Retab as &dyn Adapter, true), (&SuperAi, true), (&TableFlow, false), (&FlowStack, false), (&RetabReviews, false)]
    {
        let can = adapter.capabilities();
        assert_eq!(one.statuses_asked(&can), [StatusKind::Failed]);
        assert!(one.filter_for(&can, Timestamp(0)).is_empty());
        for (address, sent) in [(&address, many), (&never, false)] {
            let filter = address.filter_for(&can, Timestamp(0));
            assert_eq!(address.statuses_asked(&can).is_empty(), !sent);
            assert_eq!(filter.statuses.is_empty(), sent);
            assert_eq!(filter.client_parts(can.filters).any(), !sent);
            assert_eq!(filter.client_parts(can.filters).statuses, !sent);
        }
    }
    let lower = |text: &str| text.to_lowercase();
    let filter = address.filter_for(&TableFlow.capabilities(), Timestamp(0));
    for (kind, lets) in [(StatusKind::Failed, true), (StatusKind::Waiting, true), (StatusKind::Completed, false)] {
        let run = Run { status: Status::new(kind, ""), ..run() };
        assert_eq!(filter.matches(&run, &lower), lets, "{kind:?}");
    }
}

#[test]
fn what_is_not_understood_is_left_out_field_by_field() {
    let read = |query: &str| HistoryAddress::read(query).filter;
    let api = Filter { triggers: vec![TriggerKind::Api], ..Filter::default() };
    assert_eq!(read("?trigger=fax,api,api,&last=0&min=-3&max=abc&from=yesterday&to=&q=%20"), api);
    assert_eq!(read("?last=99999999999&trigger=api&min=1e3"), api);
    let from = Created::Between(Some(at("2026-11-01T09:30:00Z")), None);
    assert_eq!(read("?from=2026-11-01T09:30:00Z&last=60&to=never").created, Created::Last(60));
    assert_eq!(read("?last=60&from=2026-11-01T09:30:00Z&to=never").created, from);
    assert_eq!(read(&format!("?q={}", "x".repeat(900))).text.len(), 900);
}

fn run() -> Run {
    Run {
        trigger: Some(runs::model::Trigger { kind: TriggerKind::Email, raw: "email".into(), detail: None }),
        name: Some("Möbel Straße".into()),
        created_at: Some(at("2026-11-01T10:00:00Z")),
        started_at: Some(at("2026-11-01T10:00:01Z")),
        finished_at: Some(at("2026-11-01T10:00:31Z")),
        metadata: vec![("customer_id".into(), serde_json::json!("12 & more")), ("amount".into(), serde_json::json!(1234))],
        ..Run::new("run_ABC", "f", Status::new(StatusKind::Completed, "completed"))
    }
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

#[test]
fn each_part_lets_through_and_keeps_out() {
    let lets = |filter: &Filter| filter.matches(&run(), &lower);
    assert!(lets(&Filter::default()) && lets(&all_of_it()));
    for (filter, expected) in [
        (Filter { triggers: vec![TriggerKind::Api], ..all_of_it() }, false),
        (Filter { created: Created::Between(Some(at("2026-11-01T10:00:00Z")), None), ..all_of_it() }, true),
        (Filter { created: Created::Between(Some(at("2026-11-01T10:00:00.001Z")), None), ..all_of_it() }, false),
        (Filter { created: Created::Between(None, Some(at("2026-11-01T09:59:59.999Z"))), ..all_of_it() }, false),
        (Filter { at_least_ms: Some(30_000), at_most_ms: Some(30_000), ..all_of_it() }, true),
        (Filter { at_least_ms: Some(30_001), ..all_of_it() }, false),
        (Filter { at_most_ms: Some(29_999), ..all_of_it() }, false),
        (Filter { text: "abc".into(), ..all_of_it() }, true),
        (Filter { text: "MÖBEL STRASSE".into(), ..all_of_it() }, false),
        (Filter { text: "MÖBEL".into(), ..all_of_it() }, true),
        (Filter { text: "AMOUNT:123".into(), ..all_of_it() }, true),
        (Filter { text: "customer".into(), ..all_of_it() }, true),
        (Filter { text: "nowhere".into(), ..all_of_it() }, false),
    ] {
        assert_eq!(lets(&filter), expected, "{filter:?}");
    }
    let under_way = Run { status: Status::new(StatusKind::Running, "running"), finished_at: None, duration_ms: Some(0), ..run() };
    let quick = Filter { at_most_ms: Some(10), ..Filter::default() };
    assert!(!quick.matches(&under_way, &lower), "nobody knows how long it will take");
    let unknown = Run { trigger: None, created_at: None, started_at: None, ..run() };
    assert!(!Filter { triggers: vec![TriggerKind::Api], ..Filter::default() }.matches(&unknown, &lower));
    assert!(!Filter { created: all_of_it().created, ..Filter::default() }.matches(&unknown, &lower));
}

#[test]
fn relative_times_count_from_now() {
    let now = at("2026-11-02T10:00:00Z");
    let filter = Filter { created: Created::Last(60), ..Filter::default() }.at(now);
    assert_eq!(filter.created, Created::Between(Some(at("2026-11-02T09:00:00Z")), None));
}

fn asked(adapter: &dyn Adapter, filter: Filter) -> String {
    let query = RunQuery { flow: Some("0b7c1a52-6f3e-4d19-9a58-2f1e7c40d801".into()), limit: 50, filter, ..RunQuery::default() };
    let place = runs::model::Place::After("run_1".into());
    match adapter.list_runs(&RunQuery { place, ..query }) {
        Operation::Ask(requests, _) => requests[0].target(),
        Operation::Done(_) => panic!("nothing was asked"),
    }
}

#[test]
fn each_vendor_is_sent_what_it_filters_by_and_the_rest_is_named() {
    let retab = asked(&Retab, all_of_it());
    for part in ["trigger_types=api%2Cemail", "from_date=2026-11-01", "to_date=2026-11-02", "min_duration=5000", "max_duration=60000"] {
        assert!(retab.contains(part), "{retab}");
    }
    assert!(!retab.contains("search="), "the vendor searches ids alone: {retab}");
    assert!(asked(&Retab, Filter { text: "run_abc".into(), ..Filter::default() }).contains("search=run_abc"));
    let one = Filter { triggers: vec![TriggerKind::Api], ..all_of_it() };
    let reviews = asked(&RetabReviews, one.clone());
    for part in ["trigger_type=api", "from_date=2026-11-01", "min_duration_ms=5000", "max_duration_ms=60000"] {
        assert!(reviews.contains(part), "{reviews}");
    }
    assert!(!asked(&RetabReviews, all_of_it()).contains("trigger_type"));
    let superai = asked(&SuperAi, all_of_it());
    assert!(superai.contains("created_after=2026-11-01T09%3A30%3A00Z") && superai.contains("created_before=2026-11-02T10"), "{superai}");
    for adapter in [&TableFlow as &dyn Adapter, &FlowStack] {
        assert_eq!(asked(adapter, all_of_it()), asked(adapter, Filter::default()));
    }
    let here = |adapter: &dyn Adapter, filter: &Filter| filter.client_parts(adapter.capabilities().filters);
    assert_eq!(here(&Retab, &all_of_it()), FilterParts { text: true, ..FilterParts::default() });
    assert_eq!(here(&RetabReviews, &all_of_it()), FilterParts { statuses: false, text: true, triggers: true, ..FilterParts::default() });
    assert_eq!(here(&RetabReviews, &one), FilterParts { text: true, ..FilterParts::default() });
    assert_eq!(here(&SuperAi, &all_of_it()), FilterParts { statuses: false, text: true, triggers: true, duration: true, created: false });
    assert_eq!(here(&TableFlow, &all_of_it()), FilterParts { statuses: false, text: true, triggers: true, duration: true, created: true });
    assert!(!here(&TableFlow, &Filter::default()).any());
}

/// SuperAI's list has neither trigger nor duration, and like FlowStack's neither name nor metadata; TableFlow knows two triggers, and
/// Prefect three: a filter by anything else matched nothing and did not say so.
#[test]
fn what_no_list_of_a_vendor_tells_is_known_before_anything_is_searched() {
    let by_triggers = |triggers: &[TriggerKind]| Filter { triggers: triggers.to_vec(), ..Filter::default() };
    let by_text = |text: &str| Filter { text: text.into(), ..Filter::default() };
    let unsupported = |adapter: &dyn Adapter, filter: &Filter| {
        let can = adapter.capabilities();
        filter.unsupported_parts(can.filters, can.listed)
    };
    let triggers = FilterParts { triggers: true, ..FilterParts::default() };
    let text = FilterParts { text: true, ..FilterParts::default() };
    use TriggerKind::{Api, Email, Schedule, Webhook};
    for (adapter, told, by_email, by_schedule) in [
        (&Retab as &dyn Adapter, true, false, false),
        (&RetabReviews, true, false, false),
        (&TableFlow, true, true, true),
        (&Prefect, true, true, false),
        (&FlowStack, false, true, false),
        (&SuperAi, false, true, true),
    ] {
        let parts = |of: bool, parts: FilterParts| if of { parts } else { FilterParts::default() };
        assert_eq!(unsupported(adapter, &by_triggers(&[Email])), parts(by_email, triggers));
        assert_eq!(unsupported(adapter, &by_triggers(&[Schedule])), parts(by_schedule, triggers));
        let one_of_them_occurs = adapter.capabilities().listed.triggers.contains(&Api);
        assert_eq!(unsupported(adapter, &by_triggers(&[Api, Email, Webhook])), parts(!one_of_them_occurs, triggers));
        for word in ["invoice", "PO 4711", "customer_id:12", "Möbel"] {
            assert_eq!(unsupported(adapter, &by_text(word)), parts(!told, text), "{word}");
        }
        // Ids are told by every list, and what names a run leads to it.
        for id in ["run_uvw456", "223e4567-e89b", "deadbeef", "#1,042", "https://console.example/runs/run_1?tab=steps"] {
            assert!(!unsupported(adapter, &by_text(id)).any(), "{id}");
        }
        assert!(!unsupported(adapter, &Filter { created: Created::Last(60), ..Filter::default() }).any());
    }
    let by_duration = Filter { at_least_ms: Some(1), ..Filter::default() };
    assert_eq!(unsupported(&SuperAi, &by_duration), FilterParts { duration: true, ..FilterParts::default() });
    for adapter in [&Retab as &dyn Adapter, &TableFlow, &FlowStack, &RetabReviews, &Prefect] {
        assert!(!unsupported(adapter, &by_duration).any());
    }
}
