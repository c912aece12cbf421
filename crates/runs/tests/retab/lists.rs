use super::vendor::{fails, json, says};
use super::{COUNTS, LIST, WORKFLOWS, retab};
use runs::adapters::FlowQuery;
use runs::adapters::query::RunQuery;
use runs::adapters::retab::Retab;
use runs::model::{Iteration, NoNumber, Numbering, Place, TriggerKind};
use runs::wire::http::FailureKind;
use runs::{Adapter, StatusKind};

const RUNS: &str = "GET workflows/runs";
const COUNT: &str = "GET workflows/runs/counts";

fn of_flow() -> RunQuery {
    RunQuery { flow: Some("wf_1".into()), limit: 50, ..RunQuery::default() }
}

#[test]
fn the_first_page_of_a_flow_is_numbered_from_the_count() {
    let mut vendor = retab().ok(RUNS, LIST).ok(COUNT, COUNTS);
    let page = vendor.run(Retab.list_runs(&of_flow())).unwrap();
    assert_eq!(
        vendor.targets(),
        [
            "GET workflows/runs/counts?workflow_id=wf_1",
            "GET workflows/runs?workflow_id=wf_1&limit=50&order=desc&sort_by=created_at",
            "GET workflows/runs/counts?workflow_id=wf_1",
        ]
    );
    assert_eq!((page.first_number, page.total), (Numbering::From(10_250), Some(10_250)));
    assert_eq!((page.older, page.newer), (Some(Place::After("run_1".into())), None));
    let kinds: Vec<_> =
        page.items.iter().map(|run| (run.status.kind, run.status.raw.as_str(), run.trigger.as_ref().unwrap().kind)).collect();
    assert_eq!(
        kinds,
        [
            (StatusKind::Cancelled, "cancelled", TriggerKind::Schedule),
            (StatusKind::Failed, "error", TriggerKind::Restart),
            (StatusKind::Unknown, "frobnicating", TriggerKind::Unknown),
        ]
    );
}

#[test]
fn rows_that_are_wanted_at_once_take_one_request() {
    let mut vendor = retab().ok(RUNS, LIST);
    let page = vendor.run(Retab.list_runs(&RunQuery { rows_first: true, ..of_flow() })).unwrap();
    assert_eq!(vendor.targets(), ["GET workflows/runs?workflow_id=wf_1&limit=50&order=desc&sort_by=created_at"]);
    assert_eq!((page.items.len(), page.first_number), (3, Numbering::Underivable(NoNumber::Pending)));
}

