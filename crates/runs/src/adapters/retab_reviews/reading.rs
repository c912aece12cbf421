//! Reading one review: what is asked, every version of its data, the run around it, and the schema of the block that asks.

use super::reviews::{Asked, Verdict, review, version};
use super::{answer, decoded, lineage, review_path, run, run_path, sources, steps};
use crate::adapters::why;
use crate::model::review::{Decision, Review, ReviewState, Version};
use crate::model::{Run, Step};
use crate::value::json::{Json, Malformed};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::fields::{each, read};
use crate::wire::http::{Failure, FailureKind, Reply, Request};
use crate::wire::operation::Operation;

pub(super) fn get_review(id: &str) -> Request {
    Request::get(review_path(id))
}

pub(super) fn get_versions(id: &str) -> Request {
    Request::get("workflows/reviews/versions").with("review_id", id).with("limit", "100")
}

/// What the first turn brings; its lists go on over further pages.
struct Found {
    asked: Asked,
    run: Run,
    versions: Vec<Version>,
    steps: Vec<Step>,
}

pub(super) fn get(run_id: &str, id: &str) -> Operation<Review> {
    let wanted = run_id.to_owned();
    let asks = [get_review(id), Request::get(run_path(run_id)), get_versions(id), steps::call(run_id)];
    Operation::ask(asks.to_vec(), move |replies| {
        let mut replies = replies.into_iter();
        let mut next = || replies.next().unwrap_or_else(|| Err(Failure { kind: FailureKind::NotSent, detail: String::new() }));
        let first: Result<(Asked, Run), ApiError> = one(&asks[0], next(), review).and_then(|asked| {
            let detail = one(&asks[1], next(), |value| run::read(value).map_err(why))?;
            match asked.run == wanted {
                true => Ok((asked, detail.run)),
                false => Err(ApiError { call: asks[0].call().into(), ..ApiError::new(ErrorKind::NotFound, "the review is another run's") }),
            }
        });
        let (versions, listed) = (next(), next());
        let [_, _, versions_call, steps_call] = asks;
        match first {
            Err(error) => Operation::fail(error),
            Ok((asked, run)) => of_list(versions_call, versions, |items| each(items, version)).and_then(move |versions| match versions {
                Err(error) => Operation::fail(error),
                // The answers are not of one moment: the version that was decided on may have come between them.
                Ok(versions) if lacks(&asked, &versions) => {
                    let again = get_versions(&asked.id);
                    Operation::one(again.clone(), |reply| of_list(again, reply, |items| each(items, version)))
                        .and_then(move |again| with_steps(asked, run, again.unwrap_or(versions), steps_call, listed))
                }
                Ok(versions) => with_steps(asked, run, versions, steps_call, listed),
            }),
        }
    })
}

fn lacks(asked: &Asked, versions: &[Version]) -> bool {
    asked.verdict.as_ref().is_some_and(|verdict| !versions.iter().any(|version| version.id == verdict.version))
}

fn with_steps(asked: Asked, run: Run, mut versions: Vec<Version>, call: Request, listed: Reply) -> Operation<Review> {
    lineage::sort(&mut versions);
    of_list(call, listed, |items| Ok(steps::read_all(items))).and_then(move |steps| match steps {
        Err(error) => Operation::fail(error),
        Ok(steps) => described(Found { asked, run, versions, steps }),
    })
}

fn one<T>(request: &Request, reply: Reply, read: fn(Json) -> Result<T, Malformed>) -> Result<T, ApiError> {
    let call = request.call();
    answer(reply, &call).and_then(|value| read(value).map_err(|problem| ApiError::malformed(&problem, &call)))
}

fn of_list<T: 'static>(request: Request, reply: Reply, read: fn(Vec<Json>) -> Result<T, Malformed>) -> Operation<T> {
    let call = request.call();
    steps::whole(request, reply).and_then(move |items| {
        Operation::Done(items.and_then(|whole| read(whole.items).map_err(|problem| ApiError::malformed(&problem, &call))))
    })
}

