//! What each vendor counts by itself, and what it is asked for that.
#![allow(clippy::unwrap_used)]

use runs::adapters::route::Relayed;
use runs::adapters::{flowstack::FlowStack, retab::Retab, retab_reviews::RetabReviews, superai::SuperAi, tableflow::TableFlow};
use runs::model::Statistics;
use runs::wire::http::{Failure, FailureKind, Response};
use runs::{ApiError, ErrorKind, Operation, RunAdapter, Timestamp};

/// Carries an operation by a table of targets and bodies; what is not in it fails. Also the targets, in order.
fn carry(relayed: &Relayed, operation: Operation<Statistics>, answers: &[(&str, &str)]) -> (Result<Statistics, ApiError>, Vec<String>) {
    let mut targets = Vec::new();
    let result = operation.run_with(|request| {
        let target = request.target();
        let path = target.split('?').next().unwrap_or_default().to_owned();
        assert!(relayed.routes.iter().any(|route| route.matches(request.method, &path)), "{target} is not declared");
        targets.push(target.clone());
        match answers.iter().find(|(known, _)| *known == target) {
            Some((_, body)) => Ok(Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() }),
            None => Err(Failure { kind: FailureKind::Timeout, detail: String::new() }),
        }
    });
    (result, targets)
}

#[test]
fn retab_counts_by_status() {
    let counts = r#"{"total":120,"completed":90,"running":4,"error":16,"pending":2,"waiting_for_human":3,"cancelled":5}"#;
    let wanted = Statistics {
        total: Some(120),
        succeeded: Some(90),
        failed: Some(16),
        waiting: Some(3),
        under_way: Some(6),
        ..Statistics::default()
    };
    let (one, _) = carry(&Retab::RELAYED, Retab.statistics(Some("wf 1")), &[("workflows/runs/counts?workflow_id=wf%201", counts)]);
    assert_eq!(one, Ok(wanted.clone()));
    let (all, _) = carry(&Retab::RELAYED, Retab.statistics(None), &[("workflows/runs/counts", counts)]);
    assert_eq!(all, Ok(wanted));
    let (partly, _) = carry(&Retab::RELAYED, Retab.statistics(None), &[("workflows/runs/counts", r#"{"total":7}"#)]);
    assert_eq!(partly, Ok(Statistics { total: Some(7), ..Statistics::default() }));
    let (wrong, _) = carry(&Retab::RELAYED, Retab.statistics(None), &[("workflows/runs/counts", r#"{"total":"many"}"#)]);
    assert_eq!(wrong.unwrap_err().kind, ErrorKind::Malformed);
}

#[test]
fn flowstack_has_statistics_of_a_flow() {
    let stats =
        r#"{"totalRuns":1245,"succeeded":1228,"failed":15,"successRate":98.6,"averageDuration":3500,"lastRun":"2026-11-22T08:00:00.000Z"}"#;
    let (found, _) = carry(&FlowStack::RELAYED, FlowStack.statistics(Some("flow_1")), &[("flows/flow_1/runs/stats", stats)]);
    let last_run = Timestamp::parse("2026-11-22T08:00:00Z");
    assert_eq!(
        found,
        Ok(Statistics {
            total: Some(1_245),
            succeeded: Some(1_228),
            failed: Some(15),
            under_way: Some(2),
            mean_ms: Some(3_500),
            last_run,
            ..Statistics::default()
        })
    );
    // An average of nothing is none.
    let none = r#"{"totalRuns":0,"succeeded":0,"failed":0,"successRate":0,"averageDuration":0,"lastRun":null}"#;
    let (found, _) = carry(&FlowStack::RELAYED, FlowStack.statistics(Some("flow_1")), &[("flows/flow_1/runs/stats", none)]);
    assert_eq!(found.map(|found| (found.total, found.mean_ms, found.last_run)), Ok((Some(0), None, None)));
    let (nothing, asked) = carry(&FlowStack::RELAYED, FlowStack.statistics(None), &[]);
    assert_eq!((nothing, asked.len()), (Ok(Statistics::default()), 0), "there are none over all flows, and nothing is asked");
}

#[test]
fn tableflow_is_asked_for_the_total_of_each_status() {
    let list = |total: u32| format!(r#"{{"flow_runs":[],"pagination":{{"total":{total},"limit":1,"offset":0,"next_offset":null}}}}"#);
    let newest = format!(
        r#"{{"flow_runs":[{{"id":"r1","flow_id":"f1","workspace_id":"w1","status":"review","status_history":[],"error":null,"metadata":{{}},
        "trigger_method":"api","start_time":1776762002,"end_time":null,"created_at":1776762000,"updated_at":1776762003,"duration":0,"drive_files":{{}}}}],
        "pagination":{{"total":{},"limit":1,"offset":0,"next_offset":1}}}}"#,
        250
    );
    let (completed, failed, review) = (list(200), list(30), list(12));
    let answers = [
        ("flows/runs?flow_id=f1&limit=1&offset=0", newest.as_str()),
        ("flows/runs?flow_id=f1&status=completed&limit=1&offset=0", &completed),
        ("flows/runs?flow_id=f1&status=failed&limit=1&offset=0", &failed),
        ("flows/runs?flow_id=f1&status=review&limit=1&offset=0", &review),
    ];
    let (found, asked) = carry(&TableFlow::RELAYED, TableFlow.statistics(Some("f1")), &answers);
    assert_eq!(asked.len(), 5);
    assert_eq!(
        found,
        Ok(Statistics {
            total: Some(250),
            succeeded: Some(200),
            failed: Some(30),
            waiting: Some(12),
            under_way: None,
            last_run: Some(Timestamp(1_776_762_000_000)),
            ..Statistics::default()
        }),
        "the one that failed is missing alone"
    );
    let (none, _) = carry(&TableFlow::RELAYED, TableFlow.statistics(Some("f1")), &answers[1..]);
    assert_eq!(none.unwrap_err().kind, ErrorKind::Timeout);
}

#[test]
fn superai_counts_executions_deleted_ones_included_and_retabs_live_contract_counts_nothing() {
    let flow = include_str!("fixtures/superai/flow.json");
    let (found, _) = carry(&SuperAi::RELAYED, SuperAi.statistics(Some("f1")), &[("flows/f1", flow)]);
    assert_eq!(found, Ok(Statistics { total: Some(12_042), with_deleted: true, ..Statistics::default() }));
    for nothing in
        [carry(&SuperAi::RELAYED, SuperAi.statistics(None), &[]), carry(&RetabReviews::RELAYED, RetabReviews.statistics(Some("wf_1")), &[])]
    {
        assert_eq!(nothing, (Ok(Statistics::default()), Vec::new()));
    }
}
