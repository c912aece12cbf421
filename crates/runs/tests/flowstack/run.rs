//! One run, and finding it.

use runs::adapters::RunRef;
use runs::adapters::flowstack::FlowStack;
use runs::model::StepCounts;
use runs::{ErrorKind, RunAdapter, StatusKind};

use super::wire::{Wire, answer, changed, ok};
use super::{FLOWS, GET_FLOWS, GET_RUN, RUN, get_run, not_found};

#[test]
fn a_run_is_told_whole() {
    let detail = get_run(RUN).expect("a run");
    let run = &detail.run;
    assert_eq!((run.id.as_str(), run.flow.as_str(), run.duration_ms), ("run_xyz789", "flow_abc123", Some(2_340)));
    assert_eq!((run.status.kind, run.status.raw.as_str()), (StatusKind::Completed, "SUCCEEDED"));
    assert_eq!((run.steps_total, run.steps_done), (Some(3), Some(3)));
    let told: Vec<_> = detail.steps.iter().map(|step| (step.id.as_str(), step.name.as_str(), step.duration_ms)).collect();
    assert_eq!(
        told,
        [
            ("1-Schedule Trigger", "Schedule Trigger", Some(5)),
            ("2-Query Database", "Query Database", Some(450)),
            ("3-Send Slack Message", "Send Slack Message", Some(870)),
        ]
    );
    assert!(detail.steps.iter().all(|step| step.started_at.is_none()), "the vendor tells no times of steps, and none are made up");
    let output = detail.steps[1].output.as_ref().expect("an output").to_string();
    assert_eq!(output, r#"{"rowCount":24,"totalRevenue":12500.00}"#, "digits stay");
    assert_eq!(detail.outputs[0].0, "Send Slack Message");
    assert_eq!(detail.other, [("engineRunId".into(), "ap_1".into())]);
    assert_eq!(detail.raw[0].1.to_string(), super::wire::json(RUN).to_string());
}

#[test]
fn the_history_is_from_start_and_finish() {
    let told = |run: &str| {
        let detail = get_run(run).expect("a run");
        assert!(detail.history_derived);
        detail.history.iter().map(|event| (event.status.kind, event.at.iso())).collect::<Vec<_>>()
    };
    let start = "2026-04-21T09:00:00Z".to_owned();
    assert_eq!(told(RUN), [(StatusKind::Running, start.clone()), (StatusKind::Completed, "2026-04-21T09:00:02.340Z".into())]);
    let running = changed(&changed(RUN, "/status", "\"RUNNING\""), "/finishTime", "null");
    assert_eq!(told(&running), [(StatusKind::Running, start.clone())]);
    let odd = changed(&changed(RUN, "/status", "\"PAUSED\""), "/finishTime", "\"2026-04-21T08:00:00Z\"");
    assert_eq!(told(&odd), [(StatusKind::Running, start.clone()), (StatusKind::Unknown, start)], "never out of order");
    assert_eq!(get_run(&odd).expect("a run").run.status.raw, "PAUSED");
}

#[test]
fn an_error_is_shown_at_its_step() {
    let failed = changed(&changed(RUN, "/status", "\"FAILED\""), "/steps/2/status", "\"FAILED\"");
    let named = changed(&failed, "/error", r#"{"step":"Send Slack Message","message":"channel_not_found"}"#);
    let inside = changed(&failed, "/steps/2/error", "\"channel_not_found\"");
    for run in [named, inside] {
        let detail = get_run(&run).expect("a run");
        let error = detail.run.error.expect("the run's error");
        assert_eq!((error.message.as_str(), error.step_name.as_deref()), ("channel_not_found", Some("Send Slack Message")));
        assert_eq!(error.step.as_deref(), Some("3-Send Slack Message"));
        assert_eq!(detail.steps[2].error.as_ref().map(|error| error.message.as_str()), Some("channel_not_found"));
        assert_eq!(detail.history[1].why.as_deref(), Some("channel_not_found"));
        assert!(detail.outputs.is_empty(), "a failed run has none");
        assert_eq!(detail.run.steps_done, Some(2));
    }
}

fn flows(count: usize, more: bool) -> String {
    let items: Vec<_> = (1..=count).map(|at| format!(r#"{{"id":"flow_{at}","name":"Flow {at}","status":"ACTIVE"}}"#)).collect();
    format!(r#"{{"data":[{}],"cursor":"x","hasMore":{more}}}"#, items.join(","))
}

fn search(wire: &mut Wire) -> Result<String, runs::ApiError> {
    wire.run(FlowStack.get_run(&RunRef { id: "run_xyz789".into(), flow: None })).map(|detail| detail.run.flow)
}

#[test]
fn a_run_of_an_unknown_flow_is_looked_for() {
    let mut wire = Wire::new(&FlowStack::RELAYED).otherwise(not_found()).on(GET_FLOWS, ok(FLOWS)).on(GET_RUN, ok(RUN));
    assert_eq!(search(&mut wire).as_deref(), Ok("flow_abc123"));
    let mut wire = Wire::new(&FlowStack::RELAYED).otherwise(not_found()).on(GET_FLOWS, ok(flows(12, false)));
    wire = wire.on("GET flows/flow_6/runs/run_xyz789", ok(RUN));
    assert!(search(&mut wire).is_ok());
    assert_eq!(wire.sent.len(), 1 + 10, "five at a time, newest flows first, and no more once it is found");
    assert_eq!(wire.calls()[1], "GET flows/flow_1/runs/run_xyz789");
}

#[test]
fn looking_is_bounded_and_says_so() {
    let mut wire = Wire::new(&FlowStack::RELAYED).otherwise(not_found()).on(GET_FLOWS, ok(flows(70, true)));
    let error = search(&mut wire).expect_err("nowhere");
    assert_eq!((error.kind, wire.sent.len()), (ErrorKind::NotFound, 51));
    assert!(error.detail.contains("50 newest flows"), "{}", error.detail);
    assert_eq!(wire.query(0), ["limit=50"]);
    let mut wire = Wire::new(&FlowStack::RELAYED).otherwise(not_found()).on(GET_FLOWS, ok(flows(7, false)));
    let error = search(&mut wire).expect_err("nowhere");
    assert!(wire.sent.len() == 8 && error.detail.contains("none of the flows"), "{}", error.detail);
    let limited = answer(429, r#"{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"Slow down","statusCode":429}}"#);
    let mut wire = Wire::new(&FlowStack::RELAYED).otherwise(limited).on(GET_FLOWS, ok(flows(7, false)));
    assert_eq!(search(&mut wire).expect_err("refused").kind, ErrorKind::RateLimited, "not the same as not found");
    assert_eq!(wire.sent.len(), 6, "and no further requests");
}

/// A list said "4/4" where the run's page counted six steps, one of them failed.
#[test]
fn tries_of_a_step_are_one_step() {
    let run = |steps: &[(&str, &str)]| {
        let steps: Vec<_> = steps.iter().map(|(name, status)| format!(r#"{{"name":"{name}","status":"{status}"}}"#)).collect();
        get_run(&changed(RUN, "/steps", &format!("[{}]", steps.join(",")))).expect("a run")
    };
    let (ok, failed) = ("SUCCEEDED", "FAILED");
    let counted = |steps: &[(&str, &str)]| {
        let detail = run(steps);
        let counts = StepCounts::of(&detail.steps, detail.run.attempt);
        let tries: Vec<_> = detail.steps.iter().map(|step| step.attempt).collect();
        (counts.total, counts.completed, counts.failed, tries)
    };
    // One step tried again, the flow begun again, both, and begun again along another way.
    assert_eq!(counted(&[("In", ok), ("Ask", failed), ("Ask", failed), ("Ask", ok), ("Out", ok)]), (3, 3, 0, vec![1, 1, 2, 3, 1]));
    assert_eq!(counted(&[("In", ok), ("Ask", failed), ("In", ok), ("Ask", ok), ("Out", ok)]), (3, 3, 0, vec![1, 1, 2, 2, 1]));
    assert_eq!(counted(&[("In", ok), ("Ask", failed), ("Ask", failed), ("In", ok), ("Ask", ok)]), (2, 2, 0, vec![1, 1, 2, 2, 3]));
    assert_eq!(counted(&[("In", ok), ("Ask", failed), ("In", ok), ("Else", ok)]), (3, 2, 1, vec![1, 1, 2, 1]));
    assert_eq!(counted(&[("In", failed), ("In", failed)]), (1, 0, 1, vec![1, 2]));
    // Two steps that only share a name.
    assert_eq!(counted(&[("In", ok), ("Tell", ok), ("Count", ok), ("Tell", ok)]), (4, 4, 0, vec![1; 4]));
    assert_eq!(counted(&[("In", ok), ("Tell", ok), ("Count", failed), ("Tell", ok)]), (4, 3, 1, vec![1; 4]));
    let ids =
        |detail: &runs::model::RunDetail| detail.steps.iter().map(|step| step.id.clone()).collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!(ids(&run(&[("In", ok), ("In", failed), ("In", failed)])), 3, "each try has its own address");
}

/// "Go to step" led to the first try, whose error the last one had put right or repeated.
#[test]
fn the_error_is_that_of_the_last_try() {
    let steps = r#"[{"name":"Ask","status":"FAILED"},{"name":"Ask","status":"FAILED"}]"#;
    let failed = changed(&changed(RUN, "/status", "\"FAILED\""), "/steps", steps);
    let detail = get_run(&changed(&failed, "/error", r#"{"step":"Ask","message":"no answer"}"#)).expect("a run");
    assert_eq!(detail.run.error.expect("an error").step.as_deref(), Some("2-Ask"));
}