/// Adds the schema of the block that asks, from the version of the flow that the run uses.
fn described(found: Found) -> Operation<Review> {
    if let Some(schema) = documented(found.asked.block_type.as_deref()) {
        return Operation::done(put_together(found, Some(schema)));
    }
    let Some(version) = found.asked.flow_version.clone().filter(|version| crate::adapters::segment(version)) else {
        return Operation::done(put_together(found, None));
    };
    let request = Request::get(format!("workflows/versions/{}", encode(&version))).with("workflow_id", found.asked.flow.as_str());
    let block = found.asked.block.clone();
    decoded(request, move |value| schema_of(value, &block)).and_then(move |schema| match schema {
        Ok(schema) => Operation::done(put_together(found, schema)),
        // A schema that is missing now and there a moment later would be another form.
        Err(error) if error.passing() => Operation::fail(error),
        Err(_) => Operation::done(put_together(found, None)),
    })
}

/// `config.json_schema` of a block in a workflow version.
fn schema_of(value: Json, block: &str) -> Result<Option<Json>, Malformed> {
    let blocks = read(value, "workflow version", |fields| fields.list("blocks"))?;
    let block = blocks.into_iter().find(|found| found.get("id").and_then(Json::as_str) == Some(block));
    let schema = block.and_then(|mut block| block.get_mut("config")?.get_mut("json_schema").map(Json::take));
    Ok(schema.filter(Json::is_object))
}

/// The shapes that the vendor's documentation fixes for the blocks that have no schema of their own.
fn documented(block_type: Option<&str>) -> Option<Json> {
    let pages = r#"{"type":"array","title":"Pages","items":{"type":"integer","minimum":1}}"#;
    let parts = |list: &str, name: &str| {
        format!(
            r#"{{"type":"object","required":["{list}"],"properties":{{"{list}":{{"type":"array","items":{{"type":"object","required":["{name}","pages"],"properties":{{"{name}":{{"type":"string"}},"pages":{pages}}}}}}}}}}}"#
        )
    };
    let text = match block_type? {
        "classifier" => r#"{"type":"object","required":["category"],"properties":{"category":{"type":"string"}}}"#.to_owned(),
        "split" => parts("documents", "name"),
        "for_each" => parts("partitions", "key"),
        _ => return None,
    };
    crate::value::json::parse(text.as_bytes()).ok()
}

fn put_together(found: Found, schema: Option<Json>) -> Review {
    let Found { asked, run, versions, steps } = found;
    let subject = lineage::latest(&versions).last().map(|version| (*version).clone());
    let place = steps.iter().position(|step| asked.step.as_ref() == Some(&step.id) || step.node == asked.block);
    let state = match &asked.verdict {
        Some(verdict) => ReviewState::Decided(decision(verdict, &versions)),
        None if asked.cancelled_at.is_some() || run.status.kind.is_final() || subject.is_none() => ReviewState::Gone,
        None => ReviewState::Open,
    };
    // What stands decided is what the decision was made on.
    let decided = asked.verdict.as_ref().and_then(|verdict| versions.iter().find(|version| version.id == verdict.version));
    let data = decided.or(subject.as_ref()).map_or(Json::Null, |version| version.data.clone());
    Review {
        id: asked.id,
        run: run.id,
        flow: asked.flow,
        flow_name: None,
        name: place.and_then(|at| steps.get(at)).map_or(asked.block, |step| step.name.clone()),
        state,
        run_status: run.status,
        data,
        schema,
        reason: asked.reason,
        instructions: None,
        since: asked.created_at,
        until: None,
        pin: lineage::pin(&versions),
        read_only: Vec::new(),
        carry: sources::extractions(&steps[..place.map_or(steps.len(), |place| place + 1)]),
        evidence: steps.into_iter().take(place.unwrap_or(usize::MAX)).collect(),
        versions,
        holder: None,
    }
}

/// A recorded decision; its data is that of the version that it names.
pub(super) fn decision(verdict: &Verdict, versions: &[Version]) -> Decision {
    let version = versions.iter().find(|version| version.id == verdict.version);
    Decision {
        approved: verdict.approved(),
        data: version.map(|version| version.data.clone()),
        by: verdict.author.as_ref().map(|author| author.name.clone()).filter(|name| !name.is_empty()),
        at: verdict.at,
        applied_at: None,
        reason: verdict.reason.clone(),
        resume: None,
    }
}
