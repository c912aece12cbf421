use super::vendor::says;
use super::{FLOWS, LIST, tableflow};
use runs::adapters::FlowQuery;
use runs::adapters::query::RunQuery;
use runs::adapters::tableflow::TableFlow;
use runs::model::{NoNumber, Numbering, Place, TriggerKind};
use runs::{Adapter, StatusKind};

const RUNS: &str = "GET flows/runs";

fn query(place: Place) -> RunQuery {
    RunQuery { flow: Some("flow1".into()), place, limit: 100, ..RunQuery::default() }
}

/// A page of runs named by their place in a list of `total`, newest first.
fn page(total: u64, offset: u64, rows: u64, next: Option<u64>) -> String {
    let runs: Vec<_> =
        (offset..offset + rows).map(|at| format!(r#"{{"id": "run{}", "flow_id": "flow1", "status": "review"}}"#, total - at)).collect();
    let next = next.map_or("null".into(), |next| next.to_string());
    format!(
        r#"{{"flow_runs": [{}], "pagination": {{"total": {total}, "limit": 100, "offset": {offset}, "next_offset": {next}}}}}"#,
        runs.join(",")
    )
}

#[test]
fn a_page_of_one_flow_is_numbered_from_its_end() {
    let mut vendor = tableflow().ok(RUNS, LIST);
    let first = vendor.run(TableFlow.list_runs(&query(Place::First))).unwrap();
    assert_eq!(vendor.targets(), ["GET flows/runs?flow_id=flow1&limit=100&offset=0"]);
    assert_eq!((first.first_number, first.total), (Numbering::From(250), Some(250)));
    assert_eq!((first.older, first.newer), (Some(Place::Offset(100)), None));
    let kinds: Vec<_> = first.items.iter().map(|run| (run.status.kind, run.trigger.as_ref().unwrap().kind)).collect();
    assert_eq!(
        kinds,
        [(StatusKind::Running, TriggerKind::Api), (StatusKind::Failed, TriggerKind::Manual), (StatusKind::Unknown, TriggerKind::Unknown)]
    );

    let mut vendor = tableflow().ok(RUNS, &page(250, 200, 50, None));
    let last = vendor.run(TableFlow.list_runs(&query(Place::Offset(200)))).unwrap();
    assert_eq!((last.first_number, last.older, last.newer), (Numbering::From(50), None, Some(Place::Offset(100))));
    let second = tableflow().ok(RUNS, &page(250, 60, 100, Some(160))).run(TableFlow.list_runs(&query(Place::Offset(60)))).unwrap();
    assert_eq!((second.older, second.newer), (Some(Place::Offset(160)), Some(Place::First)));
}

#[test]
fn numbers_are_dashes_with_the_reason_where_they_cannot_be_known() {
    let unmarked = r#"{"flow_runs": [{"id": "a", "flow_id": "flow1", "status": "review"}]}"#;
    let no_offset = r#"{"flow_runs": [{"id": "a", "flow_id": "flow1", "status": "review"}], "pagination": {"total": 9}}"#;
    let filtered = RunQuery { statuses: vec![StatusKind::Failed], ..query(Place::First) };
    for (query, answer, wanted) in [
        (RunQuery { flow: None, ..query(Place::First) }, LIST.to_owned(), NoNumber::AllFlows),
        (query(Place::First), LIST.replacen("\"flow1\"", "\"other\"", 1), NoNumber::AllFlows),
        (filtered, LIST.to_owned(), NoNumber::Filtered),
        (query(Place::First), unmarked.to_owned(), NoNumber::NoTotal),
        (query(Place::Offset(5)), no_offset.to_owned(), NoNumber::UnknownPlace),
        (query(Place::Offset(100)), LIST.to_owned(), NoNumber::UnknownPlace),
        (query(Place::First), LIST.replace("250", "2"), NoNumber::Moving),
    ] {
        let page = tableflow().ok(RUNS, &answer).run(TableFlow.list_runs(&query)).unwrap();
        assert_eq!(page.first_number, Numbering::Underivable(wanted));
    }
    let page = tableflow().ok(RUNS, no_offset).run(TableFlow.list_runs(&query(Place::First))).unwrap();
    assert_eq!(page.first_number, Numbering::From(9), "the first page's place needs no confirmation");
}

#[test]
fn one_status_is_sent_in_the_vendors_word() {
    for (kind, word) in [
        (StatusKind::Running, "processing"),
        (StatusKind::Waiting, "review"),
        (StatusKind::Completed, "completed"),
        (StatusKind::Failed, "failed"),
    ] {
        assert!(TableFlow.capabilities().status_filter.contains(&kind));
        let mut vendor = tableflow().ok(RUNS, LIST);
        vendor.run(TableFlow.list_runs(&RunQuery { statuses: vec![kind], limit: 5_000, ..RunQuery::default() })).unwrap();
        assert_eq!(vendor.targets(), [format!("GET flows/runs?status={word}&limit=1000&offset=0")]);
    }
}

#[test]
fn a_list_that_does_not_advance_ends() {
    let stuck = LIST.replace("\"next_offset\": 100", "\"next_offset\": 0");
    assert_eq!(tableflow().ok(RUNS, &stuck).run(TableFlow.list_runs(&query(Place::First))).unwrap().older, None);
}

fn ids(page: &runs::model::Page<runs::model::Run>) -> Vec<&str> {
    page.items.iter().map(|run| run.id.as_str()).collect()
}

#[test]
fn waiting_runs_are_read_from_the_end_of_the_list() {
    let mut few = tableflow().ok(RUNS, &page(3, 0, 3, None));
    let all = few.run(TableFlow.list_waiting(Some("flow1"), &Place::First)).unwrap();
    assert_eq!((ids(&all), &all.older), (vec!["run1", "run2", "run3"], &None));
    assert_eq!(few.targets(), ["GET flows/runs?flow_id=flow1&status=review&limit=100&offset=0"], "one request is enough");

    let mut many = tableflow()
        .ok(RUNS, &page(250, 0, 100, Some(100)))
        .ok(RUNS, &page(250, 150, 100, None))
        .ok(RUNS, &page(250, 50, 100, Some(150)))
        .ok(RUNS, &page(250, 0, 50, Some(50)));
    let first = many.run(TableFlow.list_waiting(None, &Place::First)).unwrap();
    assert_eq!((ids(&first)[0], ids(&first)[99], &first.older, first.total), ("run1", "run100", &Some(Place::Offset(150)), Some(250)));
    let second = many.run(TableFlow.list_waiting(None, &first.older.unwrap())).unwrap();
    assert_eq!((ids(&second)[0], &second.older), ("run101", &Some(Place::Offset(50))));
    let third = many.run(TableFlow.list_waiting(None, &second.older.unwrap())).unwrap();
    assert_eq!((ids(&third)[0], ids(&third).len(), &third.older), ("run201", 50, &None));
    assert_eq!(many.targets()[3], "GET flows/runs?status=review&limit=50&offset=0");
}

#[test]
fn a_queue_that_moves_is_read_again_a_bounded_number_of_times() {
    let mut grown =
        tableflow().ok(RUNS, &page(250, 0, 100, Some(100))).ok(RUNS, &page(252, 150, 100, Some(250))).ok(RUNS, &page(252, 152, 100, None));
    let page_found = grown.run(TableFlow.list_waiting(None, &Place::First)).unwrap();
    assert_eq!((ids(&page_found)[0], &page_found.older), ("run1", &Some(Place::Offset(152))));
    let mut restless = tableflow();
    for (total, offset) in [(300, 0), (400, 200), (500, 300), (600, 400), (700, 500)] {
        restless = restless.ok(RUNS, &page(total, offset, 100, None));
    }
    restless.run(TableFlow.list_waiting(None, &Place::First)).unwrap();
    assert_eq!(restless.seen.len(), 3);
}

#[test]
fn flows_come_all_at_once() {
    let page = tableflow().ok("GET flows", FLOWS).run(TableFlow.list_flows(&FlowQuery::default())).unwrap();
    assert_eq!((page.items.len(), page.total, page.older), (2, Some(2), None));
    assert_eq!((page.items[0].name.as_str(), page.items[0].active), ("PO to Invoice Reconciliation", Some(true)));
    assert!(page.items[0].other.iter().any(|(name, _)| name == "steps"));
    let error = tableflow().on("GET flows", says(200, r#"{"flows": []}"#)).run(TableFlow.list_flows(&FlowQuery::default())).unwrap_err();
    assert_eq!(error.kind, runs::ErrorKind::Malformed);
}
