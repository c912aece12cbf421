//! Reviews, their versions and decisions, as they come over the wire.

use crate::model::review::{Author, AuthorKind, Resume, ResumeState, Version};
use crate::model::{Fact, FactName, FactValue};
use crate::value::json::{Json, Malformed, Map, plain};
use crate::value::time::Timestamp;
use crate::wire::fields::Fields;

/// A `Review`: what is asked, and what was said; the data is in its versions.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) id: String,
    pub(super) run: String,
    pub(super) flow: String,
    /// The version of the flow, whose block holds the schema.
    pub(super) flow_version: Option<String>,
    pub(super) block: String,
    pub(super) step: Option<String>,
    pub(super) block_type: Option<String>,
    /// Which of several of its block it is.
    pub(super) iteration: Option<String>,
    /// Why the gate fired, in the vendor's words.
    pub(super) reason: Option<String>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) cancelled_at: Option<Timestamp>,
    pub(super) verdict: Option<Verdict>,
    /// What has no place in the model of a review.
    pub(super) facts: Vec<Fact>,
    pub(super) other: Vec<(String, Json)>,
}

/// A `ReviewDecision`.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// `approved` or `rejected`.
    pub(super) word: String,
    pub(super) version: String,
    pub(super) author: Option<Author>,
    pub(super) at: Option<Timestamp>,
    pub(super) reason: Option<String>,
}

impl Verdict {
    pub(super) fn approved(&self) -> Option<bool> {
        match self.word.as_str() {
            "approved" => Some(true),
            "rejected" => Some(false),
            _ => None,
        }
    }
}

impl Asked {
    pub(super) const fn is_open(&self) -> bool {
        self.verdict.is_none() && self.cancelled_at.is_none()
    }
}

pub(super) fn review(value: Json) -> Result<Asked, Malformed> {
    crate::wire::fields::read(value, "review", decode)
}

fn decode(fields: &mut Fields) -> Asked {
    let triggered = fields.take("triggered_by");
    let mut facts = Vec::new();
    let mut more = Map::new();
    let iteration = fields.word("iteration_key").filter(|key| !key.is_empty());
    for (name, text) in [("parent_step_id", fields.text("parent_step_id")), ("iteration_key", iteration.clone())] {
        if let Some(text) = text {
            more.insert(name.into(), text.into());
        }
    }
    let reason = triggered.as_ref().and_then(why);
    more.extend(triggered.map(|triggered| ("triggered_by".to_owned(), triggered)));
    let created_at = fields.time("created_at");
    facts.extend(created_at.map(|at| Fact { name: FactName::ReviewCreatedAt, value: FactValue::Time(at) }));
    if !more.is_empty() {
        facts.push(Fact { name: FactName::ReviewMetadata, value: FactValue::Data(Json::Object(more)) });
    }
    let verdict = fields.object("decision", "decision", verdict);
    Asked {
        id: fields.required("id"),
        run: fields.required("run_id"),
        flow: fields.text("workflow_id").unwrap_or_default(),
        flow_version: fields.text("workflow_version_id"),
        block: fields.text("block_id").unwrap_or_default(),
        step: fields.text("step_id"),
        block_type: fields.text("block_type"),
        iteration,
        reason,
        created_at,
        cancelled_at: fields.time("cancelled_at"),
        verdict,
        facts,
        other: fields.rest(),
    }
}

fn verdict(fields: &mut Fields) -> Verdict {
    Verdict {
        word: fields.required("verdict"),
        version: fields.text("version_id").unwrap_or_default(),
        author: fields.object("author", "author", author),
        at: fields.time("created_at"),
        reason: fields.words("reason"),
    }
}

fn author(fields: &mut Fields) -> Author {
    let kind = match fields.text("kind").as_deref() {
        Some("human") => AuthorKind::Person,
        Some("agent") => AuthorKind::Agent,
        Some("model") => AuthorKind::Model,
        _ => AuthorKind::Unknown,
    };
    let id = fields.text("id");
    Author { kind, name: fields.words("display_name").or(id).unwrap_or_default() }
}

/// Comparisons of a condition are told to this depth of brackets.
const DEEPEST: usize = 8;

/// The gate's comparisons (`data.matched is false`), else the kind of its condition with its limits: `confidence_lt (threshold: 0.9)`.
fn why(triggered: &Json) -> Option<String> {
    let condition = triggered.as_object()?;
    if let Some(text) = condition.get("condition").and_then(|condition| comparisons(condition, DEEPEST)) {
        return Some(crate::wire::error::bounded(&text));
    }
    let kind = condition.get("kind")?.as_str()?;
    let limits: Vec<_> =
        condition.iter().filter(|(name, _)| *name != "kind").map(|(name, value)| format!("{name}: {}", plain(value))).collect();
    let text = if limits.is_empty() { kind.to_owned() } else { format!("{kind} ({})", limits.join(", ")) };
    Some(crate::wire::error::bounded(&text))
}

pub(super) fn version(value: Json) -> Result<Version, Malformed> {
    crate::wire::fields::read(value, "version", |fields| Version {
        id: fields.required("id"),
        parent: fields.words("parent_id"),
        author: fields.object("author", "author", author).unwrap_or(Author { kind: AuthorKind::Unknown, name: String::new() }),
        note: fields.words("note"),
        created_at: fields.time("created_at"),
        data: fields.take("snapshot").unwrap_or(Json::Null),
    })
}

/// A `SubmitDecisionResponse`.
pub(super) struct Submitted {
    /// Empty if it was left out.
    pub(super) word: String,
    pub(super) review: Asked,
    pub(super) resume: Option<Box<Resume>>,
}

pub(super) fn submitted(value: Json) -> Result<Submitted, Malformed> {
    let (word, review_json, resume, error) = crate::wire::fields::read(value, "submission", |fields| {
        let word = fields.text("submission_status").unwrap_or_default();
        (word, fields.take("review"), fields.text("resume_status"), fields.words("resume_error"))
    })?;
    let state = |raw: &str| match raw {
        "resumed" => ResumeState::Resumed,
        "pending" => ResumeState::Pending,
        "failed" => ResumeState::Failed,
        "skipped" => ResumeState::Skipped,
        _ => ResumeState::Unknown,
    };
    let resume = resume.map(|raw| Box::new(Resume { state: state(&raw), raw, error }));
    Ok(Submitted { word, review: review(review_json.unwrap_or(Json::Null))?, resume })
}

/// `path operator value`, several joined as the condition joins them.
fn comparisons(condition: &Json, depth: usize) -> Option<String> {
    let condition = condition.as_object()?;
    let Some(parts) = condition.get("sub_conditions") else {
        let operator = condition.get("operator")?.as_str()?.replace('_', " ");
        let value = condition.get("value").map(|value| format!(" {}", plain(value))).unwrap_or_default();
        return Some(format!("{} {operator}{value}", condition.get("path")?.as_str()?));
    };
    let depth = depth.checked_sub(1)?;
    let parts: Vec<String> = parts.as_array()?.iter().map(|part| comparisons(part, depth)).collect::<Option<_>>()?;
    let joined = parts.join(&format!(" {} ", condition.get("logical_operator").and_then(Json::as_str).unwrap_or("and")));
    match parts.len() {
        0 => None,
        // Brackets only where one condition stands in another.
        count => Some(if count > 1 && depth + 1 < DEEPEST { format!("({joined})") } else { joined }),
    }
}
