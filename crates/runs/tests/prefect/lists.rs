use super::vendor::{body, json, says};
use super::{DEPLOYMENTS, FLOWS, RUNS, prefect};
use runs::adapters::FlowQuery;
use runs::adapters::prefect::Prefect;
use runs::adapters::query::RunQuery;
use runs::model::{NoNumber, Numbering, Place};
use runs::wire::http::{Reply, Response};
use runs::{Adapter, StatusKind};

const LIST: &str = "POST flow_runs/filter";
const COUNT: &str = "POST flow_runs/count";

fn query() -> RunQuery {
    RunQuery { flow: Some("d".into()), limit: 25, ..RunQuery::default() }
}

/// With the gateway's clock.
fn at(body: &str) -> Reply {
    let headers = vec![("sluice-time".to_owned(), "1796051640000".to_owned())];
    Ok(Response { status: 200, headers, body: body.as_bytes().to_vec() })
}

#[test]
fn runs_to_come_are_left_out_by_the_time_of_the_first_answer() {
    let rest: Vec<_> = json(RUNS).as_array().unwrap().iter().filter(|run| run["name"] != "tomorrow").cloned().collect();
    let rest = runs::Json::Array(rest).to_string();
    let mut vendor = prefect().on(LIST, at(RUNS)).on(LIST, at(&rest)).on(COUNT, at("6")).on(COUNT, at("5")).ok("POST flows/filter", FLOWS);
    let page = vendor.run(Prefect.list_runs(&query())).unwrap();
    let statuses: Vec<_> = page.items.iter().map(|run| run.status.raw.as_str()).collect();
    assert_eq!(statuses, ["Completed", "Failed", "Paused", "Paused", "Suspended"]);
    assert_eq!((page.total, page.older, page.first_number), (Some(5), None, Numbering::From(5)));
    let asked: Vec<_> = vendor.seen.iter().filter(|request| request.path == "flow_runs/filter").map(body).collect();
    assert!(!asked[0].contains("before_") && asked[1].contains(r#""before_":"2026-11-30T"#), "{asked:?}");
    let failed = page.items.iter().find(|run| run.status.kind == StatusKind::Failed).unwrap();
    assert!(failed.error.as_ref().unwrap().message.contains("shelf 7 is empty"), "{failed:?}");
    assert_eq!(page.items.iter().find(|run| run.status.raw == "Paused").unwrap().reviews.as_ref().unwrap().len(), 1);
}

fn row(id: usize, time: &str) -> String {
    format!(r#"{{"id": "r{id:03}", "deployment_id": "d", "state_type": "COMPLETED", "expected_start_time": "{time}"}}"#)
}

fn rows(all: &[String]) -> String {
    format!("[{}]", all.join(","))
}

#[test]
fn a_page_ends_where_the_time_changes_and_the_next_begins_there() {
    let mut all: Vec<_> = (0..24).map(|id| row(id, &format!("2026-01-01T00:00:{:02}.000001Z", 59 - id))).collect();
    all.extend([row(24, "2026-01-01T00:00:01Z"), row(25, "2026-01-01T00:00:01Z")]);
    let mut vendor = prefect().ok(LIST, &rows(&all)).ok(COUNT, "90");
    let page = vendor.run(Prefect.list_runs(&query())).unwrap();
    assert_eq!((page.items.len(), page.first_number), (24, Numbering::From(90)));
    assert_eq!(page.older, Some(Place::Cursor("2026-01-01T00:00:01Z~~90".into())));
    let mut vendor = prefect().ok(LIST, &rows(&all[24..])).ok(COUNT, "66");
    let next = RunQuery { place: page.older.unwrap(), ..query() };
    let page = vendor.run(Prefect.list_runs(&next)).unwrap();
    assert_eq!((page.first_number, page.total, page.older), (Numbering::From(66), Some(90), None));
    assert_eq!(page.items[0].id, "r025", "of one time by their ids");
    assert!(body(&vendor.seen[0]).contains(r#""before_":"2026-01-01T00:00:01Z""#));
}

#[test]
fn more_runs_of_one_time_than_fit_on_a_page_are_asked_for_by_their_ids() {
    let all: Vec<_> = (0..26).map(|id| row(id, "2026-01-01T00:00:00.000100Z")).collect();
    let mut vendor = prefect().ok(LIST, &rows(&all)).ok(COUNT, "40");
    let page = vendor.run(Prefect.list_runs(&query())).unwrap();
    let asked: Vec<_> = vendor.seen.iter().filter(|request| request.path == "flow_runs/filter").map(body).collect();
    assert!(asked[1].contains("ID_DESC") && asked[1].contains("after_"), "{asked:?}");
    assert_eq!((page.items.len(), page.first_number), (25, Numbering::From(40)));
    let older = page.older.unwrap();
    assert_eq!(older, Place::Cursor("2026-01-01T00:00:00.000100Z~25~40".into()));
    // The last of them: the list goes on a microsecond before.
    let mut vendor = prefect().ok(LIST, &rows(&all[25..])).ok(COUNT, "40");
    let page = vendor.run(Prefect.list_runs(&RunQuery { place: older, ..query() })).unwrap();
    assert_eq!((page.items.len(), page.first_number), (1, Numbering::From(15)));
    assert_eq!(page.older, Some(Place::Cursor("2026-01-01T00:00:00.000099Z~~40".into())));
}

#[test]
fn a_place_out_of_an_address_may_be_anything() {
    for odd in ["", "~~", "soon~1~2", "2026-01-01T00:00:00Z~99999999999999~x"] {
        let mut vendor = prefect().ok(LIST, "[]").ok(COUNT, "0");
        let page = vendor.run(Prefect.list_runs(&RunQuery { place: Place::Cursor(odd.into()), ..query() })).unwrap();
        assert!(page.items.is_empty() && page.older.is_none());
    }
}

#[test]
fn numbers_are_dashes_with_the_reason_where_they_cannot_be_known() {
    for (query, wanted) in [
        (RunQuery { flow: None, ..query() }, NoNumber::AllFlows),
        (RunQuery { statuses: vec![StatusKind::Failed], ..query() }, NoNumber::Filtered),
        (RunQuery { plain: true, ..query() }, NoNumber::NoTotal),
    ] {
        let page = prefect().ok(LIST, "[]").ok(COUNT, "0").run(Prefect.list_runs(&query)).unwrap();
        assert_eq!(page.first_number, Numbering::Underivable(wanted));
    }
    // Somebody who may see some flows only is refused the count by the gateway.
    let page = prefect().ok(LIST, "[]").on(COUNT, says(403, "{}")).run(Prefect.list_runs(&query())).unwrap();
    assert_eq!(page.first_number, Numbering::Underivable(NoNumber::NoTotal));
}

#[test]
fn deployments_go_by_the_names_of_their_flows() {
    let mut vendor = prefect().ok("POST deployments/filter", DEPLOYMENTS).ok("POST flows/filter", FLOWS);
    let page = vendor.run(Prefect.list_flows(&FlowQuery { search: "goods".into(), place: Place::First })).unwrap();
    let names: Vec<_> = page.items.iter().map(|flow| flow.name.as_str()).collect();
    assert_eq!(names, ["goods-in/desk", "desk"], "the other's flow was not told");
    assert_eq!(page.items[0].active, Some(true));
    assert!(body(&vendor.seen[0]).contains(r#"{"like_":"goods"}"#));
}
