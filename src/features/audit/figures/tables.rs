use super::super::table::outcome;
use crate::data::audit::{Day, Figures, FlowSum};
use crate::prelude::*;
use crate::routes::{AuditAddress, FiguresAddress, Page};
use crate::state::globals;
use crate::strings::t;
use std::ops::Range;

/// What the figures are made of, each table with its basis.
pub fn tables(figures: &Figures, about: &FiguresAddress) -> Html {
    let words = t().audit;
    let sum = &figures.sum;
    let outcomes = figures.outcomes.iter().map(|(word, count)| {
        let query = AuditAddress { connection: about.connection.clone(), flow: about.flow.clone(), outcome: word.as_ref().ok().copied(), ..AuditAddress::default() };
        view! { <tr><td>{outcome(word)}</td><td class="sl-num"><a href=Page::Audit(query.write()).href()>{count_of(*count)}</a></td><td>{bar(*count, figures.decisions)}</td></tr> }
    });
    let fields = figures.fields.iter().map(|(field, edits, decisions)| {
        view! { <tr><td><bdi class="sl-mono">{field.clone()}</bdi></td><td class="sl-num">{count_of(*edits)}</td><td>{bar(*decisions, sum.edited)}<span class="sl-xs sl-2">{(words.in_decisions)(*decisions)}</span></td></tr> }
    });
    let reasons = figures.reasons.iter().map(|(reason, count)| {
        view! { <tr><td><bdi>{reason.clone()}</bdi></td><td class="sl-num">{count_of(*count)}</td><td>{bar(*count, sum.rejected)}</td></tr> }
    });
    let flows = figures.flows.iter().map(|one| flow(one, about));
    let days = figures.days.iter().rev().map(day);
    view! {
        <div class="sl-cols2">
            {panel(words.outcomes, &[words.outcome, words.decisions, words.share], 1..2, outcomes.collect(), (words.outcomes_basis)(figures.decisions))}
            {panel(words.fields, &[words.field, words.edits, words.share], 1..2, fields.collect(), (words.fields_basis)(sum.edited))}
            {panel(words.reasons, &[words.reason, words.decisions, words.share], 1..2, reasons.collect(), (words.reasons_basis)(sum.rejected, figures.unreasoned))}
            {panel(words.days, &[words.day, words.approved, words.edited, words.rejected], 1..4, days.collect(), words.days_basis.to_owned())}
        </div>
        {panel(
            words.flows,
            &[words.flow, words.connection, words.recorded, words.approved, words.edited, words.rejected, words.median, words.p90],
            2..8,
            flows.collect(),
            (words.flows_basis)(figures.flows.len() as u64, figures.flows_total),
        )}
    }
}

/// `numbers`: the columns of figures.
fn panel(title: &'static str, heads: &[&'static str], numbers: Range<usize>, rows: Vec<Html>, basis: String) -> Html {
    let body = if rows.is_empty() {
        view! { <p class="sl-panel__body sl-2">{t().audit.nothing_counted}</p> }
    } else {
        let heads: Vec<Html> =
            heads.iter().enumerate().map(|(at, head)| view! { <th scope="col" class:sl-num=numbers.contains(&at)>{*head}</th> }).collect();
        view! {
            <div class="sl-audit__table" tabindex="0" role="region" aria-label=title>
                <table class="sl-grid" aria-label=title><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
            </div>
        }
    };
    view! {
        <section class="sl-panel">
            <div class="sl-panel__head"><h2>{title}</h2></div>
            {body}
            <p class="sl-panel__foot">{basis}</p>
        </section>
    }
}

fn flow(one: &FlowSum, about: &FiguresAddress) -> Html {
    let label = globals().session.connection(&one.connection).map_or_else(|| one.connection.clone(), |found| found.label);
    let name = one.flow_name.clone().unwrap_or_else(|| one.flow.clone());
    let flow = Some(one.flow.clone()).filter(|flow| !flow.is_empty());
    let href = Page::Figures(about.of(Some(one.connection.clone()), flow).write()).href();
    let sum = &one.sum;
    let span = |ms: Option<u64>| ms.map_or_else(|| t().shared.none.to_owned(), t().shared.duration);
    view! {
        <tr>
            <td><a href=href title=one.flow.clone()><bdi>{name}</bdi></a></td>
            <td><bdi>{label}</bdi></td>
            <td class="sl-num">{count_of(sum.recorded)}</td>
            <td class="sl-num">{count_of(sum.approved)}</td>
            <td class="sl-num">{count_of(sum.edited)}</td>
            <td class="sl-num">{count_of(sum.rejected)}</td>
            <td class="sl-num">{span(sum.median)}</td>
            <td class="sl-num">{span(sum.p90)}</td>
        </tr>
    }
}

fn day(day: &Day) -> Html {
    view! {
        <tr>
            <td>{day.day.clone()}</td>
            <td class="sl-num">{count_of(day.approved)}</td>
            <td class="sl-num">{count_of(day.edited)}</td>
            <td class="sl-num">{count_of(day.rejected)}</td>
        </tr>
    }
}

fn count_of(count: u64) -> String {
    (t().shared.count)(count)
}

fn bar(part: u64, whole: u64) -> Html {
    let share = (part.saturating_mul(100) / whole.max(1)).min(100);
    view! { <span class="sl-bar" aria-hidden="true"><i style:--w=format!("{share}%")></i></span> }
}
