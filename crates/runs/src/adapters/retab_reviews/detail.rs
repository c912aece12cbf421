//! One run's story: the run, its steps, its reviews and its flow.

use super::reviews::{Asked, review};
use super::steps::Whole;
use super::{answer, decoded, run, run_path, steps};
use crate::adapters::RunRef;
use crate::adapters::retab::flow;
use crate::adapters::retab::history::{Wait, told};
use crate::adapters::retab::review::payload;
use crate::adapters::why;
use crate::model::review::about;
use crate::model::status::StatusKind;
use crate::model::{Fact, FactName, FactValue, Iteration, ReviewRef, RunDetail, place_error};
use crate::value::json::Json;
use crate::value::percent::encode;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::http::{Reply, Request};
use crate::wire::operation::Operation;

pub(super) fn reviews_call(run: &str) -> Request {
    Request::get("workflows/reviews").with("run_id", run).with("decision_status", "all").with("limit", "100").with("order", "asc")
}

pub(super) fn flow_call(flow: &str) -> Request {
    Request::get(format!("workflows/{}", encode(flow)))
}

fn missing() -> Reply {
    Err(crate::wire::http::Failure { kind: crate::wire::http::FailureKind::NotSent, detail: String::new() })
}

pub(super) fn get(named: &RunRef) -> Operation<RunDetail> {
    let asks = [Request::get(run_path(&named.id)), steps::call(&named.id), reviews_call(&named.id)];
    let call = asks[0].call();
    Operation::ask(asks.to_vec(), move |replies| {
        let mut replies = replies.into_iter();
        let mut next = || replies.next().unwrap_or_else(missing);
        let run = answer(next(), &call);
        let [_, steps_call, reviews_call] = asks;
        let (steps_reply, reviews_reply) = (next(), next());
        match run {
            Err(error) => Operation::fail(error),
            Ok(raw) => match run::read(raw.clone()) {
                Err(unfit) => Operation::fail(ApiError::malformed(&why(unfit), &call)),
                Ok(mut detail) => {
                    detail.raw.push((call, raw));
                    with_parts(detail, (steps_call, steps_reply), (reviews_call, reviews_reply))
                }
            },
        }
    })
}

fn with_parts(mut detail: RunDetail, steps: (Request, Reply), reviews: (Request, Reply)) -> Operation<RunDetail> {
    let (steps_call, reviews_call) = (steps.0.call(), reviews.0.call());
    steps::whole(steps.0, steps.1).and_then(move |steps| match steps {
        Err(error) => Operation::fail(error),
        Ok(Whole { items, cut }) => {
            detail.steps = steps::read_all(items.clone());
            detail.steps_cut = cut;
            detail.raw.push((steps_call, Json::Array(items)));
            steps::whole(reviews.0, reviews.1).and_then(move |reviews| match reviews {
                // A key may see runs without seeing reviews: the run is shown either way.
                Err(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound) => named(detail, Vec::new()),
                Err(error) => Operation::fail(error),
                Ok(Whole { items, .. }) => {
                    let mut asked = Vec::new();
                    for item in &items {
                        match review(item.clone()) {
                            Ok(review) => asked.push(review),
                            // It cannot be decided on, but the run is there.
                            Err(_) => detail.other.push(("reviews".into(), item.clone())),
                        }
                    }
                    detail.raw.push((reviews_call, Json::Array(items)));
                    named(detail, asked)
                }
            })
        }
    })
}

/// The flow's name is in no run.
fn named(mut detail: RunDetail, asked: Vec<Asked>) -> Operation<RunDetail> {
    if !crate::adapters::segment(&detail.run.flow) {
        return Operation::done(together(detail, asked));
    }
    decoded(flow_call(&detail.run.flow), |value| flow(value).map_err(why)).and_then(move |flow| {
        // A run may outlive its flow.
        detail.run.flow_name = flow.ok().map(|flow| flow.name);
        Operation::done(together(detail, asked))
    })
}

/// What the reviews say about the run and its steps.
fn together(mut detail: RunDetail, asked: Vec<Asked>) -> RunDetail {
    let mut asked: Vec<_> = asked.into_iter().filter(|review| review.run == detail.run.id).collect();
    let ended = detail.run.status.kind.is_final();
    let mut waits: Vec<Wait> = Vec::new();
    let mut waited = 0;
    for review in &mut asked {
        let step = detail.steps.iter_mut().find(|step| review.step.as_ref() == Some(&step.id));
        let name = step.as_ref().map_or_else(|| review.block.clone(), |step| step.name.clone());
        let closed = review.verdict.as_ref().and_then(|verdict| verdict.at).or(review.cancelled_at);
        let open = review.is_open() && !ended;
        if let Some(from) = review.created_at
            && (open || closed.is_some_and(|to| to >= from))
        {
            waits.push((from, closed, name.clone()));
            waited += closed.map_or(0, |to| to.since(from));
        }
        if open {
            detail.run.waiting_since = [detail.run.waiting_since, review.created_at].into_iter().flatten().min();
            let round = step.as_ref().and_then(|step| step.iteration).map(Iteration::Round);
            let data = step.as_ref().and_then(|step| step.output.as_ref());
            detail.reviews.push(ReviewRef {
                iteration: round.or_else(|| review.iteration.clone().map(Iteration::Key)),
                about: data.and_then(payload).map(|data| about(&data)).unwrap_or_default(),
                ..ReviewRef::new(review.id.as_str(), name, review.created_at)
            });
        }
        let mut told = facts(review);
        match step {
            Some(step) => {
                if step.status.kind == StatusKind::Completed {
                    step.status.kind = match review.verdict.as_ref().and_then(|verdict| verdict.approved()) {
                        Some(true) => StatusKind::Approved,
                        Some(false) => StatusKind::Rejected,
                        None => StatusKind::Completed,
                    };
                }
                step.facts.append(&mut told);
                step.other.append(&mut review.other);
            }
            None => {
                detail.facts.append(&mut told);
                detail.other.append(&mut review.other);
            }
        }
    }
    detail.run.reviews = (detail.run.status.kind == StatusKind::Waiting).then(|| detail.reviews.clone());
    detail.run.waited_ms = (waited > 0).then_some(waited);
    detail.run.count(&detail.steps);
    place_error(detail.run.error.as_mut(), &detail.steps);
    detail.history = told(&detail, waits);
    detail
}

fn facts(review: &Asked) -> Vec<Fact> {
    let mut facts = vec![Fact { name: FactName::NeedsReview, value: FactValue::Flag(true) }];
    let status = match (&review.verdict, review.cancelled_at) {
        (Some(verdict), _) => verdict.word.as_str(),
        (None, Some(_)) => "cancelled",
        (None, None) => "pending",
    };
    facts.push(Fact::text(FactName::ReviewStatus, status));
    facts.extend(review.facts.iter().cloned());
    facts.extend(review.cancelled_at.map(|at| Fact { name: FactName::ReviewUpdatedAt, value: FactValue::Time(at) }));
    if let Some(verdict) = &review.verdict {
        facts.extend(verdict.author.as_ref().map(|author| Fact::text(FactName::ReviewedBy, author.name.as_str())));
        facts.extend(verdict.at.map(|at| Fact { name: FactName::ReviewedAt, value: FactValue::Time(at) }));
        facts.extend(verdict.approved().map(|approved| Fact { name: FactName::ReviewApproved, value: FactValue::Flag(approved) }));
        facts.extend(verdict.reason.as_ref().map(|reason| Fact::text(FactName::Reason, reason.as_str())));
    }
    facts
}
