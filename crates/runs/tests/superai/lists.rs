//! Lists, actions, inputs and starting.

use runs::adapters::query::RunQuery;
use runs::adapters::route::KeyHeader;
use runs::adapters::superai::SuperAi;
use runs::adapters::{FlowQuery, InputKind, InputValue, RunRef, StartRequest};
use runs::model::{ActionOutcome, Numbering, Place};
use runs::wire::http::Method;
use runs::{Adapter, ErrorKind, RunAdapter, StatusKind};

use super::wire::{Wire, answer, changed, json, ok};
use super::{EXECUTION, EXECUTIONS, FLOW, FLOW_ID, GET_FLOW, RUN, not_found, reference};

const LIST: &str = "GET flow-executions";

fn query(place: Place, limit: u32) -> RunQuery {
    RunQuery { flow: Some(FLOW_ID.into()), place, limit, ..RunQuery::default() }
}

#[test]
fn runs_are_listed_per_flow_with_their_own_numbers() {
    let mut wire = Wire::new(&SuperAi::RELAYED).on(LIST, ok(EXECUTIONS));
    let asked = RunQuery { statuses: vec![StatusKind::Waiting, StatusKind::CompletedEdited], ..query(Place::First, 2) };
    let page = wire.run(SuperAi.list_runs(&asked)).expect("a page");
    assert_eq!(
        wire.query(0),
        [
            &format!("flow_id={FLOW_ID}"),
            "sort_field=created_at",
            "sort_direction=desc",
            "include_run_number=true",
            "page_size=2",
            "page=1",
            "status=awaiting_input",
            "status=edited"
        ]
    );
    assert_eq!(page.items.iter().map(|run| run.number).collect::<Vec<_>>(), [Some(42), Some(40)]);
    assert_eq!((page.items[1].status.kind, page.items[1].status.raw.as_str()), (StatusKind::Unknown, "compensating"));
    assert_eq!((page.total, page.first_number, page.newer), (None, Numbering::Native, None));
    assert_eq!(page.older, Some(Place::Number(2)), "a full page: there may be another");
    let error = wire.run(SuperAi.list_runs(&RunQuery::default())).expect_err("no flow");
    assert_eq!(error.kind, ErrorKind::Unsupported);
    assert!(error.detail.contains("choose a flow"), "{}", error.detail);
    let odd = RunQuery { statuses: vec![StatusKind::TimedOut], ..query(Place::First, 2) };
    assert_eq!(wire.run(SuperAi.list_runs(&odd)).expect_err("no such word").kind, ErrorKind::Unsupported);
}

#[test]
fn pages_go_on_by_id_beyond_the_last_number() {
    let page = |place, limit| {
        let mut wire = Wire::new(&SuperAi::RELAYED).on(LIST, ok(EXECUTIONS));
        let page = wire.run(SuperAi.list_runs(&query(place, limit))).expect("a page");
        (page.older, page.newer, wire.query(0).join("&"))
    };
    assert_eq!(page(Place::Number(2), 3).0, None, "a short page is the last");
    assert_eq!(page(Place::Number(2), 2).1, Some(Place::First));
    assert_eq!(page(Place::Number(7), 2).1, Some(Place::Number(6)));
    let last = "223e4567-e89b-12d3-a456-426614173999";
    let (older, newer, _) = page(Place::Number(10_000), 2);
    assert_eq!((older, newer), (Some(Place::After(last.into())), Some(Place::Number(9_999))));
    let (older, newer, asked) = page(Place::After("x y".into()), 2);
    assert_eq!((older, newer), (Some(Place::After(last.into())), None));
    assert!(asked.contains("start_from_execution_id=x y") && !asked.contains("page="), "{asked}");
    assert!(page(Place::Number(20_000), 5_000).2.contains("page=10000"));
    assert!(page(Place::Number(20_000), 5_000).2.contains("page_size=1000"));
}

#[test]
fn waiting_runs_are_oldest_first() {
    let mut wire = Wire::new(&SuperAi::RELAYED).on(LIST, ok(EXECUTIONS));
    wire.run(SuperAi.list_waiting(Some(FLOW_ID), &Place::First)).expect("a page");
    let asked = wire.query(0);
    assert!(asked.contains(&"sort_direction=asc".into()) && asked.contains(&"status=awaiting_input".into()), "{asked:?}");
    assert_eq!(wire.run(SuperAi.list_waiting(None, &Place::First)).expect_err("no flow").kind, ErrorKind::Unsupported);
}