#[test]
fn numbers_are_dashes_with_the_reason_where_they_cannot_be_known() {
    let other_flow = LIST.replacen("wf_1", "wf_9", 1);
    let later = COUNTS.replace("10250", "10251");
    let query = |change: fn(&mut RunQuery)| {
        let mut query = of_flow();
        change(&mut query);
        query
    };
    let all = query(|query| query.flow = None);
    let filtered = query(|query| query.statuses = vec![StatusKind::Failed]);
    let linked = query(|query| query.place = Place::After("run_9".into()));
    for (query, list, first, second, wanted) in [
        (all, LIST, says(200, COUNTS), says(200, COUNTS), NoNumber::AllFlows),
        (filtered, LIST, says(200, COUNTS), says(200, COUNTS), NoNumber::Filtered),
        (linked, LIST, says(200, COUNTS), says(200, COUNTS), NoNumber::UnknownPlace),
        (of_flow(), LIST, says(200, COUNTS), says(200, later), NoNumber::Moving),
        (of_flow(), LIST, says(200, r#"{"total": 2}"#), says(200, r#"{"total": 2}"#), NoNumber::Moving),
        (of_flow(), LIST, says(403, ""), says(403, ""), NoNumber::NoTotal),
        (of_flow(), LIST, says(200, COUNTS), fails(FailureKind::Timeout), NoNumber::NoTotal),
        (of_flow(), LIST, says(200, r#"{"completed": 3}"#), says(200, COUNTS), NoNumber::NoTotal),
        (of_flow(), &other_flow, says(200, COUNTS), says(200, COUNTS), NoNumber::AllFlows),
    ] {
        let mut vendor = retab().ok(RUNS, list).on(COUNT, first).on(COUNT, second);
        let page = vendor.run(Retab.list_runs(&query)).unwrap();
        assert_eq!(page.first_number, Numbering::Underivable(wanted));
        assert_eq!(page.items.len(), 3, "the rows are shown all the same");
    }
}

#[test]
fn further_pages_carry_their_number_and_both_ways() {
    let query = RunQuery { place: Place::After("run_4".into()), first_number: Some(3), ..of_flow() };
    let mut vendor = retab().ok(RUNS, LIST);
    let page = vendor.run(Retab.list_runs(&query)).unwrap();
    assert_eq!(vendor.targets(), ["GET workflows/runs?workflow_id=wf_1&after=run_4&limit=50&order=desc&sort_by=created_at"]);
    assert_eq!(page.first_number, Numbering::From(3));
    assert_eq!((page.older, page.newer), (Some(Place::After("run_1".into())), Some(Place::Before("run_3".into()))));

    let query = RunQuery { place: Place::Before("run_0".into()), first_number: None, ..of_flow() };
    let page = vendor.run(Retab.list_runs(&query)).unwrap();
    assert!(vendor.targets()[1].contains("before=run_0"));
    assert_eq!((page.older, page.newer), (Some(Place::After("run_1".into())), None), "the newest page has nothing newer");

    let silent = LIST.replace("\"after\": \"run_1\"", "\"after\": null");
    let mut newest = retab().ok(RUNS, &silent);
    let back = RunQuery { place: Place::Before("run_0".into()), ..of_flow() };
    let page = newest.run(Retab.list_runs(&back)).unwrap();
    assert_eq!(page.older, Some(Place::After("run_1".into())), "where one came from is older, whatever the vendor marks");
    let end = RunQuery { place: Place::After("run_4".into()), ..of_flow() };
    assert_eq!(newest.run(Retab.list_runs(&end)).unwrap().older, None);

    let too_few = RunQuery { place: Place::After("run_4".into()), first_number: Some(2), ..of_flow() };
    assert_eq!(vendor.run(Retab.list_runs(&too_few)).unwrap().first_number, Numbering::Underivable(NoNumber::Moving));
}

#[test]
fn statuses_are_sent_in_the_vendors_words() {
    let statuses = vec![StatusKind::Queued, StatusKind::Waiting, StatusKind::Failed, StatusKind::Stale];
    let mut vendor = retab().ok(RUNS, LIST);
    vendor.run(Retab.list_runs(&RunQuery { statuses, limit: 1_000, ..RunQuery::default() })).unwrap();
    assert_eq!(
        vendor.targets(),
        ["GET workflows/runs?statuses=pending%2Cqueued%2Cwaiting_for_human%2Cerror&limit=100&order=desc&sort_by=created_at"]
    );
}

#[test]
fn waiting_runs_come_oldest_first() {
    let mut vendor = retab().ok(RUNS, LIST);
    let page = vendor.run(Retab.list_waiting(Some("wf_1"), &Place::After("run_8".into()))).unwrap();
    assert_eq!(
        vendor.targets(),
        ["GET workflows/runs?workflow_id=wf_1&statuses=waiting_for_human&after=run_8&limit=100&order=asc&sort_by=created_at"]
    );
    assert_eq!(page.older, Some(Place::After("run_1".into())), "the next page of the queue");
}

#[test]
fn flows_are_listed_with_what_is_unknown_kept() {
    let mut vendor = retab().ok("GET workflows", WORKFLOWS);
    let page = vendor.run(Retab.list_flows(&FlowQuery { search: "inv".into(), place: Place::After("wf_0".into()) })).unwrap();
    assert_eq!(vendor.targets(), ["GET workflows?after=wf_0&limit=100&order=desc&sort_by=updated_at"]);
    assert_eq!((page.items[0].name.as_str(), page.items[0].description.as_deref()), ("Invoices", Some("Reads invoices")));
    assert!(page.items[0].other.contains(&("project_id".to_owned(), json("\"prj_1\""))));
    assert_eq!((page.items[1].name.as_str(), page.items[1].description.as_deref()), ("wf_2", None), "a nameless flow goes by its id");
    assert_eq!(page.older, Some(Place::After("wf_2".into())));
}

#[test]
fn a_page_whose_items_all_lack_ids_goes_on_where_the_vendor_says() {
    let unnamed = r#"{"data": [{"status": "running"}, {"id": 7}], "list_metadata": {"before": null, "after": "run_0"}}"#;
    let page = retab().ok(RUNS, unnamed).run(Retab.list_runs(&RunQuery { rows_first: true, ..of_flow() })).unwrap();
    assert_eq!((page.items.len(), page.older), (2, Some(Place::After("run_0".into()))));
    let flows = r#"{"data": [{"name": "no id"}], "list_metadata": {"before": null, "after": "wf_0"}}"#;
    let page = retab().ok("GET workflows", flows).run(Retab.list_flows(&FlowQuery::default())).unwrap();
    assert_eq!((page.items.len(), page.older), (0, Some(Place::After("wf_0".into()))));
}

#[test]
fn a_run_that_waits_at_several_steps_tells_each_by_its_name_and_round() {
    let step = |id: &str, label: &str| format!(r#"{{"node_id": "{id}", "node_label": "{label}", "status": "waiting_for_human"}}"#);
    let rounds = |at: u32| {
        format!(
            r#"{{"node_id": "hil-2", "step_id": "mr1_iter_{at}_hil-2", "loop_id": "mr1", "iteration": {at}, "node_label": "Check item", "status": "waiting_for_human"}}"#
        )
    };
    let run = format!(
        r#"{{"data": [{{"id": "run_1", "workflow_id": "wf_1", "status": "waiting_for_human", "waiting_for_node_ids": ["hil-1", "mr1_iter_0_hil-2", "mr1_iter_1_hil-2", "gone"], "steps": [{}, {}, {}]}}]}}"#,
        step("hil-1", "Check totals"),
        rounds(0),
        rounds(1)
    );
    let page = retab().ok(RUNS, &run).run(Retab.list_waiting(None, &Place::First)).unwrap();
    let reviews = page.items[0].reviews.as_ref().expect("the list tells them");
    let told: Vec<_> = reviews.iter().map(|review| (review.id.as_str(), review.name.as_str(), review.iteration.clone())).collect();
    assert_eq!(
        told,
        [
            ("hil-1", "Check totals", None),
            ("mr1_iter_0_hil-2", "Check item", Some(Iteration::Round(0))),
            ("mr1_iter_1_hil-2", "Check item", Some(Iteration::Round(1))),
            ("gone", "gone", None),
        ]
    );
}
