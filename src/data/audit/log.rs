//! Reading the log, a page at a time.

use super::Word;
use crate::net::{self, Scope};
use runs::value::json::{Malformed, parse, plain};
use runs::wire::http::Request;
use runs::wire::object::ObjectReader;
use runs::{ApiError, Json, Timestamp};

/// One decision with what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub id: u64,
    pub at: Timestamp,
    pub who: String,
    pub connection: String,
    pub flow: String,
    pub flow_name: Option<String>,
    pub run: String,
    pub review: String,
    pub review_name: String,
    pub pin: String,
    pub attempt: Option<u64>,
    pub approve: bool,
    pub reason: Option<String>,
    /// What was noted last; a word that this page does not know is kept as it is.
    pub outcome: Result<Word, String>,
    pub changes: Vec<Change>,
    /// How many there are; a page holds the first.
    pub changes_total: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub path: String,
    /// `None`: added.
    pub before: Option<Value>,
    /// `None`: removed.
    pub after: Option<Value>,
}

/// A value as text, shortened by the gateway where it was long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    pub text: String,
    pub cut: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// Where the next page goes on.
    pub next: Option<String>,
}

/// Reads one page; `query` is what the address filters by.
pub async fn read_page(query: &[(&'static str, String)], after: Option<String>, scope: &Scope) -> Result<Page, ApiError> {
    let mut request = Request::get("audit");
    request.query.extend(query.iter().cloned());
    request.query.extend(after.map(|after| ("after", after)));
    let json = net::own(&request, Some(scope)).await?;
    page(json).map_err(|problem| ApiError::malformed(&problem, &request.call()))
}

fn page(json: Json) -> Result<Page, Malformed> {
    let mut fields = ObjectReader::of(json, "page")?;
    let entries = fields.list("entries")?.into_iter().map(entry).collect::<Result<_, _>>()?;
    Ok(Page { entries, next: fields.text("next")? })
}

fn entry(json: Json) -> Result<Entry, Malformed> {
    let mut fields = ObjectReader::of(json, "entry")?;
    let last = fields.list("outcomes")?.pop().map(|last| ObjectReader::of(last, "outcome")?.required("outcome")).transpose()?;
    let outcome = match last {
        None => Ok(Word::Unknown),
        Some(word) => Word::from_slug(&word).ok_or(word),
    };
    Ok(Entry {
        id: fields.count("id")?.unwrap_or_default(),
        at: Timestamp(fields.count("at")?.and_then(|at| i64::try_from(at).ok()).unwrap_or_default()),
        who: fields.required("who")?,
        connection: fields.required("connection")?,
        flow: fields.text("flow")?.unwrap_or_default(),
        flow_name: fields.text("flow_name")?,
        run: fields.required("run")?,
        review: fields.required("review")?,
        review_name: fields.required("review_name")?,
        pin: fields.required("pin")?,
        attempt: fields.count("attempt")?,
        approve: fields.required("decision")? == "approve",
        reason: fields.text("reason")?,
        outcome,
        changes_total: fields.count("changes_total")?.unwrap_or_default(),
        changes: fields.list("changes")?.into_iter().map(change).collect::<Result<_, _>>()?,
    })
}

fn change(json: Json) -> Result<Change, Malformed> {
    let mut fields = ObjectReader::of(json, "change")?;
    let cut = fields.flag("cut")?.unwrap_or(false);
    let value = |text: String| match parse(text.as_bytes()) {
        Ok(json) => Value { text: plain(&json), cut: false },
        // A shortened JSON text is shown as it is.
        Err(_) => Value { text, cut },
    };
    Ok(Change {
        path: fields.text("path")?.unwrap_or_default(),
        before: fields.text("before")?.map(value),
        after: fields.text("after")?.map(value),
    })
}