#[test]
fn flows_are_searched_by_the_vendor() {
    let body = format!(r#"{{"flows":[{FLOW}],"total":101,"page":1,"page_size":100}}"#);
    let mut wire = Wire::new(&SuperAi::RELAYED).on("GET flows", ok(body));
    let page = wire.run(SuperAi.list_flows(&FlowQuery { search: "in voice".into(), place: Place::First })).expect("flows");
    assert_eq!(wire.query(0), ["page=1", "page_size=100", "search=in voice"]);
    let flow = &page.items[0];
    assert_eq!((flow.id.as_str(), flow.name.as_str(), flow.version.as_deref()), (FLOW_ID, "Invoice Processing", Some("3")));
    assert_eq!((flow.active, flow.runs), (Some(true), Some(12_042)));
    assert_eq!((page.total, page.older.clone(), page.newer), (Some(101), Some(Place::Number(2)), None));
    assert!(flow.other.iter().any(|(name, _)| name == "tags") && flow.other.iter().all(|(name, _)| name != "definition"));
}

#[test]
fn actions_say_what_the_vendor_said() {
    let path = format!("flow-executions/{RUN}");
    let mut wire = Wire::new(&SuperAi::RELAYED)
        .on(&format!("POST {path}/cancel"), answer(204, ""))
        .on(&format!("POST {path}/execute"), answer(204, ""))
        .on(&format!("DELETE {path}"), answer(204, ""));
    assert_eq!(wire.run(SuperAi.cancel(&reference(), "k")), Ok(ActionOutcome::Requested));
    assert_eq!(wire.run(SuperAi.rerun(&reference(), "k")), Ok(ActionOutcome::Requested));
    assert_eq!(wire.run(SuperAi.delete(&reference())), Ok(ActionOutcome::Done));
    let repeatable: Vec<_> = wire.sent.iter().map(|request| request.repeatable).collect();
    assert_eq!(repeatable, [false, false, true], "only deleting is documented as idempotent");
    let conflict = r#"{"error":{"message":"Workflow is running","code":"conflict"}}"#;
    let mut wire = Wire::new(&SuperAi::RELAYED).on(&format!("POST {path}/execute"), answer(409, conflict));
    let error = wire.run(SuperAi.rerun(&reference(), "k")).expect_err("refused");
    assert_eq!((error.kind, error.detail.as_str()), (ErrorKind::Conflict, "Workflow is running (conflict)"));
}

#[test]
fn ids_cannot_leave_their_place_in_the_path() {
    let odd = RunRef { id: "../flows?x=1/å".into(), flow: None };
    let mut wire = Wire::new(&SuperAi::RELAYED).on("POST flow-executions/..%2Fflows%3Fx%3D1%2F%C3%A5/cancel", answer(204, ""));
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| wire.run(SuperAi.cancel(&odd, "k"))));
    assert!(outcome.is_err(), "such an id is one segment, and no route takes it");
}

