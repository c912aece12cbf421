//! A run that is paused or suspended as a review. It goes by the id of its state, because a key may come again in the same run.

use super::calls::{Answers, Told, ask_all, get_inputs, get_run, get_states, of_run};
use super::decode::{Keys, State, run as read_run, states};
use super::detail::{flow_name, names_of};
use super::evidence;
use crate::adapters::why;
use crate::model::review::{Decision, Pin, Review, ReviewState};
use crate::model::status::StatusKind;
use crate::value::json::{Json, Map, parse};
use crate::value::time::Timestamp;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::http::Request;
use crate::wire::operation::Operation;
use serde_json::json;

/// What of a review a decision hangs on.
fn core(run: &str) -> Vec<Request> {
    vec![get_run(run), get_states(run), get_inputs(run)]
}

/// What is there, or why it cannot be told; `None`: there was no such review.
pub(super) type Found = Result<Option<Review>, ApiError>;

/// The review as it is now, and the answers to what else is asked.
pub(super) fn find<T: 'static>(
    run: &str,
    id: &str,
    others: Vec<Request>,
    then: impl FnOnce(Found, Answers) -> Operation<T> + 'static,
) -> Operation<T> {
    let mut requests = core(run);
    requests.extend(others);
    let (run, id) = (run.to_owned(), id.to_owned());
    ask_all(requests, move |mut answers| {
        let found = read(&mut answers, &id);
        if !found.as_ref().is_ok_and(|found| found.as_ref().is_some_and(is_torn)) {
            return then(found, answers);
        }
        ask_all(core(&run), move |mut again| then(read(&mut again, &id), answers))
    })
}

/// Everything is asked for at the same time: it may have been resumed after its answers were read, which are stored together with that.
/// Whoever resumes without a form leaves none.
fn is_torn(review: &Review) -> bool {
    let form = review.carry.get("form").and_then(Json::as_bool) == Some(true);
    form && matches!(&review.state, ReviewState::Decided(decision) if decision.approved == Some(true) && decision.data.is_none())
}

pub(super) fn get(run: &str, id: &str) -> Operation<Review> {
    let mut others = vec![of_run("artifacts/filter", run, "ID_DESC", 0)];
    others.extend(names_of(run));
    find(run, id, others, |found, mut answers| {
        Operation::Done(found.and_then(|review| {
            let review = review.ok_or_else(|| ApiError::new(ErrorKind::NotFound, "the run never waited there, or was deleted"))?;
            let evidence = evidence::artifacts(answers.next().list_if_allowed()?);
            Ok(Review { evidence, flow_name: flow_name(answers.next(), answers.next()), ..review })
        }))
    })
}

/// The review as the run, its states and its questions tell it; `None`: it never was one of the run's.
fn read(answers: &mut Answers, id: &str) -> Result<Option<Review>, ApiError> {
    let run = answers.next().decoded(|value| read_run(value).map_err(why))?;
    let mut states = answers.next().decoded(|value| states(crate::value::json::list(value, "states")?))?;
    let inputs = answers.next();
    // Both were asked for at the same time: the run may be ahead.
    if let Some(now) = run.state.filter(|now| !states.iter().any(|state| state.id == now.id)) {
        states.push(now);
    }
    let Some(place) = states.iter().position(|state| state.id == id) else { return Ok(None) };
    let (Some(wait), after) = (states.get(place), states.get(place + 1)) else { return Ok(None) };
    let Some(pause) = &wait.pause else { return Ok(None) };
    let inputs = Inputs::read(inputs, wait.at)?;
    let asked = pause.keys.as_ref().map(|keys| inputs.question(keys));
    let schema = match &asked {
        // There is nothing to be filled in.
        None => Some(json!({"type": "object", "properties": {}, "additionalProperties": false})),
        Some(schema) => schema.clone(),
    };
    if schema.is_none() && after.is_none() {
        // The state is stored a moment before the question.
        return Err(ApiError::new(ErrorKind::Vendor, "the run waits, but its question is not stored yet"));
    }
    let data = schema.as_ref().map(defaults).unwrap_or_default();
    let answer = pause.keys.as_ref().and_then(|keys| inputs.answer(keys));
    Ok(Some(Review {
        id: wait.id.clone(),
        name: wait.wait_name(),
        state: after.map_or(ReviewState::Open, |after| decided(after, answer)),
        pin: Pin::of(&data, schema.as_ref(), None, wait.at),
        run: run.run.id,
        flow: run.run.flow,
        flow_name: None,
        run_status: run.run.status,
        reason: pause.keys.as_ref().and_then(|keys| inputs.description(keys)),
        instructions: None,
        since: wait.at,
        until: pause.until,
        read_only: Vec::new(),
        evidence: Vec::new(),
        versions: Vec::new(),
        holder: None,
        carry: json!({"suspended": pause.suspended, "form": pause.keys.is_some()}),
        data,
        schema,
    }))
}

/// What became of a wait, by the state that followed it.
fn decided(after: &State, answer: Option<(Json, Option<Timestamp>)>) -> ReviewState {
    let approved = match after.status.kind {
        StatusKind::Running | StatusKind::Resuming | StatusKind::Queued => true,
        StatusKind::Cancelling | StatusKind::Cancelled | StatusKind::Rejected => false,
        // Nobody answered in time.
        _ => return ReviewState::Gone,
    };
    let (data, at) = answer.filter(|_| approved).map_or((None, None), |(data, at)| (Some(data), at));
    ReviewState::Decided(Decision {
        approved: Some(approved),
        data,
        at: at.or(after.at),
        applied_at: after.at.filter(|_| after.status.kind == StatusKind::Running),
        ..Decision::default()
    })
}

/// The whole form as it is filled in already. Required fields without a default are left for the person.
fn defaults(schema: &Json) -> Json {
    let properties = schema.get("properties").and_then(Json::as_object);
    let known = properties.into_iter().flatten().filter_map(|(name, field)| Some((name.clone(), field.get("default")?.clone())));
    Json::Object(known.collect::<Map<_, _>>())
}

/// Questions and answers of a run, by key.
struct Inputs {
    rows: Vec<(String, Json, Option<Timestamp>)>,
    /// When the wait began: a key may have been asked before.
    since: Option<Timestamp>,
}

impl Inputs {
    fn read(told: Told, since: Option<Timestamp>) -> Result<Self, ApiError> {
        let text = |item: &Json, name: &str| item.get(name).and_then(Json::as_str).map(str::to_owned);
        let row = |item: Json| {
            let at = text(&item, "created").and_then(|at| Timestamp::parse(&at));
            Some((text(&item, "key")?, parse(text(&item, "value")?.as_bytes()).ok()?, at))
        };
        Ok(Self { rows: told.list()?.into_iter().filter_map(row).collect(), since })
    }

    fn of(&self, key: &str) -> Option<(Json, Option<Timestamp>)> {
        self.rows.iter().find(|(name, ..)| name == key).map(|(_, value, at)| (value.clone(), *at))
    }

    fn question(&self, keys: &Keys) -> Option<Json> {
        self.of(&keys.schema).map(|(schema, _)| schema)
    }

    fn description(&self, keys: &Keys) -> Option<String> {
        let (value, _) = self.of(keys.description.as_ref()?)?;
        Some(crate::value::json::plain(&value)).filter(|text| !text.trim().is_empty())
    }

    fn answer(&self, keys: &Keys) -> Option<(Json, Option<Timestamp>)> {
        let since = self.since;
        self.of(&keys.response).filter(|(_, at)| at.zip(since).is_none_or(|(at, since)| at >= since))
    }
}
