//! Figures for those who lead reviewers, counted by the gateway.

use super::Word;
use crate::net::{self, Scope};
use runs::value::json::Malformed;
use runs::wire::http::Request;
use runs::wire::object::ObjectReader;
use runs::{ApiError, Json};

/// Recorded decisions of a flow, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub recorded: u64,
    pub approved: u64,
    pub edited: u64,
    pub rejected: u64,
    /// Of how many it is known how long they took, in milliseconds: the middle one, and what nine of ten stayed below.
    pub timed: u64,
    pub median: Option<u64>,
    pub p90: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowSum {
    pub connection: String,
    pub flow: String,
    pub flow_name: Option<String>,
    pub sum: Sum,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// `2026-11-22`, in the reader's zone.
    pub day: String,
    pub approved: u64,
    pub edited: u64,
    pub rejected: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    pub days: Vec<Day>,
    pub decisions: u64,
    pub sum: Sum,
    pub outcomes: Vec<(Result<Word, String>, u64)>,
    /// Field, edits, decisions with such an edit.
    pub fields: Vec<(String, u64, u64)>,
    pub reasons: Vec<(String, u64)>,
    /// Rejections without a reason.
    pub unreasoned: u64,
    pub flows: Vec<FlowSum>,
    pub flows_total: u64,
}

/// Reads the figures of the last `days`; `query` narrows them to a connection or flow.
pub async fn read_figures(days: u32, offset: i32, query: Vec<(&'static str, String)>, scope: &Scope) -> Result<Figures, ApiError> {
    let mut request = Request::get("audit/figures").with("days", days.to_string()).with("offset", offset.to_string());
    request.query.extend(query);
    let json = net::own(&request, Some(scope)).await?;
    figures(json).map_err(|problem| ApiError::malformed(&problem, &request.call()))
}

fn figures(json: Json) -> Result<Figures, Malformed> {
    let mut fields = ObjectReader::of(json, "figures")?;
    let whole = sum(fields.take("sum"))?;
    let each = |list: Vec<Json>, name: &'static str| -> Result<Vec<(String, u64, u64)>, Malformed> {
        let one = |json| {
            let mut one = ObjectReader::of(json, name)?;
            let count = if name == "field" { one.count("edits")? } else { one.count("count")? };
            Ok((one.text(name)?.unwrap_or_default(), count.unwrap_or_default(), one.count("decisions")?.unwrap_or_default()))
        };
        list.into_iter().map(one).collect()
    };
    let outcomes = each(fields.list("outcomes")?, "outcome")?;
    let reasons = each(fields.list("reasons")?, "reason")?;
    Ok(Figures {
        days: fields.list("days")?.into_iter().map(day).collect::<Result<_, _>>()?,
        decisions: fields.count("decisions")?.unwrap_or_default(),
        sum: whole,
        outcomes: outcomes.into_iter().map(|(word, count, _)| (Word::from_slug(&word).ok_or(word), count)).collect(),
        fields: each(fields.list("fields")?, "field")?,
        reasons: reasons.into_iter().map(|(reason, count, _)| (reason, count)).collect(),
        unreasoned: fields.count("unreasoned")?.unwrap_or_default(),
        flows: fields.list("flows")?.into_iter().map(flow).collect::<Result<_, _>>()?,
        flows_total: fields.count("flows_total")?.unwrap_or_default(),
    })
}

fn sum(json: Option<Json>) -> Result<Sum, Malformed> {
    let mut fields = ObjectReader::of(json.unwrap_or_default(), "sum")?;
    let mut count = |name| Ok::<_, Malformed>(fields.count(name)?.unwrap_or_default());
    let (recorded, approved, edited, rejected, timed) =
        (count("recorded")?, count("approved")?, count("edited")?, count("rejected")?, count("timed")?);
    Ok(Sum { recorded, approved, edited, rejected, timed, median: fields.count("median")?, p90: fields.count("p90")? })
}

fn flow(json: Json) -> Result<FlowSum, Malformed> {
    let mut fields = ObjectReader::of(json, "flow")?;
    Ok(FlowSum {
        connection: fields.required("connection")?,
        flow: fields.text("flow")?.unwrap_or_default(),
        flow_name: fields.text("flow_name")?,
        sum: sum(fields.take("sum"))?,
    })
}

fn day(json: Json) -> Result<Day, Malformed> {
    let mut fields = ObjectReader::of(json, "day")?;
    let day = fields.required("day")?;
    let mut count = |name| Ok::<_, Malformed>(fields.count(name)?.unwrap_or_default());
    Ok(Day { day, approved: count("approved")?, edited: count("edited")?, rejected: count("rejected")? })
}