#[test]
fn inputs_come_from_the_newest_run_or_the_schema() {
    let mut wire = Wire::new(&SuperAi::RELAYED).on(GET_FLOW, ok(FLOW)).on(LIST, ok(EXECUTIONS));
    let inputs = wire.run(SuperAi.describe_inputs(FLOW_ID)).expect("inputs");
    assert_eq!((inputs.fields.len(), inputs.fields[0].key.as_str(), inputs.fields[0].required), (1, "", true));
    let InputKind::Json { example } = &inputs.fields[0].kind else { panic!("{:?}", inputs.fields) };
    assert_eq!(example, &json(r#"{"file_key":"documents/abc123.pdf","metadata":{"priority":"high"}}"#));
    let schema = r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer","default":7},"c":{"type":"array"}}}"#;
    let flow = changed(FLOW, "/definition/flow_configs/0/config/tasks/1/input_schema", schema);
    let flow = changed(&flow, "/definition/flow_configs/0/config/tasks/3/task_executor_name", "\"receive_email\"");
    let mut wire = Wire::new(&SuperAi::RELAYED).on(GET_FLOW, ok(flow)).on(LIST, not_found());
    let inputs = wire.run(SuperAi.describe_inputs(FLOW_ID)).expect("inputs");
    let InputKind::Json { example } = &inputs.fields[0].kind else { panic!("{:?}", inputs.fields) };
    assert_eq!(example, &json(r#"{"a":"","b":7,"c":[]}"#));
    assert_eq!((inputs.fields[1].key.as_str(), &inputs.fields[1].kind), ("input_task_name", &InputKind::Text));
    assert_eq!(inputs.fields[1].label, "Input task (Receive File = receive, Export = export)");
}

fn request(values: Vec<(String, InputValue)>) -> StartRequest {
    StartRequest { flow: FLOW_ID.into(), name: None, metadata: None, values, key: "k".into() }
}

#[test]
fn starting_sends_the_input_with_its_digits() {
    let mut wire = Wire::new(&SuperAi::RELAYED).on("POST flow-executions", answer(201, EXECUTION));
    let values = vec![
        (String::new(), InputValue::Json(json(r#"{"amount":1234.560,"n":9007199254740993}"#))),
        ("input_task_name".into(), InputValue::Text("receive".into())),
    ];
    let started = wire.run(SuperAi.start(request(values))).expect("started");
    assert_eq!(started.run.id, RUN);
    assert_eq!(
        wire.body("POST flow-executions"),
        format!(r#"{{"flow_id":"{FLOW_ID}","input":{{"amount":1234.560,"n":9007199254740993}},"input_task_name":"receive"}}"#)
    );
    assert!(!wire.sent[0].repeatable, "the vendor has no idempotency key");
    for value in [InputValue::Json(json("[1]")), InputValue::Text("x".into())] {
        let error = wire.run(SuperAi.start(request(vec![(String::new(), value)]))).expect_err("no object");
        assert_eq!(error.kind, ErrorKind::Invalid);
    }
    assert_eq!(wire.sent.len(), 1, "nothing was sent");
}

#[test]
fn both_error_envelopes_are_read() {
    let flows =
        |reply| Wire::new(&SuperAi::RELAYED).on("GET flows", reply).run(SuperAi.list_flows(&FlowQuery::default())).expect_err("refused");
    let own = r#"{"error":{"message":"Request validation failed","code":"validation_error","details":[{"type":"missing","loc":["body","name"],"msg":"Field required"}]},"request_id":"01K8"}"#;
    let error = flows(answer(422, own));
    assert_eq!((error.kind, error.detail.as_str()), (ErrorKind::Invalid, "Request validation failed (validation_error)"));
    assert_eq!((error.request_id.as_deref(), error.call.as_ref()), (Some("01K8"), "GET flows"));
    assert_eq!(error.fields, [("name".into(), "Field required".into())]);
    let error = flows(answer(422, r#"{"detail":[{"loc":["query","page",0],"msg":"too large","type":"x"}]}"#));
    assert_eq!((error.detail.as_str(), error.fields.len()), ("page.0: too large", 1));
    assert_eq!(flows(answer(402, r#"{"error":{"message":"no credits","code":"insufficient_credits"}}"#)).kind, ErrorKind::Refused);
    assert_eq!(flows(answer(500, "<html>")).detail, "<html>");
    assert_eq!(flows(answer(401, r#"{"detail":"Not authenticated"}"#)).detail, "Not authenticated");
}

#[test]
fn capabilities_match_what_is_implemented() {
    let can = SuperAi.capabilities();
    assert!(
        !can.list_all && can.walks_back && can.cancel && can.delete == runs::adapters::capability::Deletion::Hidden && can.review.decides()
    );
    assert_eq!(SuperAi::RELAYED.key_headers, [KeyHeader::Named("x-api-key"), KeyHeader::Bearer]);
    assert!(SuperAi::RELAYED.routes.iter().all(|route| route.method != Method::Put));
    for kind in can.status_filter {
        let mut wire = Wire::new(&SuperAi::RELAYED).on(LIST, ok("[]"));
        let asked = RunQuery { statuses: vec![*kind], ..query(Place::First, 25) };
        wire.run(SuperAi.list_runs(&asked)).expect("an offered filter can be asked for");
        assert!(wire.query(0).iter().any(|pair| pair.starts_with("status=")), "{kind:?}");
    }
}
