use super::vendor::{json, says};
use super::{RUNS, WAITING, airflow, altered};
use runs::adapters::airflow::Airflow;
use runs::adapters::filter::{Created, Filter};
use runs::adapters::query::RunQuery;
use runs::adapters::{Adapter, FlowQuery};
use runs::model::{NoNumber, Numbering, Place, TriggerKind};
use runs::{StatusKind, Timestamp};
use serde_json::json as value;

const ALL: &str = "GET dags/~/dagRuns";
const QUESTIONS: &str = "GET dags/~/dagRuns/~/hitlDetails";

#[test]
fn runs_are_known_by_their_dag_and_id_and_what_waits_by_its_questions() {
    let mut runs = json(RUNS);
    runs["dag_runs"][0]["dag_id"] = value!("delivery_check");
    let mut vendor = airflow().ok(ALL, &runs.to_string()).ok(QUESTIONS, WAITING);
    let page = vendor.run(Airflow.list_runs(&RunQuery { limit: 3, ..RunQuery::default() })).unwrap();
    assert_eq!(vendor.targets()[0], "GET dags/~/dagRuns?limit=3&order_by=-run_after&cursor=");
    let [waits, failed, other] = &page.items[..] else { panic!("{:?}", page.items) };
    assert_eq!((waits.id.as_str(), waits.flow.as_str()), ("delivery_check:t-1", "delivery_check"));
    assert_eq!((waits.status.kind, waits.status.raw.as_str()), (StatusKind::Waiting, "running"));
    assert_eq!(waits.reviews.as_ref().unwrap()[0].id, "check:1");
    assert_eq!(waits.reviews.as_ref().unwrap()[0].about, ["Delivery D-17: one pump more than ordered"]);
    assert_eq!((failed.id.as_str(), failed.status.kind), ("stocktaking:t-1", StatusKind::Failed));
    assert_eq!(failed.duration_ms, Some(30_628));
    assert_eq!(failed.name.as_deref(), Some("t-1"));
    assert_eq!(failed.flow_name.as_deref(), Some("Stocktaking"));
    assert_eq!(failed.trigger.as_ref().map(|trigger| trigger.kind), Some(TriggerKind::Api));
    assert!(other.reviews.is_some());
    assert_eq!((page.total, page.first_number), (Some(7), Numbering::Underivable(NoNumber::AllFlows)));
    assert!(matches!(&page.older, Some(Place::Cursor(cursor)) if cursor.starts_with('~')), "{:?}", page.older);
}

#[test]
fn numbers_count_down_over_cursors_and_offsets() {
    let one = |flow: &str| format!("GET dags/{flow}/dagRuns");
    let query = |place| RunQuery { flow: Some("f".into()), limit: 2, place, ..RunQuery::default() };
    let page = |next: &str, place| {
        let body = altered(RUNS, &[("/next_cursor", value!(next))]);
        airflow().ok(&one("f"), &body).ok("GET dags/f/dagRuns/~/hitlDetails", WAITING).run(Airflow.list_runs(&query(place))).unwrap()
    };
    let first = page("abc", Place::First);
    assert_eq!((first.first_number, first.older.clone()), (Numbering::From(7), Some(Place::Cursor("4~abc".into()))));
    let second = page("def", first.older.unwrap());
    assert_eq!((second.first_number, second.older), (Numbering::From(4), Some(Place::Cursor("1~def".into()))));
    assert_eq!(page("x", Place::Cursor("~abc".into())).first_number, Numbering::Underivable(NoNumber::UnknownPlace));
    // Before 3.2.2: no cursors.
    let old = {
        let mut body = json(RUNS);
        let map = body.as_object_mut().unwrap();
        for name in ["next_cursor", "previous_cursor", "total_entries_limit"] {
            map.shift_remove(name);
        }
        body.to_string()
    };
    let page = |place| {
        let vendor = airflow().ok(&one("f"), &old).ok("GET dags/f/dagRuns/~/hitlDetails", WAITING);
        let mut vendor = vendor;
        (vendor.run(Airflow.list_runs(&query(place))).unwrap(), vendor.targets())
    };
    let (first, _) = page(Place::First);
    assert_eq!((first.first_number, first.older), (Numbering::From(7), Some(Place::Offset(3))));
    let (last, targets) = page(Place::Offset(4));
    assert_eq!((last.first_number, last.older), (Numbering::From(3), None));
    assert!(targets[0].contains("offset=4") && !targets[0].contains("cursor"), "{targets:?}");
    // Beyond so many the vendor does not count.
    let many = altered(RUNS, &[("/total_entries", value!(50_000))]);
    let page = airflow().ok(&one("f"), &many).ok("GET dags/f/dagRuns/~/hitlDetails", WAITING).run(Airflow.list_runs(&query(Place::First)));
    let page = page.unwrap();
    assert_eq!((page.total, page.first_number), (None, Numbering::Underivable(NoNumber::NoTotal)));
}

