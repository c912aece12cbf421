//! Three-way comparison, field by field, and its export.

use crate::features::review::desk::Desk;
use crate::features::review::form::FormState;
use crate::features::review::form::fields::name_of;
use crate::platform::{page, save};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use runs::Json;
use runs::form::field_text;
use runs::value::diff::{Compared, Comparison, Verdict};
use runs::value::json::Map;

/// Rows of a comparison; the clashes come first.
const SHOWN: usize = 200;

/// What stands over a column: its name, and whose it is.
pub struct Column {
    pub name: &'static str,
    pub whose: String,
}

/// The table of what differs.
pub fn table(form: FormState, comparison: &Comparison, original: Column, theirs: Column) -> Html {
    let words = t().review;
    let counts = comparison.counts;
    let differing: Vec<&Compared> = comparison.rows.iter().filter(|row| row.verdict != Verdict::Same).collect();
    let hidden = differing.len().saturating_sub(SHOWN);
    let names = (original.name, theirs.name);
    let rows: Vec<Html> = form.draft.with_untracked(|draft| {
        differing.iter().take(SHOWN).map(|compared| row(name_of(draft.form(), &compared.path), compared, names)).collect()
    });
    let mine = Column { name: words.yours, whose: t().conflict.not_sent.into() };
    let head: Vec<Html> = [original, theirs, mine]
        .into_iter()
        .map(|column| view! { <th scope="col">{column.name}<small><bdi>{column.whose}</bdi></small></th> })
        .collect();
    view! {
        <section class="sl-panel" aria-labelledby="differs">
            <div class="sl-panel__head"><h2 id="differs">{words.what_differs}</h2><span class="sl-sm sl-2">{(words.difference)(counts)}</span></div>
            <table class="sl-diff">
                <thead><tr><th scope="col">{words.field}</th>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="sl-panel__foot sl-sm sl-2">{(words.identical)(counts.same)}{(hidden > 0).then(|| (words.not_shown)(hidden))}</p>
        </section>
    }
}

fn row(name: String, compared: &Compared, (original, theirs_name): (&'static str, &'static str)) -> Html {
    let words = t().review;
    let (icon, verdict) = match compared.verdict {
        Verdict::Clash => (Icon::Warn, words.clash),
        Verdict::OnlyMine => (Icon::Pencil, words.only_mine),
        Verdict::OnlyTheirs => (Icon::User, words.only_theirs),
        Verdict::SameChange | Verdict::Same => (Icon::Check, words.same_change),
    };
    let clash = compared.verdict == Verdict::Clash;
    let theirs = (clash || compared.verdict == Verdict::OnlyTheirs).then_some("theirs");
    let yours = (clash || compared.verdict == Verdict::OnlyMine).then_some("yours");
    view! {
        <tr data-clash=clash.then_some("")>
            <th scope="row"><bdi>{name}</bdi><small><Glyph icon=icon small=true />{verdict}</small></th>
            <td data-l=original>{value(compared.original.as_ref())}</td>
            <td data-l=theirs_name data-ch=theirs class:same=compared.verdict == Verdict::OnlyMine>{value(compared.theirs.as_ref())}</td>
            <td data-l=words.yours data-ch=yours class:same=compared.verdict == Verdict::OnlyTheirs>{value(compared.mine.as_ref())}</td>
        </tr>
    }
}

/// One value in a comparison, bounded.
pub fn value(value: Option<&Json>) -> Html {
    let text = value.map(field_text).unwrap_or_default();
    if text.is_empty() {
        return view! { <span class="sl-3">{t().review.nothing}</span> };
    }
    view! { <bdi>{runs::wire::error::bounded(&text)}</bdi> }
}

/// My values to take elsewhere: the changed ones to the clipboard, all three documents as a file.
pub fn export_values(desk: Desk, original: Json, theirs: Json, mine: Json) -> Html {
    let words = t().conflict;
    let toasts = desk.globals.toasts;
    let changes = desk.form.draft.with_untracked(|draft| draft.changes());
    let count = changes.len();
    let values: Map<String, Json> = changes.into_iter().map(|change| (change.path, change.after.unwrap_or_default())).collect();
    let object = |parts: [(&str, Json); 2]| Json::Object(parts.map(|(name, value)| (name.to_owned(), value)).into_iter().collect());
    let text = format!("{:#}", object([("changed", Json::Object(values)), ("document", mine.clone())]));
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            if page::copy(&text).await { toasts.say(t().shared.copied) } else { toasts.warn(t().shared.not_copied) }
        });
    };
    let name = format!("review-{}.json", runs::value::percent::encode(&desk.address().run));
    let download = move |_| {
        let parts = [("original", original.clone()), ("theirs", theirs.clone()), ("mine", mine.clone())];
        let all = Json::Object(parts.map(|(name, value)| (name.to_owned(), value)).into_iter().collect());
        save::text(&name, &format!("{all:#}\n"), "application/json");
    };
    view! {
        <button type="button" class="sl-btn" on:click=copy><Glyph icon=Icon::Copy />{(words.copy)(count)}</button>
        <button type="button" class="sl-btn" on:click=download><Glyph icon=Icon::Download />{words.download}</button>
    }
}