#[test]
fn filters_are_the_vendors_own_and_waiting_is_told_apart_here() {
    let filter = Filter {
        created: Created::Between(Some(Timestamp(0)), Some(Timestamp(1_500))),
        at_least_ms: Some(1_250),
        at_most_ms: Some(60_000),
        ..Filter::default()
    };
    let statuses = vec![StatusKind::Waiting, StatusKind::Failed];
    let mut vendor = airflow().ok(ALL, RUNS).ok(QUESTIONS, WAITING);
    let page = vendor.run(Airflow.list_runs(&RunQuery { statuses, filter, limit: 500, ..RunQuery::default() })).unwrap();
    let asked = &vendor.targets()[0];
    for part in [
        "limit=100",
        "state=running",
        "state=failed",
        "run_after_gte=1970-01-01T00%3A00%3A00Z",
        "run_after_lte=1970-01-01T00%3A00%3A01.5",
        "duration_gte=1.250",
        "duration_lte=60.000",
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    assert!(page.items.iter().all(|run| matches!(run.status.kind, StatusKind::Waiting | StatusKind::Failed)), "{:?}", page.items);
    assert_eq!(page.total, None, "the vendor counted those that run as well");
}

#[test]
fn older_servers_have_another_word_for_waiting() {
    let refusal = r#"{"detail": "Invalid value for state. Valid values are removed, deferred"}"#;
    let body = altered(WAITING, &[("/hitl_details/0/task_instance/state", value!("deferred"))]);
    let mut vendor = airflow().on(QUESTIONS, says(422, refusal)).ok(QUESTIONS, &body);
    let page = vendor.run(Airflow.list_waiting(None, &Place::First)).unwrap();
    let targets = vendor.targets();
    assert!(targets[0].contains("state=awaiting_input") && targets[1].contains("state=deferred"), "{targets:?}");
    let ids: Vec<_> = page.items.iter().map(|run| run.id.as_str()).collect();
    assert_eq!(ids, ["delivery_check:t-1", "delivery_sorting:t-1", "delivery_entry:t-1"]);
    assert_eq!(page.items[1].reviews.as_ref().unwrap().len(), 2, "one run with two questions is one row");
    assert!(page.items.iter().all(|run| run.status.kind == StatusKind::Waiting && run.waiting_since.is_some()));
}

#[test]
fn what_ended_without_an_answer_waits_no_more() {
    let body = altered(
        WAITING,
        &[("/hitl_details/0/task_instance/state", value!("failed")), ("/hitl_details/3/task_instance/state", value!(null))],
    );
    let page = airflow().ok(QUESTIONS, &body).run(Airflow.list_waiting(None, &Place::First)).unwrap();
    assert_eq!(page.items.iter().map(|run| run.flow.as_str()).collect::<Vec<_>>(), ["delivery_sorting"]);
}

#[test]
fn dags_are_found_by_the_names_that_people_see() {
    let mut vendor = airflow().ok("GET dags", include_str!("../fixtures/airflow/dags.json"));
    let page = vendor.run(Airflow.list_flows(&FlowQuery { search: "50%".into(), ..FlowQuery::default() })).unwrap();
    assert_eq!(vendor.targets(), ["GET dags?limit=100&offset=0&order_by=dag_display_name&dag_display_name_pattern=%2550%25%25"]);
    assert_eq!(page.items.iter().map(|flow| flow.name.as_str()).collect::<Vec<_>>(), ["Delivery check", "Delivery entry"]);
    assert_eq!(page.older, Some(Place::Offset(2)));
}
